"""A file without the extensions of other programs, and what it keeps of them: a note."""

from __future__ import annotations

import pytest

from runner.bpmn import BPMN, MAX_BYTES, NotBpmn, read
from runner.bpmn.foreign import Removed, clean
from runner.lint import lint
from tests.engine.diagrams import chain, document, end, simple, start, user

VENDOR = '<extensionElements><v:look xmlns:v="urn:vendor"><v:colour/></v:look></extensionElements>'
NOTE = "Đã gỡ:"


def cleaned(data: bytes) -> tuple[bytes, list[Removed]]:
    return clean(data, MAX_BYTES, NOTE)


def test_foreign_elements_and_attributes_go_and_a_note_says_which_and_where() -> None:
    tasks = [user(f"t{n}", VENDOR) for n in range(7)]
    data = document(start(), *tasks, end(), chain("s", *(f"t{n}" for n in range(7)), "e")).replace(
        b'<userTask id="t3"', b'<userTask xmlns:w="urn:other" w:size="3" id="t3"'
    )
    assert {each.rule for each in lint(read(data)) if each.severity == "error"} == {"extensions"}
    after, removed = cleaned(data)
    assert removed == [
        Removed("v:look", "urn:vendor", 7, ("t0", "t1", "t2", "t3", "t4")),
        Removed("w:size", "urn:other", 1, ("t3",)),
    ]
    assert [each for each in lint(read(after)) if each.rule != "geometry"] == []
    note = read(after).root.findtext(f"{{{BPMN}}}documentation") or ""
    assert note.splitlines() == [NOTE, "v:look (urn:vendor) × 7: t0, t1, t2, t3, t4", "w:size (urn:other) × 1: t3"]
    assert cleaned(after) == (after, [])


def test_what_is_read_here_stays_and_a_file_without_anything_foreign_is_the_same_bytes() -> None:
    assert cleaned(simple()) == (simple(), [])
    after, _ = cleaned(simple(task=user("t", VENDOR, step="B1")))
    assert read(after).nodes["t"].properties == {"step": "B1"}
    assert read(after).nodes["t"].form == "assess"
    listener = '<extensionElements><camunda:executionListener event="start" class="X"/></extensionElements>'
    akin = simple(task=user("t", listener)).replace(b"camunda.org", b"operaton.org")
    assert cleaned(akin) == (akin, []), "what another engine wrote for itself is not thrown away unread"


def test_comments_and_the_encoding_stay() -> None:
    text = simple(task=user("t", VENDOR)).decode().replace("<startEvent", "<!-- của người vẽ --><startEvent", 1)
    data = f'<?xml version="1.0" encoding="UTF-16"?>\n{text}'.encode("utf-16")
    after, removed = cleaned(data)
    assert len(removed) == 1 and "<!-- của người vẽ -->" in after.decode("utf-16")
    assert read(after).nodes["t"].name == "Việc t"


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(NotBpmn):
        cleaned(b"<a>")
