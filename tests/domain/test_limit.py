"""A limit is written in one grammar, wherever it stands: in a diagram, in the facts, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from click import BadParameter

from runner.bpmn import TimerSpec, timer
from runner.bpmn.timer import TimerUnreadable
from runner.cli.parameter import DAYS
from runner.domain.limit import Limit, LimitInvalid, Unit, days
from runner.domain.procedure import read_procedure
from runner.domain.toml.fault import TomlInvalid
from tests.world import ROOT

FACTS = (ROOT / "bpmn/ben-tre/39.toml").read_bytes()
LISTED = b'limit = "10"'


def in_facts(text: str) -> Fraction:
    assert FACTS.count(LISTED) == 1
    return read_procedure(FACTS.replace(LISTED, f'limit = "{text}"'.encode())).time.limit_days


def in_diagram(text: str) -> Fraction:
    limit = timer.read(TimerSpec("duration", f"P{text}D"), Unit.WORKING_DAYS).limit
    assert limit and limit.unit == Unit.WORKING_DAYS
    return limit.days


READERS = [days, in_facts, in_diagram, lambda text: DAYS.convert(text, None, None)]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["5", "0.5", "2.0", "2.5", "05", "9999.5"])
def test_the_days_of_a_limit_are_the_same_wherever_they_are_written(read: Callable[[str], Fraction], text: str) -> None:
    assert read(text) == Fraction(text)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "text", ["", "-1", "+1", ".5", "5.", "2.25", "0.3", "2.50", "99999", "1e3", "1/2", "1_0", "٥", "5 ", "5\n"]
)
def test_days_that_are_not_halves_are_refused_wherever_they_are_written(
    read: Callable[[str], Fraction], text: str
) -> None:
    with pytest.raises((LimitInvalid, TomlInvalid, TimerUnreadable, BadParameter)):
        read(text)


@pytest.mark.parametrize("unit", Unit)
def test_weeks_are_calendar_days_in_whatever_unit_the_others_are(unit: Unit) -> None:
    assert Limit.parse("P2W", unit) == Limit(Fraction(14), Unit.CALENDAR_DAYS)
    assert Limit.parse("P2D", unit) == Limit(Fraction(2), unit)


@pytest.mark.parametrize("text", ["", "5", "P5", "P-1D", "-P1D", "PT5H", "P1M", "P0.5W", "P1D\n", "P1DT1H", "P1D2W"])
def test_no_other_duration_is_a_limit(text: str) -> None:
    assert Limit.parse(text, Unit.WORKING_DAYS) is None


def test_a_limit_below_nothing_or_of_an_unknown_unit_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="not a limit"):
        Limit(Fraction(-1), Unit.WORKING_DAYS)
    with pytest.raises(ValueError, match="not a limit"):
        Limit(Fraction(1), "working_days")  # type: ignore[arg-type]
