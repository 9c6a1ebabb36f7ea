"""A script that was written is the script that is read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.scenario import format as scripts
from runner.scenario import writer
from runner.scenario.format import Scenario, ScenarioStep, Script, Worker
from runner.unicode import composed
from tests.world import ROOT

TEXT = st.text(st.characters(codec="utf-8"), max_size=20).map(composed)
VALUE = st.recursive(
    st.booleans() | st.integers(-(10**12), 10**12) | TEXT,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=40,
)


def read(data: bytes) -> Script:
    return scripts.parse(data, "x.toml", lambda _: b"")


@pytest.mark.parametrize("file", sorted((ROOT / "tests/procedures").glob("*/*.toml")), ids=lambda file: file.stem)
def test_every_script_of_ours_survives(file: Path) -> None:
    script = scripts.read(file)
    assert read(writer.write(script)) == script


@settings(max_examples=40)
@given(values=st.dictionaries(TEXT, VALUE, max_size=4), title=TEXT, late=st.lists(TEXT, max_size=40))
def test_whatever_people_type_survives(values: dict[str, object], title: str, late: list[str]) -> None:
    first = ScenarioStep(at="2026-03-02 08:00", do="start", due={"Việc 1": ""}, promise="", late=tuple(late))
    second = ScenarioStep(do="Task_1", values=values, late_reason=title, refused=("a",), facts={"x": True})
    scenario = Scenario(name="a", title=title, steps=(first, second), route=tuple(late))
    script = Script("mau/1", {"clerk": Worker(title, ("Task_1",))}, (scenario,), {"mẫu": values} if values else {})
    assert read(writer.write(script)) == script
