"""The form II.06a: one count of the tables, against a slow one over the journals of generated cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from runner.clock import ZONE
from runner.domain.calendar import Calendar, local_date
from runner.domain.case import GOING_ON, CaseStatus, ClockState
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, Person
from runner.domain.settlement import Period, Settlement, total
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.reports.waits import waits
from runner.services import gathering
from runner.services.replay import replay
from runner.services.settlements import Grouping, Scope
from runner.store import case as cases
from tests.reports.season import AUDITOR, FULL, Season
from tests.world import local, person

COUNT = 2_000 if FULL else 14
PERIODS = (
    ("2022-09-26 00:00", "2022-09-28 00:00"),
    ("2022-09-28 00:00", "2022-10-03 00:00"),
    ("2022-10-03 00:00", "2022-10-20 12:00"),
    ("2022-01-01 00:00", ""),
    ("2022-12-01 00:00", "2022-12-01 00:00"),
)


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal of a case says of it."""

    province: str
    procedure: str
    received: datetime
    settled: datetime | None
    due: datetime | None
    online: bool


@pytest.fixture
def season(database_url: str, tmp_path: Path) -> Iterator[Season]:
    world = Season(database_url, tmp_path, 20, COUNT)
    yield world
    world.runner.close()


def told(world: Season) -> list[Told]:
    """Each received case from its journal alone, entry by entry."""
    found = []
    with world.runner.database.read() as tx:
        for number in cases.ids(tx):
            row = cases.get(tx, number)
            assert row
            moments: dict[str, datetime] = {}

            def watch(entry: Entry, advance: Advance | None, instance: Instance, seen: dict[str, datetime] = moments):  # type: ignore[no-untyped-def]
                over = instance.status not in GOING_ON
                if instance.values.get("case_number"):
                    seen.setdefault("numbered", entry.at)
                if instance.legal.state == ClockState.STOPPED or over:
                    seen.setdefault("settled", entry.at)

            instance = replay(tx, world.runner.versions, row, watch)
            received = instance.legal.received or moments.get("numbered")
            if received is None or instance.status == CaseStatus.DISCARDED:
                continue
            online = instance.values.get("channel") == "online"
            settled = moments.get("settled")
            found.append(Told(row.province, row.procedure, received, settled, instance.legal.due, online))
    return found


def slow(found: list[Told], period: Period) -> Settlement:
    """The form, one case after the other."""
    counted = Settlement()
    for each in found:
        settled = max(each.settled, each.received) if each.settled else None
        if each.received >= period.until or (settled and settled < period.since):
            continue
        where = "earlier" if each.received < period.since else "online" if each.online else "direct"
        counted = replace(counted, received=counted.received + 1, **{where: getattr(counted, where) + 1})
        if settled and settled < period.until:
            assert each.settled
            how = "in_time"
            if each.due and each.settled > each.due:
                how = "late"
            elif each.due and each.settled.astimezone(ZONE).date() < each.due.astimezone(ZONE).date():
                how = "early"
            counted = replace(counted, settled=counted.settled + 1, **{how: getattr(counted, how) + 1})
        else:
            how = "overdue" if each.due and each.due < period.until else "running"
            counted = replace(counted, going_on=counted.going_on + 1, **{how: getattr(counted, how) + 1})
    return counted


def rows(
    world: Season, period: Period, by: Grouping, who: Person = AUDITOR, scope: Scope = EVERYWHERE
) -> dict[str, Settlement]:
    return {row.key: row.figures for row in world.runner.settlements.rows(who, scope, period, by)}


