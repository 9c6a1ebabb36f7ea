"""Evidence: a case with everything that is needed to check it elsewhere, in one zip."""
