"""The demonstration: scenarios of dossiers, and an office with its people. Both are data in the folders here."""

from pathlib import Path

DOSSIERS = Path(__file__).parent / "dossiers"
"""A scenario of one dossier for each province."""
OFFICE = Path(__file__).parent / "office"
"""The people of the office, and the dossiers of each province."""
