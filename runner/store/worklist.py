"""Lists for people, page by page: the tasks waiting for a person, and the cases of provinces.

A page begins behind the last row of the one before, so a page far down costs what the first one costs, and no row is
seen twice or missed because others came or went. Each group is asked for its own page, along one index, and the pages
are merged: the time depends on the groups and on the page, never on how much work is waiting.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from runner.domain.case import CaseStatus
from runner.domain.worklist import DraftItem, Item, PageCursor
from runner.store import table
from runner.store.datatype import EPOCH, Deadline
from runner.store.session import Transaction

Group = tuple[str, str]
"""A province and a lane."""

_TOP: PageCursor = (EPOCH, 0, "")
_NEWEST = 2**62

_case, _task, _timer, _typed, _incident = table.case.c, table.task.c, table.timer.c, table.draft.c, table.incident.c


# -- the inbox ---------------------------------------------------------------------------------------------------------


def inbox(
    tx: Transaction,
    groups: Collection[Group],
    person: str,
    limit: int,
    after: PageCursor | None = None,
    owned: bool | None = None,
) -> list[Item]:
    """At most `limit` open tasks of these groups, unclaimed or owned by `person`, the most urgent first.

    Ordered by due moment (no limit: last), case and task; `after` is the `place` of the row before the page. With
    `owned`, only those of `person` (True), or the unclaimed ones (False).
    """
    if not groups:
        return []
    due, case, task = after or _TOP
    place = {"after_due": due, "after_case": case, "after_task": task}
    rows = tx.execute(_inbox(len(groups), owned), {"person": person, "limit": limit, **place, **names(groups)})
    return [Item(*row) for row in rows]


def count(tx: Transaction, groups: Collection[Group], person: str, cap: int, owned: bool | None = None) -> int:
    """How many tasks `inbox` has in all, counted up to `cap`: an exact total of very many would take seconds."""
    if not groups:
        return 0
    due, case, task = _TOP
    place = {"after_due": due, "after_case": case, "after_task": task}
    counted = tx.execute(_count(len(groups), owned), {"person": person, "limit": cap, **place, **names(groups)})
    return int(counted.scalar_one())


def division(tx: Transaction, groups: Collection[Group], limit: int, after: PageCursor | None = None) -> list[Item]:
    """At most `limit` open tasks of these groups, of all owners, ordered and paged as in `inbox`."""
    if not groups:
        return []
    due, case, task = after or _TOP
    place = {"after_due": due, "after_case": case, "after_task": task}
    return [Item(*row) for row in tx.execute(_division(len(groups)), {"limit": limit, **place, **names(groups)})]


def names(groups: Collection[Group]) -> dict[str, str]:
    """The parameters that name the groups in a statement made for as many."""
    pairs = list(enumerate(groups))
    return {f"province_{n}": province for n, (province, _) in pairs} | {f"lane_{n}": lane for n, (_, lane) in pairs}


def of_group(n: int) -> ColumnElement[bool]:
    """That a task is of the group number `n` of the parameters."""
    return and_(_task.province == bindparam(f"province_{n}"), _task.lane == bindparam(f"lane_{n}"))


def _page(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The places of one branch of the inbox; each of its conditions and its order are those of one partial index."""
    place = tuple_(_task.due, _task.case, _task.id)
    after = tuple_(
        bindparam("after_due", type_=Deadline()),
        bindparam("after_case", type_=BigInteger()),
        bindparam("after_task", type_=Text()),
    )
    return (
        select(_task.due, _task.case, _task.id)
        .where(_task.closed.is_(None), *conditions, place > after)
        .order_by(_task.due, _task.case, _task.id)
        .limit(bindparam("limit"))
    )


def _merged(groups: int, owned: bool | None) -> Select[Any]:
    branches = [] if owned else [_page(_task.owner.is_(None), of_group(n)) for n in range(groups)]
    if owned is not False:
        branches.append(_page(_task.owner == bindparam("person"), or_(*map(of_group, range(groups)))))
    return _first(branches)


def _first(branches: list[Select[Any]]) -> Select[Any]:
    pages = union_all(*(select(page.subquery()) for page in branches)).subquery()
    return select(pages).order_by(pages.c.due, pages.c.case, pages.c.id).limit(bindparam("limit"))


@lru_cache
def _inbox(groups: int, owned: bool | None) -> Select[Any]:
    return items(_merged(groups, owned), "due")


@lru_cache
def _division(groups: int) -> Select[Any]:
    held = (_task.owner.is_(None), _task.owner.is_not(None))
    return items(_first([_page(each, of_group(n)) for n in range(groups) for each in held]), "due")


def items(places: Select[Any], *order: str) -> Select[Any]:
    """The tasks at these places, with what an `Item` shows of their cases; `order` are columns of the places."""
    top = places.subquery()
    of_case = {name: _case[name] for name in ("number", "procedure", "subject", "status")}
    open_incident = exists().where(_incident.case == _task.case, _incident.closed.is_(None))
    other = of_case | {"promise": _case.due, "incident": open_incident}
    shown = [other[name] if name in other else _task[name] for name in Item.__slots__]
    return (
        select(*shown)
        .join_from(top, table.task, and_(_task.case == top.c.case, _task.id == top.c.id))
        .join(table.case, _case.id == top.c.case)
        .order_by(*(top.c[name] for name in (*order, "case", "id")))
    )


@lru_cache
def _count(groups: int, owned: bool | None) -> Select[Any]:
    return select(func.count()).select_from(_merged(groups, owned).subquery())


# -- drafts -----------------------------------------------------------------------------------------------------------


_DRAFTS = (
    select(_case.id, _task.id, _case.province, _case.procedure, _task.name, _case.started, _timer.due, _typed["values"])
    .join_from(table.case, table.task, and_(_task.case == _case.id, _task.closed.is_(None)))
    .join(table.timer, and_(_timer.case == _case.id, _timer.id == bindparam("timer")))
    .outerjoin(table.draft, and_(_typed.case == _case.id, _typed.task == _task.id, _typed.person == _case.creator))
    .where(_case.status == literal_column(f"'{CaseStatus.DRAFT}'"), _case.creator == bindparam("person"))
    .order_by(_case.id.desc(), _task.id)
    .limit(bindparam("limit"))
)


def drafts(tx: Transaction, person: str, timer: str, limit: int) -> list[DraftItem]:
    """At most `limit` tasks of the drafts of `person`, the newest first; `timer` is the one that gives a draft up."""
    rows = tx.execute(_DRAFTS, {"person": person, "timer": timer, "limit": limit})
    return [DraftItem(*row[:-1], subject=str((row[-1] or {}).get("applicant_name") or "")) for row in rows]
