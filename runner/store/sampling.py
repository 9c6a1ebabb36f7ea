"""Samples, their cases and remarks. All of it is only added to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from runner.domain.sample import Drawn, Remark, Sample
from runner.errors import Conflict
from runner.store.sampling_table import sample, sample_case, sample_remark
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_ALL = select(*columns(sample, Sample)).order_by(sample.c.id.desc())
_ONE = _ALL.where(sample.c.id == bindparam("sample"))
_CASES = (
    select(*columns(sample_case, Drawn)).where(sample_case.c.sample == bindparam("sample")).order_by(sample_case.c.case)
)
_REMARKS = (
    select(*columns(sample_remark, Remark))
    .where(sample_remark.c.sample == bindparam("sample"))
    .order_by(sample_remark.c.number)
)


class WrittenMeanwhile(Conflict):
    """Người khác vừa ghi vào tệp này; hãy xem lại rồi ghi lại."""


def add(tx: Transaction, made: Sample, cases: Sequence[tuple[int, str]]) -> Sample:
    """Store a sample with its cases and their strata; its id is given here."""
    values = row_values(made)
    del values["id"]
    key = tx.execute(insert(sample), values).inserted_primary_key
    kept = replace(made, id=key[0] if key else 0)
    tx.execute(
        insert(sample_case), [{"sample": kept.id, "case": case, "stratum": stratum} for case, stratum in sorted(cases)]
    )
    return kept


def get(tx: Transaction, id: int) -> Sample | None:
    """The sample with this id."""
    found = tx.execute(_ONE, {"sample": id}).first()
    return _read(found) if found else None


def newest(tx: Transaction, provinces: Collection[str], before: int | None, limit: int) -> list[Sample]:
    """At most `limit` samples of these provinces, the newest first; `before` is the last one seen."""
    query = _ALL.where(sample.c.province.in_(sorted(provinces))).limit(limit)
    if before is not None:
        query = query.where(sample.c.id < before)
    return [_read(row) for row in tx.execute(query)]


def cases(tx: Transaction, id: int) -> list[Drawn]:
    """The cases of a sample, in the order of their numbers."""
    return [Drawn(*row) for row in tx.execute(_CASES, {"sample": id})]


def remarks(tx: Transaction, id: int) -> list[Remark]:
    """What was written in an audit file, in its order."""
    return [Remark(*row) for row in tx.execute(_REMARKS, {"sample": id})]


def remark(tx: Transaction, made: Remark) -> None:
    """Add a remark under its number. Raises `WrittenMeanwhile` where somebody else has taken the number."""
    try:
        tx.execute(insert(sample_remark), row_values(made))
    except IntegrityError as error:
        raise WrittenMeanwhile from error


def _read(row: Any) -> Sample:
    found = Sample(*row)
    strata = tuple((str(name), int(size), int(drawn)) for name, size, drawn in found.strata)
    return replace(found, strata=strata, versions=tuple(found.versions))
