"""Papers as PDF: a template and plain values become pages, the same bytes whenever they are made again."""
