"""Decision tables: DMN files read safely and decided."""
