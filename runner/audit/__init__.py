"""What auditors do: verify the record, read cases, count, sample, hand on evidence."""
