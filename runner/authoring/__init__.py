"""What analysts do with a procedure before it is in force."""
