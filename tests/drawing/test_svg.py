"""Pictures of diagrams, and that the diagrams of the content look drawn by a careful person."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.bpmn import Diagram, read
from runner.drawing.svg import NO_PICTURE, svg
from runner.drawing.text import lines, width
from runner.lint.rules import geometry

CONTENT = sorted((Path(__file__).parents[2] / "bpmn").glob("*/*.bpmn"))
SVG = "{http://www.w3.org/2000/svg}"

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI">"""


def drawn(elements: str, interchange: str) -> Diagram:
    plane = f'<bpmndi:BPMNDiagram id="x"><bpmndi:BPMNPlane id="y">{interchange}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return read(f'{HEAD}<process id="p" name="Quy trình">{elements}</process>{plane}</definitions>'.encode(), "p.bpmn")


def box(element: str, x: int = 0, y: int = 0, width: int = 100, height: int = 80, more: str = "") -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape bpmnElement="{element}" {more}>{bounds}</bpmndi:BPMNShape>'


def line(element: str, *points: tuple[int, int]) -> str:
    way = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{way}</bpmndi:BPMNEdge>'


def group(picture: str, element: str) -> ElementTree.Element:
    root = ElementTree.fromstring(picture)  # noqa: S314
    [found] = [each for each in root.iter(f"{SVG}g") if each.get("data-element") == element]
    return found


def words(picture: str) -> str:
    root = ElementTree.fromstring(picture)  # noqa: S314
    return " ".join(span.text or "" for span in root.iter(f"{SVG}tspan"))


# -- the picture -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_procedure_is_drawn_whole_and_self_contained(path: Path) -> None:
    diagram = read(path.read_bytes(), path.name)
    picture = svg(diagram)
    root = ElementTree.fromstring(picture)  # noqa: S314
    elements = {each.get("data-element") for each in root.iter(f"{SVG}g")}
    assert elements >= {*diagram.nodes, *diagram.flows, *diagram.lanes, *diagram.annotations}
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg",
        "g",
        "title",
        "rect",
        "circle",
        "path",
        "text",
        "tspan",
    }
    names = {"style", "id", "href", "src", "onload", "onclick"}
    assert not [each for each in root.iter() if names & set(each.attrib)]
    assert "…" not in words(picture).replace("“…", "").replace("…”", "")  # nothing had to be cut


def test_a_file_without_interchange_is_told_in_words() -> None:
    picture = svg(read(f'{HEAD}<process id="p"><task id="t"/></process></definitions>'.encode()))
    assert words(picture) == NO_PICTURE


def test_names_cannot_leave_their_place_in_the_picture() -> None:
    attack = '&lt;/text&gt;&lt;script&gt;alert("1")&lt;/script&gt;'.replace('"', "&quot;")
    picture = svg(drawn(f'<userTask id="t&quot;&gt;" name="{attack}"/>', box("t&quot;&gt;", width=400)))
    assert '<script>alert("1")</script>' in words(picture)
    assert "<script" not in picture


def test_elements_carry_their_kind_and_what_became_of_them() -> None:
    diagram = drawn('<userTask id="a"/><userTask id="b"/>', box("a") + box("b", 200))
    picture = svg(diagram, {"a": "late", "b": 'x" onload="y'})
    assert group(picture, "a").get("class") == "userTask state-late"
    assert group(picture, "a").get("stroke") != group(picture, "b").get("stroke")
    assert group(picture, "b").get("class") == "userTask state-xonloady"


def test_an_event_that_does_not_interrupt_is_dashed_and_an_interrupting_one_is_not() -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    picture = svg(
        drawn(
            f'<userTask id="t"/><boundaryEvent id="a" attachedToRef="t" cancelActivity="false">{timer}</boundaryEvent>'
            f'<boundaryEvent id="b" attachedToRef="t">{timer}</boundaryEvent>',
            box("t") + box("a", 10, 62, 36, 36) + box("b", 60, 62, 36, 36),
        )
    )
    rings = [[ring.get("stroke-dasharray") for ring in group(picture, id).iter(f"{SVG}circle")] for id in "ab"]
    assert rings == [["4 3", "4 3"], [None, None]]


def test_a_default_flow_is_crossed_and_a_message_flow_dashed() -> None:
    diagram = read(
        f'{HEAD}<collaboration id="c"><participant id="o" name="Người dân"/><participant id="q" processRef="p"/>'
        '<messageFlow id="m" sourceRef="o" targetRef="g"/></collaboration><process id="p">'
        '<exclusiveGateway id="g" default="f"/><userTask id="t"/><sequenceFlow id="f" sourceRef="g" targetRef="t"/>'
        '<sequenceFlow id="e" sourceRef="g" targetRef="t"/></process><bpmndi:BPMNDiagram id="x">'
        f'<bpmndi:BPMNPlane id="y">{box("o", 0, 0, 400, 50)}{box("g", 100, 120, 50, 50)}{box("t", 300, 120)}'
        f"{line('f', (150, 145), (300, 145))}{line('e', (150, 145), (300, 145))}{line('m', (125, 50), (125, 120))}"
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>".encode()
    )
    picture = svg(diagram)
    assert len(list(group(picture, "f").iter(f"{SVG}path"))) == len(list(group(picture, "e").iter(f"{SVG}path"))) + 1
    dashes = [path.get("stroke-dasharray") for path in group(picture, "m").iter(f"{SVG}path")]
    assert dashes == ["8 5", None, None]


