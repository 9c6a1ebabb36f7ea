"""One rule a module, each explained in docs/lint.md."""
