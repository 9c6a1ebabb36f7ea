"""Tables of the auditors' desk, and of those who sign in; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from runner.store.datatype import Instant
from runner.store.table import metadata

desk_visit = Table(
    "desk_visit",
    metadata,
    Column("person", Text, primary_key=True),
    Column("before", Instant),
    Column("seen", Instant, nullable=False),
)
"""When an auditor was last at the desk (`seen`), and when the visit before that one ended."""

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("person", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
"""Failed tries that the record does not tell of yet; those with names that no account has are counted under ""."""
