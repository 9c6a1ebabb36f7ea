"""Histories: what was in force, who had which lane and what happened, as of any day."""
