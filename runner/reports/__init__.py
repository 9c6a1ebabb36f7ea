"""Descriptions of a case for people: the same words, sentences and order in a terminal and on a page."""
