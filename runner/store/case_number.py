"""Running numbers within a day, such as the last part of a case's number."""

from __future__ import annotations

from datetime import date

from runner.store import table
from runner.store.session import Transaction
from runner.store.statement import PerDialect

_NEXT = PerDialect(
    lambda insert: (
        insert(table.case_number)
        .values(last=1)
        .on_conflict_do_update(
            index_elements=[table.case_number.c.agency, table.case_number.c.day],
            set_={"last": table.case_number.c.last + 1},
        )
        .returning(table.case_number.c.last)
    )
)


def allot(tx: Transaction, agency: str, day: date) -> int:
    """The next number of `agency` on `day` (local date), from 1 on, without gap or double.

    Other transactions wait until `tx` ends; a number whose transaction is undone is given again.
    """
    return int(tx.execute(_NEXT[tx.dialect.name], {"agency": agency, "day": day}).scalar_one())
