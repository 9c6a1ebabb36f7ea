"""Một Cửa: administrative procedures of Vietnamese provinces, executed from their BPMN diagrams."""

__version__ = "0.1.0"
