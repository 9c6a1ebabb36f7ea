"""Diagrams as pictures: SVG, PNG and PDF, and a layout for files without one."""
