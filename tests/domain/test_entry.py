"""What entries say: read as typed values, written as the same bytes, and refused where this version cannot know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.domain import entry
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import Attempt, Body, Command, FormatUnknown, SemanticsUnknown
from runner.domain.journal import START, Entry, canonical, parsed
from runner.domain.payload import EntryUnreadable, FieldInvalid, Part, keys
from runner.domain.semantics import CURRENT, UNTYPED
from runner.errors import Divergence
from tests.journals import golden
from tests.releases import kept

RECORDED = [(each.kind, each.payload) for name in golden.names() for each in golden.read(name).entries]
RECORDED += [(each["kind"], each["payload"]) for each in kept.journals("0.1.0")]
WHO = {"name": "Lan", "lanes": ["specialist"]}
LAN = Actor("Lan", ("specialist",))
CLAIM = {"task": "T#1", "owner": "lan", "calendar": 1, "who": WHO}
START_OF_CASE = {"version": "ab" * 32, "values": {}, "calendar": 1, "who": WHO}
INCIDENT = {"kind": "NotDue", "template": "…", "facts": {}, "who": WHO}


def sealed(kind: str, payload: object) -> Entry:
    return Entry.make(12, 3, datetime(2026, 3, 2, tzinfo=UTC), "lan", kind, payload, START, START)


NUMBERS = st.integers() | st.decimals(-(10**9), 10**9, places=2).map(lambda each: Decimal(str(float(each))))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind is UnionType:
        return st.none() | of(inner[0])
    if kind is tuple:
        return st.lists(of(inner[0]), max_size=3).map(tuple)
    if kind is Mapping:
        return st.dictionaries(st.text(max_size=5), VALUES if inner[1] is Any else of(inner[1]), max_size=3)
    if kind is Attempt:
        commands = [each for each in entry.BODIES.values() if issubclass(each, Command)]
        return st.builds(Attempt, st.sampled_from(commands).flatmap(part), st.text(max_size=9))
    return part(kind) if issubclass(kind, Part) else {str: st.text(max_size=9), int: st.integers()}[kind]


RULES = st.integers(UNTYPED, CURRENT)


def part(kind: type[Part]) -> st.SearchStrategy[Any]:
    """Any value of a class of parts."""
    return st.builds(kind, **{key.field: RULES if key.name == "semantics" else of(key.type) for key in keys(kind)})


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(entry.BODIES.values())).flatmap(part), part(Circumstances), st.integers(1))
def test_what_is_written_is_read_again_equal(body: Body, around: Circumstances, revision: int) -> None:
    counted = revision if isinstance(body, Command) else 0
    around = Circumstances(around.who, counted, around.done)
    text = canonical(entry.write(body, around))
    assert entry.read(body.kind, parsed(text)) == (body, around)
    assert canonical(entry.write(*entry.read(body.kind, parsed(text)))) == text


def test_every_recorded_payload_survives_reading_and_writing_byte_for_byte() -> None:
    assert {kind for kind, _ in RECORDED} == {kind for kind, _ in entry.BODIES}
    for kind, payload in RECORDED:
        if payload is not None:
            assert canonical(entry.write(*entry.read(kind, parsed(payload)))) == payload


def test_the_kinds_are_those_that_journals_have() -> None:
    kinds = ["answer", "assign", "cancel", "claim", "discard", "erasure", "incident", "message", "migrate"]
    kinds += ["recount", "release", "resolve", "start", "submit", "timer"]
    assert sorted(entry.BODIES) == [(kind, 1) for kind in kinds]


def test_a_repeated_attempt_says_whose_it_was() -> None:
    body, around = entry.read("claim", CLAIM | {"incident": 7, "for": "hoa"})
    assert body == entry.Claim("T#1", "lan", incident=7, on_behalf_of="hoa")
    assert around == Circumstances(LAN, 1)


def test_an_incident_keeps_the_command_that_failed() -> None:
    attempt = {"kind": "timer", "facts": {"timer": "Wait#1"}, "actor": "system"}
    body, _ = entry.read("incident", INCIDENT | {"attempt": attempt})
    assert body == entry.OpenIncident("NotDue", "…", {}, Attempt(entry.FireTimer("Wait#1"), "system"))
    assert body.to_payload()["attempt"] == attempt


def unreadable() -> Iterator[tuple[str, dict[str, Any], type[EntryUnreadable], str]]:
    """Payloads that were never written: kind, payload, error, and what its sentence names."""
    yield "claim", {key: CLAIM[key] for key in CLAIM if key != "owner"}, FieldInvalid, "“owner”"
    yield "claim", {key: CLAIM[key] for key in CLAIM if key != "calendar"}, FieldInvalid, "“calendar”"
    yield "claim", {key: CLAIM[key] for key in CLAIM if key != "who"}, FieldInvalid, "“who”"
    yield "claim", CLAIM | {"task": 7}, FieldInvalid, "“task”"
    yield "claim", CLAIM | {"calendar": True}, FieldInvalid, "“calendar”"
    yield "claim", CLAIM | {"who": "Lan"}, FieldInvalid, "“who”"
    yield "claim", CLAIM | {"who": {"name": "Lan", "lanes": [1]}}, FieldInvalid, "“lanes”"
    yield "claim", CLAIM | {"name": "Lan"}, FieldInvalid, "“name”"
    yield "claim", CLAIM | {"incident": None}, FieldInvalid, "“incident”"
    yield "claim", CLAIM | {"done": {}}, FieldInvalid, "“done”"
    yield "claim", CLAIM | {"done": {"Fee#1": 3}}, FieldInvalid, "“done”"
    yield "claim", CLAIM | {"format": 1}, FieldInvalid, "“format”"
    yield "claim", CLAIM | {"format": 2}, FormatUnknown, "“claim”, định dạng 2"
    yield "claim", CLAIM | {"format": "2"}, FormatUnknown, "“claim”, định dạng 2"
    yield "claim", CLAIM | {"format": [2]}, FormatUnknown, "“claim”, định dạng [2]"
    yield "judge", CLAIM, FormatUnknown, "“judge”, định dạng 1"
    yield "start", START_OF_CASE | {"semantics": CURRENT + 1}, SemanticsUnknown, f"số {CURRENT + 1}"
    yield "start", START_OF_CASE | {"semantics": 0}, SemanticsUnknown, "số 0"
    yield "start", START_OF_CASE | {"semantics": UNTYPED}, FieldInvalid, "“semantics”"
    yield "resolve", {"incident": 2, "reason": "…", "who": WHO, "calendar": 1}, FieldInvalid, "“calendar”"
    yield "incident", INCIDENT, FieldInvalid, "“attempt”"
    yield "incident", INCIDENT | {"attempt": {"kind": "claim", "actor": "lan"}}, FieldInvalid, "“attempt”"
    again = {"kind": "resolve", "facts": {"incident": 2, "reason": "…"}, "actor": "lan"}
    yield "incident", INCIDENT | {"attempt": again}, FieldInvalid, "“kind”"
    yield "incident", INCIDENT | {"attempt": again | {"kind": "judge"}}, FormatUnknown, "“judge”"


@pytest.mark.parametrize(("kind", "payload", "error", "named"), list(unreadable()))
def test_what_was_never_written_is_refused_with_a_sentence(
    kind: str, payload: dict[str, Any], error: type[EntryUnreadable], named: str
) -> None:
    with pytest.raises(error) as caught:
        entry.read(kind, payload)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "payload", ["{", "7", '["kind"]', "[" * 10**5, "null", "NaN", "{ }", '{"a":1e9999999999999999999}']
)
def test_a_payload_that_was_never_written_is_a_divergence(payload: str) -> None:
    broken = replace(sealed("claim", CLAIM), payload=payload)
    with pytest.raises(Divergence) as caught:
        _ = broken.body
    assert caught.value.facts == {"case": 12, "seq": 3, "what": "unreadable"}


def test_an_entry_of_an_unknown_kind_says_where_it_stands() -> None:
    with pytest.raises(Divergence) as caught:
        _ = sealed("judge", CLAIM).who
    assert caught.value.facts == {"case": 12, "seq": 3, "what": "format: judge/1"}


def test_a_fault_of_an_entry_is_printable_and_short() -> None:
    assert FieldInvalid(field="\x1b[2J").fault == r"field: \x1b[2J"
    assert len(FieldInvalid(field="x" * 10**6).fault) < 80


def test_an_entry_is_read_once_and_equal_to_one_that_was_not_read() -> None:
    read, unread = sealed("claim", CLAIM), sealed("claim", CLAIM)
    assert (read.body, read.who, read.calendar, read.done) == (entry.Claim("T#1", "lan"), LAN, 1, {})
    assert read.body is read.body and read == unread


def test_of_an_erased_entry_nothing_is_left_to_read() -> None:
    erased = replace(sealed("claim", CLAIM), payload=None)
    assert isinstance(erased.body, entry.Erased)
    assert (erased.who.lanes, erased.calendar, erased.done) == ((), 0, {})
