"""Fault 25 at a draft's diagram: what is hostile is a finding or is kept as it is, and nothing of it ever runs.

The page's own endpoints take it: what is checked without being saved, what is saved, what is given out again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from werkzeug.test import TestResponse

from runner.bpmn import MAX_BYTES
from runner.domain.person import Person, Role
from runner.domain.procedure_draft import Origin
from tests.engine.attacks import DOCTYPES, EXPRESSIONS, SINKS, blow_up, laughs
from tests.engine.diagrams import simple
from tests.faults.hostile import Watch
from tests.faults.test_hostile_diagram import HARMLESS, INERT
from tests.web.conftest import Browser, Site
from tests.world import World

CODE = "ha-tinh/HOSTILE"
ANALYST = Person("ha", "Hà", frozenset({("ha-tinh", Role.ANALYST)}))
PAGE = "/studio/drafts/1/diagram"
HEADERS = {"Accept": "application/json", "Content-Type": "application/xml"}
OTHERS = {
    "nothing": b"",
    "binary": bytes(range(256)),
    "JSON": b'{"a": 1}',
    "HTML": b"<html><script>alert(1)</script></html>",
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"),
    "laughs": laughs(),
    "blow up": blow_up(),
    "deep": b"<a>" * 5_000,
    "too long": b"<!--" + b"x" * MAX_BYTES + b"-->",
    **{f"DOCTYPE {number}": text.encode() + simple() for number, text in enumerate(DOCTYPES)},
}


@pytest.fixture
def browser(_sqlite_url: str, tmp_path: Path) -> Iterator[Browser]:
    """The browser of an analyst with a draft."""
    world = World(_sqlite_url, tmp_path)
    world.deploy()
    world.runner.people.save(ANALYST)
    files = {f"bpmn/{CODE}.bpmn": simple()}
    world.runner.procedure_drafts.create(CODE, files, ANALYST, world.now, Origin.FOLDER)
    yield Site(world).browser(ANALYST)
    world.runner.close()


@pytest.fixture(scope="module")
def watch() -> Watch:
    """One for all: Python cannot remove a hook."""
    return Watch()


def post(browser: Browser, what: str, data: bytes) -> TestResponse:
    return browser.post(f"{PAGE}/{what}", data=data, headers={**HEADERS, "X-CSRF-Token": browser.csrf()})


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_what_is_no_diagram_is_a_finding_and_is_not_saved(browser: Browser, data: bytes) -> None:
    began = perf_counter()
    found = post(browser, "findings", data)
    assert found.status_code == 200 and "</" not in found.text
    [first, *_] = found.json["findings"] if found.json else []
    assert first["severity"] == "error" and first["file"] == f"bpmn/{CODE}.bpmn" and first["message"]
    refused = post(browser, "save?base=1", data)
    assert refused.status_code == 422 and refused.json and refused.json["detail"]
    assert browser.get(f"{PAGE}/file").data == simple()
    assert perf_counter() - began < 10


def test_more_than_a_request_may_bring_is_refused(browser: Browser) -> None:
    for what in ("findings", "save?base=1"):
        assert post(browser, what, b"x" * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("sink", SINKS)
def test_a_hostile_text_anywhere_in_a_diagram_is_found_or_means_nothing(
    browser: Browser, sink: str, watch: Watch
) -> None:
    clean, slowest = 0, 0.0
    for text in EXPRESSIONS:
        data = SINKS[sink](text)
        began = perf_counter()
        watch.on = True
        answer = post(browser, "findings", data)
        watch.on = False
        slowest = max(slowest, perf_counter() - began)
        assert answer.status_code == 200, text
        rules = {each["rule"] for each in json.loads(answer.data)["findings"] if each["severity"] == "error"}
        clean += rules <= {"content"}
    ran = [event for event in watch.touched if event.startswith(("exec", "os.system", "subprocess", "socket.connect"))]
    assert ran == []
    assert clean <= (len(EXPRESSIONS) if sink in INERT else HARMLESS.get(sink, 0))
    assert slowest < 5


def test_what_is_given_out_is_a_file_and_never_a_page(browser: Browser) -> None:
    scripted = simple().replace(b"<process", b'<x:script xmlns:x="http://www.w3.org/1999/xhtml" src="a"/><process')
    assert post(browser, "save?base=1", scripted).status_code == 200
    answer = browser.get(f"{PAGE}/file")
    assert answer.data == scripted
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
