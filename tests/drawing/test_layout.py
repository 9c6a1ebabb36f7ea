"""Diagrams are drawn so that they can be read, and nothing else in their files is touched."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.bpmn import Diagram, read
from runner.drawing.layout import NothingToDraw, TooLargeToDraw, layout
from runner.lint.rules import geometry
from tests.engine.diagrams import (
    boundary,
    chain,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    parallel,
    start,
    sub,
    user,
)
from tests.engine.generated import diagrams
from tests.engine.laned import laned
from tests.world import ROOT

CONTENT = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
LICENCE = ROOT / "bpmn" / "ha-tinh" / "QT.BC.01.bpmn"
# The same few in every run: drawing one takes a second.
SLOW = settings(
    max_examples=8, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def untidy(data: bytes) -> list[tuple[str | None, str]]:
    return [(finding.element, finding.message) for finding in geometry.check(read(data), None)]


def undrawn(data: bytes, ids: set[str] | None = None) -> bytes:
    """The file without the shapes and lines of these elements, or of all."""
    if ids is None:
        return re.sub(rb"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", data, flags=re.DOTALL)
    found = re.compile(rb'\s*<bpmndi:BPMN(Shape|Edge) id="[^"]*" bpmnElement="([^"]*)".*?</bpmndi:BPMN\1>', re.DOTALL)
    return found.sub(lambda match: b"" if match[2].decode() in ids else match[0], data)


def without(diagram: Diagram, nodes: set[str]) -> set[str]:
    """These nodes with what is on and in them, and every line that leads to one of them."""
    gone = set(nodes)
    for node in diagram.nodes.values():
        if gone & {node.parent, node.attached_to}:
            gone.add(node.id)
    for line in (*diagram.flows.values(), *diagram.message_flows, *diagram.associations):
        if gone & {line.source, line.target}:
            gone.add(line.id)
    return gone


def all_drawn(diagram: Diagram) -> bool:
    things = {*diagram.nodes, *diagram.lanes, *diagram.annotations, *(pool.id for pool in diagram.participants)}
    lines = {line.id for line in (*diagram.flows.values(), *diagram.message_flows, *diagram.associations)}
    return things == set(diagram.shapes) and lines == set(diagram.edges)


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_procedures_drawn_anew_are_easy_to_read_and_otherwise_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    drawn = layout(data, everything=True)
    assert untidy(drawn) == [] and all_drawn(read(drawn))
    assert undrawn(drawn) == undrawn(data)


def test_the_same_file_gives_the_same_drawing_whatever_was_drawn_before() -> None:
    data = (ROOT / "bpmn" / "ben-tre" / "39.bpmn").read_bytes()
    drawn = layout(data, everything=True)
    assert layout(data, everything=True) == drawn
    assert read(layout(undrawn(data))).shapes == read(drawn).shapes  # nothing was drawn: nothing to keep


@SLOW
@given(laned())
def test_any_process_in_lanes_is_drawn_so_that_it_can_be_read(data: bytes) -> None:
    drawn = layout(data)
    assert untidy(drawn) == [] and all_drawn(read(drawn))


@SLOW
@given(diagrams())
def test_any_process_without_lanes_is_drawn_so_that_it_can_be_read(data: bytes) -> None:
    drawn = layout(data, everything=True)
    assert untidy(drawn) == [] and all_drawn(read(drawn))


@SLOW
@given(st.sets(st.sampled_from(sorted(read(LICENCE.read_bytes()).nodes)), min_size=1, max_size=6))
def test_what_has_a_place_keeps_it_and_what_has_none_gets_one(nodes: set[str]) -> None:
    before = read(LICENCE.read_bytes())
    gone = without(before, nodes)
    after = read(layout(undrawn(LICENCE.read_bytes(), gone)))
    assert all_drawn(after)
    frames = {*before.lanes, "Participant_agency"}  # may have had to grow
    assert {id for id in before.shapes if before.shapes[id] != after.shapes[id]} <= gone | frames
    assert {id for id in before.edges if before.edges[id] != after.edges[id]} <= gone
    assert all(before.shapes[id].x == after.shapes[id].x and before.shapes[id].y == after.shapes[id].y for id in frames)


def test_a_diagram_with_nothing_missing_is_left_byte_for_byte() -> None:
    assert layout(LICENCE.read_bytes()) == LICENCE.read_bytes()


def test_a_task_put_between_two_stands_between_them() -> None:
    data = layout(document(start(), user("a"), user("b"), end(), chain("s", "a", "b", "e"), drawn=False))
    more = user("c").encode() + flow("a", "c").encode() + flow("c", "b").encode()
    after = read(layout(data.replace(flow("a", "b").encode(), more)))
    assert after.shapes["a"] == read(data).shapes["a"] and after.shapes["b"] == read(data).shapes["b"]
    assert after.shapes["c"].x >= after.shapes["a"].x and {"a_c", "c_b"} <= after.edges.keys()


def test_colours_and_the_ids_of_shapes_stay_when_all_is_drawn_anew() -> None:
    data = document(start(), user("t"), end(), chain("s", "t", "e"))
    coloured = data.replace(b'bpmnElement="t"', b'bpmnElement="t" xmlns:bioc="http://bpmn.io/b" bioc:stroke="#c00"')
    drawn = layout(coloured, everything=True).decode()
    shape = next(each for each in drawn.split("<bpmndi:BPMNShape")[1:] if 'bpmnElement="t"' in each)
    kept = re.search(r'id="(t_di\d+)"', data.decode())
    assert kept and f'id="{kept[1]}"' in shape and 'bioc:stroke="#c00"' in shape


def test_the_longest_way_keeps_a_row_and_a_limit_hangs_below_its_task() -> None:
    data = document(
        start(),
        user("a"),
        exclusive("x", default="x_b"),
        user("b"),
        user("c"),
        end(),
        end("late"),
        end("f"),
        boundary("limit", "a", duration("P1D")),
        chain("limit", "late"),
        chain("s", "a", "x", "b", "c", "e"),
        flow("x", "f", "no = true"),
        drawn=False,
    )
    shapes = read(layout(data)).shapes
    assert len({shape.y + shape.height / 2 for id, shape in shapes.items() if id in "saxbce"}) == 1
    assert [shapes[one].x < shapes[other].x for one, other in ("sa", "ax", "xb", "bc", "ce")] == [True] * 5
    assert shapes["limit"].y + shapes["limit"].height / 2 == shapes["a"].y + shapes["a"].height
    assert shapes["late"].x == shapes["limit"].x and shapes["late"].y > shapes["limit"].y


def test_a_file_in_another_encoding_and_with_other_prefixes_stays_in_them() -> None:
    text = document(start(), user("t"), end(), chain("s", "t", "e"), drawn=False).decode()
    text = text.replace("xmlns:dc=", "xmlns:omgdc=").replace('name="Việc t"', 'name="Vi&#7879;c t"')
    data = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    drawn = layout(data)
    assert all_drawn(read(drawn)) and "<omgdc:Bounds" in drawn.decode("utf-16") and "&#7879;" in drawn.decode("utf-16")


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_drawn_anew_and_stays_in_it(mark: str) -> None:
    text = document(start(), user("t"), end(), chain("s", "t", "e")).decode()
    data = f'\ufeff<?xml version="1.0" encoding="UTF-16"?>{text}'.encode(mark)
    drawn = layout(data, everything=True)
    assert drawn.startswith(data[:2]) and untidy(drawn) == [] and drawn.decode(mark).count("\ufeff") == 1


def test_a_diagram_of_the_drawing_that_is_empty_stays() -> None:
    data = document(start(), user("t"), end(), chain("s", "t", "e")).replace(
        b"</definitions>", b'<bpmndi:BPMNDiagram id="none"/></definitions>'
    )
    drawn = layout(data, everything=True)
    assert untidy(drawn) == [] and b'<bpmndi:BPMNDiagram id="none"/>' in drawn


def test_a_folded_sub_process_keeps_its_plane_until_all_is_drawn_anew() -> None:
    inner = user("x"), chain("us", "x", "ue")
    data = document(start(), sub("u", start("us"), end("ue"), *inner), end(), chain("s", "u", "e"), drawn=False)
    whole = layout(data).decode()
    shapes = re.findall(r"<bpmndi:BPMN(?:Shape|Edge)[^§]*?</bpmndi:BPMN(?:Shape|Edge)>\s*", whole)
    inside = "".join(each for each in shapes if re.search(r'bpmnElement="(us|x|ue|us_x|x_ue)"', each))
    plane = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="u">{inside}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    for each in shapes:
        if each in inside:
            whole = whole.replace(each, "")
    folded = whole.replace("</definitions>", f"{plane}</definitions>").encode()
    assert layout(folded) == folded
    pools = b'<collaboration id="c"><participant id="o" name="O"/><participant id="own" processRef="p"/>'
    told = folded.replace(
        b"<process ", pools + b'<messageFlow id="m" sourceRef="x" targetRef="o"/></collaboration><process '
    )
    assert "m" not in read(layout(told)).edges and read(layout(told)).shapes["x"] == read(folded).shapes["x"]
    anew = layout(folded, everything=True)
    assert untidy(anew) == [] and anew.count(b"<bpmndi:BPMNPlane") == 1 and all_drawn(read(anew))


def test_an_empty_diagram_is_refused_in_a_sentence() -> None:
    with pytest.raises(NothingToDraw, match="chưa có phần tử nào"):
        layout(document(drawn=False))
    assert read(layout(document('<laneSet id="l"><lane id="director"/></laneSet>', drawn=False))).shapes


def test_messages_go_round_the_tasks_that_stand_in_their_way() -> None:
    rows = [[f"t{row}{place}" for place in range(3)] for row in range(3)]
    ids = [id for row in rows for id in row]
    messages = "".join(f'<messageFlow id="m{id}" name="Báo" sourceRef="{id}" targetRef="applicant"/>' for id in ids)
    pools = f'<participant id="applicant" name="Người nộp"/><participant id="pool" processRef="p"/>{messages}'
    body = start(), parallel("f"), *map(user, ids), parallel("j"), end(), chain("s", "f"), chain("j", "e")
    ways = (chain("f", *row, "j") for row in rows)
    data = document(*body, *ways, around=f'<collaboration id="c">{pools}</collaboration>', drawn=False)
    assert untidy(layout(data)) == []


def test_a_diagram_beyond_the_limits_is_refused() -> None:
    ids = [f"t{n}" for n in range(301)]
    with pytest.raises(TooLargeToDraw, match="301"):
        layout(document(*map(user, ids)))


def test_the_densest_diagrams_that_are_accepted_take_seconds_at_most() -> None:
    ids = [f"g{n}" for n in range(298)]
    gateways = [(exclusive if n % 2 else parallel)(id) for n, id in enumerate(ids)]
    dense = [flow(ids[n], ids[m]) for n in range(31) for m in range(31) if n != m]
    begun = monotonic()
    assert all_drawn(read(layout(document(start(), *gateways, chain("s", ids[0]), *dense, drawn=False))))
    assert monotonic() - begun < 60


@pytest.mark.parametrize(
    "odd",
    [
        flow("s", "nowhere") + flow("nowhere", "e"),
        boundary("b", "nowhere", duration("P1D")) + boundary("c", "c", ""),
        element("userTask", "", name="không có id").replace(' id=""', ""),
        '<association id="as" sourceRef="s" targetRef="nowhere"/><textAnnotation id="n"><text/></textAnnotation>',
        element("sequenceFlow", "self", sourceRef="t", targetRef="t"),
        '<laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef>'
        '<childLaneSet id="k"><lane id="m"/></childLaneSet></lane></laneSet>',
    ],
)
def test_odd_files_are_drawn_as_far_as_they_can_be(odd: str) -> None:
    data = document(start(), user("t"), end(), chain("s", "t", "e"), odd, drawn=False)
    assert {"s", "t", "e"} <= read(layout(data)).shapes.keys()
    assert layout(layout(data)) == layout(data)
