"""Sampling: cases drawn so that anybody can draw them again, and the audit file of what was found in them."""