def test_a_group_hides_nothing_and_lies_behind_with_its_words() -> None:
    category = '<category id="c"><categoryValue id="v" value="Thẩm định"/></category>'
    data = (
        f"{HEAD}{category}<process id='p'><userTask id='t' name='Việc'/><group id='g' categoryValueRef='v'/></process>"
    )
    shapes = box("t", 20, 20) + box("g", 0, 0, 200, 120)
    plane = f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    picture = svg(read((data + plane).encode()))
    [frame] = group(picture, "g").iter(f"{SVG}rect")
    assert frame.get("fill") == "none" and picture.index('data-element="g"') < picture.index('data-element="t"')
    assert "Thẩm định" in words(picture)


def test_what_is_repeated_or_folded_is_marked() -> None:
    def marks(inner: str, more: str = "", tag: str = "subProcess") -> int:
        picture = svg(drawn(f'<{tag} id="s">{inner}</{tag}>', box("s", more=more)))
        return len(list(group(picture, "s").iter(f"{SVG}path")))

    several = "<multiInstanceLoopCharacteristics/>"
    assert marks("", 'isExpanded="true"') == 0 and marks("", 'isExpanded="false"') == 1
    assert marks(several, 'isExpanded="true"') == 1 and marks(several, 'isExpanded="false"') == 2
    assert marks("", tag="callActivity") == 1
    shown = {
        svg(drawn(f'<task id="s">{loop}</task>', box("s")))
        for loop in (
            several,
            '<multiInstanceLoopCharacteristics isSequential="true"/>',
            "<standardLoopCharacteristics/>",
            "",
        )
    }
    assert len(shown) == 4


FOLDED = (
    '<task id="a" name="Trước"/><subProcess id="s" name="Thẩm tra"><task id="b" name="Đi thực địa"/>'
    '<task id="c" name="Lập biên bản"/><sequenceFlow id="f" sourceRef="b" targetRef="c"/></subProcess>'
)


def folded() -> Diagram:
    """A sub-process that a modeler folded: its inside is on a plane of its own, at the same coordinates."""
    outer = box("a", 0, 0) + box("s", 200, 0)
    inner = box("b", 0, 0) + box("c", 200, 0) + line("f", (100, 40), (200, 40))
    planes = "".join(
        f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="{of}">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        for of, shapes in (("p", outer), ("s", inner))
    )
    return read(f'{HEAD}<process id="p" name="Quy trình">{FOLDED}</process>{planes}</definitions>'.encode())


def test_each_plane_is_drawn_by_itself_with_its_name() -> None:
    picture = svg(folded())
    tops = {id: float(next(group(picture, id).iter(f"{SVG}rect")).get("y") or 0) for id in "abc"}
    assert tops["a"] == 0 and tops["b"] == tops["c"] > 80, "the inside is below what stands round it"
    assert len(list(group(picture, "s").iter(f"{SVG}path"))) == 1, "folded"
    assert "[+] Thẩm tra" in words(picture)
    height = float(ElementTree.fromstring(picture).get("height") or 0)  # noqa: S314
    assert height > tops["b"] + 80
    assert [each for each in geometry.check(folded(), None) if "chồng" in each.template] == []


def test_unknown_elements_are_plain_boxes_with_their_names() -> None:
    data = '<dataObjectReference id="r" name="Giấy phép"/>'
    picture = svg(drawn(data, box("r") + box("nowhere", 200) + line("void", (0, 0), (9, 9)) + line("dot", (1, 1))))
    assert group(picture, "r").get("class") == group(picture, "nowhere").get("class") == "foreign"
    assert words(picture) == "Giấy phép"


def test_odd_interchange_is_drawn_all_the_same() -> None:
    elements = '<subProcess id="s" triggeredByEvent="true" name="S"/><sequenceFlow id="f" name="N" sourceRef="s"/>'
    shapes = box("s", -5, 7, 0, -3) + line("f", (3, 3), (3, 3)) + box("p", 10**9, 0)
    ElementTree.fromstring(svg(drawn(elements, shapes)))  # noqa: S314


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(1, 400), st.integers(1, 6))
def test_words_are_wrapped_to_the_room_and_none_is_lost_without_an_ellipsis(text: str, room: int, most: int) -> None:
    found = lines(text, room, 12, most)
    assert len(found) <= most
    if not found or not found[-1].endswith("…"):
        assert "".join("".join(found).split()) == "".join(text.split())
    one_letter = 12.0
    assert all(width(each, 12) <= max(room, one_letter) + one_letter for each in found)


# -- the drawing of the content ----------------------------------------------------------------------------------------


@pytest.fixture(params=CONTENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def diagram(request: pytest.FixtureRequest) -> Diagram:
    return read(request.param.read_bytes(), request.param.name)


def test_lines_begin_and_end_on_the_border_of_what_they_join(diagram: Diagram) -> None:
    for flow in (*diagram.flows.values(), *diagram.message_flows):
        points = diagram.edges[flow.id].waypoints
        for element, (x, y) in zip((flow.source, flow.target), (points[0], points[-1]), strict=True):
            shape = diagram.shapes[element]
            assert x in (shape.x, shape.x + shape.width) or y in (shape.y, shape.y + shape.height), (flow.id, element)


def test_nothing_in_the_drawing_is_hard_to_read(diagram: Diagram) -> None:
    assert [(finding.element, finding.message) for finding in geometry.check(diagram, None)] == []


def test_step_limits_sit_on_the_lower_border_with_their_end_just_below(diagram: Diagram) -> None:
    for node in diagram.nodes.values():
        if node.type != "boundaryEvent" or not node.attached_to:
            continue
        event, host = diagram.shapes[node.id], diagram.shapes[node.attached_to]
        assert event.y + event.height / 2 == host.y + host.height, node.id
        [following] = (diagram.flows[flow].target for flow in node.outgoing)
        assert 0 < diagram.shapes[following].y - (event.y + event.height) < 80, node.id
