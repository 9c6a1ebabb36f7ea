"""What the documentation says of our TOML files and of the linter, made from what reads them: schemas and pages."""
