"""The inbox by what makes the case late: page by page and counted by group, each along one index.

As in `runner.store.worklist`, every lane is asked for its own page and the pages are merged; a count ends at its cap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Select, Text, bindparam, func, or_, select, tuple_, union_all
from sqlalchemy.types import TypeEngine

from runner.domain.worklist import Group, Item, UrgencyCursor, borders
from runner.store import table
from runner.store.datatype import EPOCH, NEVER, Deadline
from runner.store.session import Transaction
from runner.store.worklist import items, names, of_group

_TOP: UrgencyCursor = (False, EPOCH, 0, "")
_ORDER = ("waits", "latest", "case", "id")

_task = table.task.c


def inbox(
    tx: Transaction,
    groups: Collection[tuple[str, str]],
    person: str,
    limit: int,
    after: UrgencyCursor | None = None,
    owned: bool | None = None,
) -> list[Item]:
    """At most `limit` open tasks of these provinces and lanes, unclaimed or owned by `person`.

    First those of which the case depends soonest, last those that wait for the applicant; `after` is the `urgency` of
    the row before the page. With `owned`, only those of `person` (True), or the unclaimed ones (False).
    """
    if not groups:
        return []
    place = dict(zip(("after_waits", "after_latest", "after_case", "after_id"), after or _TOP, strict=True))
    rows = tx.execute(_inbox(len(groups), owned), {"person": person, "limit": limit, **place, **names(groups)})
    return [Item(*row) for row in rows]


def counts(
    tx: Transaction, groups: Collection[tuple[str, str]], person: str, cap: int, now: datetime, owned: bool
) -> dict[Group, int]:
    """How many of the tasks of `inbox` are in each group, each counted up to `cap`; `owned` as there."""
    if not groups:
        return dict.fromkeys(Group, 0)
    passed, today, week = borders(now)
    given = {"person": person, "cap": cap, "passed": passed, "today": today, "week": week, **names(groups)}
    return dict(zip(Group, map(int, tx.execute(_counts(len(groups), owned), given).one()), strict=True))


def _branches(groups: int, owned: bool | None) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """The conditions of each branch: those of one partial index."""
    if not owned:
        yield from ((_task.owner.is_(None), of_group(n)) for n in range(groups))
    if owned is not False:
        yield _task.owner == bindparam("person"), or_(*map(of_group, range(groups)))


@lru_cache
def _inbox(groups: int, owned: bool | None) -> Select[Any]:
    columns = [_task[name] for name in _ORDER]
    types: tuple[TypeEngine[Any], ...] = (Boolean(), Deadline(), BigInteger(), Text())
    after = tuple_(*(bindparam(f"after_{name}", type_=type) for name, type in zip(_ORDER, types, strict=True)))
    limit: Any = bindparam("limit")
    pages = union_all(
        *(
            select(
                select(*columns)
                .where(_task.closed.is_(None), *branch, tuple_(*columns) > after)
                .order_by(*columns)
                .limit(limit)
                .subquery()
            )
            for branch in _branches(groups, owned)
        )
    ).subquery()
    first = select(pages).order_by(*(pages.c[name] for name in _ORDER)).limit(limit)
    return items(first, "waits", "latest")


@lru_cache
def _counts(groups: int, owned: bool) -> Select[Any]:
    return select(*(_count(groups, owned, each) for each in Group))


def _count(groups: int, owned: bool, group: Group) -> Any:
    cap: Any = bindparam("cap")
    pages = union_all(
        *(
            select(
                select(_task.case.label("case"))
                .where(_task.closed.is_(None), *branch, *_within(group))
                .limit(cap)
                .subquery()
            )
            for branch in _branches(groups, owned)
        )
    ).subquery()
    return select(func.count()).select_from(select(pages).limit(cap).subquery()).scalar_subquery().label(group)


def _within(group: Group) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a group, along the index: see `runner.domain.worklist.group`."""
    if group == Group.WAITING:
        return (_task.waits == bindparam("waiting", True),)
    passed, today, week = (bindparam(name, type_=Deadline()) for name in ("passed", "today", "week"))
    never: ColumnElement[Any] = bindparam("never", NEVER, type_=Deadline())
    bounds = {
        Group.OVERDUE: (_task.latest < passed,),
        Group.TODAY: (_task.latest >= passed, _task.latest < today),
        Group.WEEK: (_task.latest >= today, _task.latest < week),
        Group.LATER: (_task.latest >= week, _task.latest < never),
        Group.ANY_TIME: (_task.latest >= never,),
    }
    return _task.waits == bindparam("working", False), *bounds[group]
