"""Scenarios of procedures: what is filled in when, and what is then open and due."""
