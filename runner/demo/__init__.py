"""The demonstration: dossiers to be played, and an office with its people. Both are data in the folders here."""

from pathlib import Path

DOSSIERS = Path(__file__).parent / "dossiers"
"""Scenarios, a file for each province, each with one dossier."""
OFFICE = Path(__file__).parent / "office"
"""The people of an office and what happens in it, by province."""
