"""What the documentation says of our TOML files, made from the classes that read them: schemas and pages."""
