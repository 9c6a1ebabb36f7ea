"""Running numbers within a day, such as the last part of a case's number."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, case

from runner.store import table
from runner.store.epoch import numbers_floor
from runner.store.session import Transaction
from runner.store.statement import PerDialect

_GIVEN = numbers_floor(bindparam("of_day"))
_LAST = table.case_number.c.last
_NEXT = PerDialect(
    lambda insert: (
        insert(table.case_number)
        .values(last=_GIVEN + 1)
        .on_conflict_do_update(
            index_elements=[table.case_number.c.agency, table.case_number.c.day],
            set_={"last": case((_LAST < _GIVEN, _GIVEN), else_=_LAST) + 1},
        )
        .returning(table.case_number.c.last)
    )
)


def allot(tx: Transaction, agency: str, day: date) -> int:
    """The next number of `agency` on `day` (local date), from 1 on, without gap or double; behind what was restored.

    Other transactions wait until `tx` ends; a number whose transaction is undone is given again.
    """
    return int(tx.execute(_NEXT[tx.dialect.name], {"agency": agency, "day": day, "of_day": day}).scalar_one())
