"""Backups that are verified by restoring them, and the restore: it begins an epoch in which nothing is given twice."""
