"""The difference of two versions: nothing that is read otherwise goes untold, and what is told are the law's terms."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest
from lxml import etree

from runner.authoring.difference import Difference, difference
from runner.authoring.difference.facts import ITEMS, LABELS, PROVINCE
from runner.authoring.difference.forms import ATTRIBUTES
from runner.domain import form as forms
from runner.domain.form.component import Component
from runner.domain.procedure import Procedure, Province
from runner.errors import MotcuaError
from runner.services import content
from runner.services.bundle import Bundle
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.02"
DIAGRAM, FACTS = f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml"
CODES = [path.relative_to(ROOT / "bpmn").with_suffix("").as_posix() for path in content.procedures(ROOT)]
DRAWN = ("{http://www.omg.org/spec/BPMN/20100524/DI}", "{http://www.omg.org/spec/DD/")


@cache
def loaded(code: str) -> Bundle:
    return content.load(ROOT / f"bpmn/{code}.bpmn", ROOT)


def changed(name: str, data: bytes, code: str = CODE) -> Bundle:
    """The procedure with one file of another content."""
    files = {**loaded(code).files, name: data}
    return content.assemble(files[f"bpmn/{code}.bpmn"], content.held(files), code)


def edited(*edits: tuple[str, str, str]) -> Bundle:
    """The procedure after replacements of text: file, old, new."""
    files = dict(loaded(CODE).files)
    for name, old, new in edits:
        assert old.encode() in files[name], old
        files[name] = files[name].replace(old.encode(), new.encode())
    return content.assemble(files[DIAGRAM], content.held(files), CODE)


def told(found: Difference) -> list[str]:
    return [each.text for each in found.changes]


def test_a_version_does_not_differ_from_itself_nor_from_one_drawn_otherwise() -> None:
    for code in CODES:
        found = difference(loaded(code), loaded(code))
        assert found.same and not found.changes
    comment = (DIAGRAM, "<bpmn:process", "<!-- chú --><bpmn:process")
    moved = edited((DIAGRAM, '<dc:Bounds x="', '<dc:Bounds x="1'), comment)
    found = difference(loaded(CODE), moved)
    assert not found.same and not found.changes


def test_a_changed_limit_is_told_once_with_the_elements_that_carry_it() -> None:
    before = loaded(CODE)
    after = edited((FACTS, 'days = "2.5"', 'days = "2"'), (DIAGRAM, "P2.5D", "P2D"))
    found = difference(before, after)
    [limit] = [each for each in found.changes if "thời hạn" in each.label]
    assert limit.text == "Bước B3, thời hạn: 2,5 ngày làm việc → 2 ngày làm việc"
    timers = {node.id for node in before.diagram.nodes.values() if node.timer and node.timer.expression == "P2.5D"}
    assert set(limit.old) == set(limit.new) == timers
    assert found.states(after=True) == dict.fromkeys(timers, "changed")
    drawn = difference(before, edited((DIAGRAM, "P2.5D", "P2D")))
    assert told(drawn) == ["Bước B3, thời hạn trên sơ đồ: 2,5 ngày làm việc → 2 ngày làm việc"]


def test_what_the_law_says_otherwise_is_told_in_its_terms() -> None:
    found = difference(
        loaded(CODE),
        edited(
            (FACTS, "amount = 750000", "amount = 800000"),
            (FACTS, "Lãnh đạo sở", "Lãnh đạo Sở"),
            (DIAGRAM, 'name="clock" value="pause"', 'name="clock" value="stop"'),
        ),
    )
    text = "\n".join(told(found))
    assert "Phí, trường hợp other_change, mức: 750.000 đồng → 800.000 đồng" in text
    assert "Bước B5, người thực hiện: Lãnh đạo sở → Lãnh đạo Sở" in text
    assert "thuộc tính clock: pause → stop" in text
    assert [each.group for each in found.changes] == sorted(
        (each.group for each in found.changes), key=[*difference.__globals__["GROUPS"]].index
    )
    assert all(set(each) >= {"group", "kind", "before", "after"} for each in found.to_json()["changes"])  # type: ignore[attr-defined]


def test_two_provinces_are_compared_by_what_their_elements_are() -> None:
    found = difference(loaded("ha-tinh/QT.BC.02"), loaded("ben-tre/02"))
    text = "\n".join(told(found))
    assert "Thời hạn giải quyết: 5 ngày làm việc → 7 ngày làm việc" in text
    assert "bỏ vai trò records_clerk: Văn thư" in text
    assert "Gửi phiếu, chờ và nhận hồ sơ bổ sung" not in text, "what has another id and the same name is the same"
    back = difference(loaded("ben-tre/02"), loaded("ha-tinh/QT.BC.02"))
    assert "thêm vai trò records_clerk: Văn thư" in told(back)


def _fields(shape: type, path: str = "") -> Iterator[str]:
    hints = get_type_hints(shape)
    for each in fields(shape):
        kinds = [hints[each.name], *get_args(hints[each.name])]
        kinds += [kind for one in kinds for kind in get_args(one)]
        inner = next((kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)), None)
        name = f"{path}{each.name}"
        if name in ITEMS or (inner and name not in LABELS):
            assert inner, name
            yield from _fields(inner, f"{name}.")
        else:
            yield name


def test_every_key_of_the_facts_has_a_label() -> None:
    keys = {f"{path}.{item[2]}" for path, item in ITEMS.items()}
    assert set(_fields(Procedure)) - keys == set(LABELS), "what names an item is its label"
    assert {each.name for each in fields(Component)} - {"key", "components"} == set(ATTRIBUTES)
    told_by_the_diagram = {"code", "lanes"}
    assert {each.name for each in fields(Province)} - told_by_the_diagram == set(PROVINCE)


def test_roles_are_called_as_the_province_calls_them() -> None:
    facts = f"bpmn/{CODE}.toml"
    found = difference(loaded(CODE), edited((facts, 'lanes = ["director"]', 'lanes = ["division_lead"]')))
    text = "\n".join(told(found))
    assert "vai trò: " in text
    assert "director" not in text and "division_lead" not in text


def test_what_a_province_says_otherwise_is_told() -> None:
    name = "bpmn/ha-tinh/province.toml"
    hours, division = ('"17:00"', '"16:30"'), ("Phòng Bưu chính Viễn thông", "Phòng Bưu chính")
    found = difference(loaded(CODE), edited((name, *hours), (name, *division)))
    text = "\n".join(told(found))
    assert "Tỉnh, giờ làm việc: " in text
    assert "Tỉnh, phòng chuyên môn: Phòng Bưu chính Viễn thông → Phòng Bưu chính" in text


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            yield from _leaves(inner)
        else:
            yield value, key


def test_whatever_a_form_says_otherwise_is_told() -> None:
    names = [name for name in loaded(CODE).files if name.startswith("forms/")]
    choose, seen = random.Random(10), 0
    for name in names:
        original = json.loads(loaded(CODE).files[name])
        for _ in range(12):
            schema = json.loads(json.dumps(original))
            holder, key = choose.choice(list(_leaves(schema["components"])))
            value = holder[key]
            number = isinstance(value, int) and not isinstance(value, bool)
            holder[key] = value + 1 if number else not value if isinstance(value, bool) else f"{value}1"
            data = json.dumps(schema, ensure_ascii=False).encode()
            try:
                same = forms.read(data) == forms.read(loaded(CODE).files[name])
            except MotcuaError:
                continue
            found = difference(loaded(CODE), changed(name, data))
            assert same or found.changes, (name, holder, key)
            seen += not same
    assert seen > 20


def _essence(bundle: Bundle) -> object:
    """What the engine reads of a diagram: everything but lines of the file."""
    drawn = bundle.diagram
    return (
        {process.id: (process.name, process.properties) for process in drawn.processes.values()},
        [replace(node, line=0) for node in drawn.nodes.values()],
        [replace(flow, line=0) for flow in drawn.flows.values()],
        {lane.id: sorted(lane.members) for lane in drawn.lanes.values()},
        drawn.annotations,
    )


def _semantic(element: etree._Element) -> bool:
    return not str(element.tag).startswith(DRAWN)


@pytest.mark.parametrize("code", ["ha-tinh/QT.BC.01", "ben-tre/39"])
def test_whatever_a_diagram_says_otherwise_is_told(code: str) -> None:
    name = f"bpmn/{code}.bpmn"
    source, choose, seen = loaded(code).files[name], random.Random(code), 0
    for _ in range(90):
        tree = etree.fromstring(source)
        element = choose.choice([each for each in tree.iterdescendants(etree.Element) if _semantic(each)])
        kind = choose.choice(["attribute", "text", "remove"])
        if kind == "attribute" and element.attrib:
            key = choose.choice([*element.attrib])
            if key == "id":
                continue  # what has another id is found again by what it is
            element.set(key, element.get(key, "") + "1")
        elif kind == "text" and (element.text or "").strip():
            element.text = (element.text or "").strip() + "1"
        elif kind == "remove" and element.getparent() is not None:
            element.getparent().remove(element)
        try:
            after = changed(name, etree.tostring(tree), code)
        except MotcuaError:
            continue
        if _essence(after) != _essence(loaded(code)):
            seen += 1
            assert difference(loaded(code), after).changes, etree.tostring(element)[:200]
    assert seen > 30


def test_a_limit_that_stands_at_another_task_and_rows_in_another_order_are_told() -> None:
    at, table = (DIAGRAM, 'attachedToRef="Task_B3_guide"', 'attachedToRef="Task_B6_update"'), "bpmn/ha-tinh/phi.dmn"
    assert any("gắn vào" in line for line in told(difference(loaded(CODE), edited(at))))
    assert any(
        "gắn vào" in line for line in told(difference(loaded(CODE), edited((at[0], at[1], 'attachedToRef="No"'))))
    )

    def ordered(turned: bool) -> Bundle:
        tree = etree.fromstring(loaded(CODE).files[table].replace(b'hitPolicy="UNIQUE"', b'hitPolicy="FIRST"'))
        first, second = [each for each in tree.iter(etree.Element) if each.tag.endswith("}rule")][:2]
        tree.iter("{*}decisionTable").__next__().set("hitPolicy", "FIRST")
        if turned:
            second.addnext(first)
        return changed(table, etree.tostring(tree))

    [line] = told(difference(ordered(False), ordered(True)))
    assert "thứ tự các dòng" in line and "1, 2, 3" in line and "2, 1, 3" in line
