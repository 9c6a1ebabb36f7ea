"""Event logs for process mining: what happened in many cases, written as XES, OCEL 2.0 or CSV, one case at a time."""