def test_the_counts_are_what_slow_ones_over_the_journals_come_to(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, seen = told(season), set()
    for since, until in PERIODS:
        period = Period(local(since), local(until) if until else season.now)
        by_procedure = rows(season, period, Grouping.PROCEDURE)
        for code, figures in by_procedure.items():
            assert figures == slow([each for each in found if each.procedure == code], period), (code, since)
        by_province = rows(season, period, Grouping.PROVINCE)
        for code, figures in by_province.items():
            assert figures == slow([each for each in found if each.province == code], period)
        for by in Grouping:
            whole = total(rows(season, period, by).values())
            assert whole == slow(found, period)
            assert all(identity.holds for identity in whole.identities)
        late = season.runner.settlements.late(AUDITOR, Scope(), period)
        assert len(late) == min(200, whole.late + whole.overdue)
        assert all(each.days is not None and each.days >= 0 and each.tasks for each in late)  # over a night: nought
        seen |= {place for place, number in enumerate(whole.columns) if number}
    assert seen == set(range(11))  # each column was asked for something

    monkeypatch.setattr(gathering, "MOST", 2 * COUNT)
    _each_sees_their_own(season)
    _parts_come_to_the_whole(season)
    for number in (1, 2):
        season.runner.audit.rebuild(number)  # what was written and what the journal comes to are the same rows
        assert season.runner.audit.replay(number, SYSTEM) is None
    assert total(rows(season, period, Grouping.KIND).values()) == slow(found, period)


def _parts_come_to_the_whole(season: Season) -> None:
    """Of every case, the minutes of its tasks by cause are those in which the office was open, minute by minute."""
    period = Period(local("2022-01-01 00:00"), season.now)
    gathered = season.runner.gathering.gather(AUDITOR, Scope(), period)
    counted = waits(gathered, season.now)
    with season.runner.database.read() as tx:
        calendars = {place: season.runner.versions.calendar_in_force(tx, place) for place in ("ha-tinh", "ben-tre")}
    whole = 0
    for history in gathered.beside:
        if history.case.id in gathered.settled:
            for task in history.tasks:
                calendar = calendars[history.case.province]
                whole += open_minutes(calendar, task.opened, task.closed or season.now)
    for some in (counted.steps, counted.lanes, counted.months):
        assert sum(sum(parts.values()) for parts in some.values()) == sum(counted.total.values()) == whole > 0
    assert len(counted.late) == sum(each.history.case.verdict == "late" for each in counted.late) > 0
    assert all(each.minutes >= 0 and bool(each.saving) == bool(each.task) for each in counted.late)
    assert any(each.saving and each.saving.enough and each.saving.minutes >= each.minutes for each in counted.late)
    assert counted.cases == len(season.runner.gathering.gather(AUDITOR, Scope(), period).settled) > 0


def open_minutes(calendar: Calendar, since: datetime, until: datetime) -> int:
    """The whole minutes between two moments that lie in a session, day after day."""
    a, b = (each.replace(second=0, microsecond=0) for each in (since, until))
    first, last = local_date(a).toordinal(), local_date(b).toordinal()
    sessions = (each for number in range(first, last + 1) for each in calendar.sessions(date.fromordinal(number)))
    return sum(max(0, int((min(b, close) - max(a, opening)).total_seconds()) // 60) for opening, close in sessions)


def _each_sees_their_own(season: Season) -> None:
    period = Period(local("2022-01-01 00:00"), season.now)
    whole = rows(season, period, Grouping.PROVINCE)
    for lane in ("division_lead", "director", "administrator"):
        assert rows(season, period, Grouping.PROVINCE, person(lane)) == {"ha-tinh": whole["ha-tinh"]}
    assert rows(season, period, Grouping.PROVINCE, person("specialist")) == {}
    assert rows(season, period, Grouping.PROVINCE, AUDITOR, Scope(province="ben-tre")) == {"ben-tre": whole["ben-tre"]}
    assert rows(season, period, Grouping.KIND, AUDITOR, Scope(kind="other")) == {}


def test_an_identity_that_does_not_hold_is_named() -> None:
    figures = Settlement(received=3, online=1, direct=1, earlier=1, settled=2, early=1, late=1, going_on=1, overdue=1)
    assert [each.holds for each in figures.identities] == [True] * 4
    broken = replace(figures, in_time=1)
    assert [each.text for each in broken.identities if not each.holds] == ["7 = 8 + 9 + 10"]
