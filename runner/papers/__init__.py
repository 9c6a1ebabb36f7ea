"""Papers as PDF: a template and plain values become pages."""
