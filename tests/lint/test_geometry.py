"""What is hard to read in a drawing."""

from __future__ import annotations

import pytest

from tests.engine.diagrams import chain, document, end, exclusive, flow, simple, start, user
from tests.lint.findings import findings

SHAPE = (
    '<bpmndi:BPMNShape id="d{0}" bpmnElement="{0}"><dc:Bounds x="{1}" y="{2}" width="{3}" height="{4}"/>{5}'
    "</bpmndi:BPMNShape>"
)
LABEL = '<bpmndi:BPMNLabel><dc:Bounds x="{0}" y="{1}" width="80" height="14"/></bpmndi:BPMNLabel>'


def shape(id: str, x: int, y: int, wide: int = 100, high: int = 80, label: str = "") -> str:
    return SHAPE.format(id, x, y, wide, high, label)


def line(id: str, *points: tuple[int, int], label: str = "") -> str:
    way = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="d{id}" bpmnElement="{id}">{way}{label}</bpmndi:BPMNEdge>'


def flagged(
    *drawn: str, data: bytes = document(start(), user("t"), end(), chain("s", "t", "e"), drawn=False)
) -> list[str]:
    plane = f'<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P" bpmnElement="p">{"".join(drawn)}</bpmndi:BPMNPlane>'
    text = data.decode().replace("</definitions>", f"{plane}</bpmndi:BPMNDiagram></definitions>")
    return [f"{each.element}: {each.message}" for each in findings(text.encode(), "geometry")]


GOOD = shape("s", 0, 22, 36, 36), shape("t", 100, 0), shape("e", 300, 22, 36, 36)
LINES = line("s_t", (36, 40), (100, 40)), line("t_e", (200, 40), (300, 40), label=LABEL.format(210, 20))


def test_a_tidy_drawing_has_nothing_said_about_it() -> None:
    assert flagged(*GOOD, *LINES) == []


AHEAD = (200, 40), (300, 40)
DETOUR = (36, 40), (250, 40), (250, 90), (350, 90), (350, 40), (330, 40)


@pytest.mark.parametrize(
    ("drawn", "sentence"),
    [
        ((*GOOD[:2], shape("e", 150, 22, 36, 36), *LINES), "t: “Việc t” chồng lên “e”."),
        ((*GOOD, line("s_t", *DETOUR)), "s_t: Đường “s t” đi xuyên qua “e”."),
        ((*GOOD, LINES[0], line("t_e", (200, 40), (300, 55))), "t_e: Đường “t e” có đoạn chéo."),
        (
            (*GOOD[:2], shape("e", -80, 22, 36, 36), LINES[0]),
            "t_e: Luồng “t e” đi ngược về bên trái mà không phải vòng lặp.",
        ),
        ((*GOOD, LINES[0], line("t_e", *AHEAD, label=LABEL.format(210, 33))), "t_e: Chữ “t e” bị đường “t e” cắt qua."),
        ((*GOOD, LINES[0], line("t_e", *AHEAD, label=LABEL.format(110, 10))), "t_e: Chữ “t e” chồng lên “Việc t”."),
    ],
)
def test_what_is_hard_to_read_is_told_with_the_element(drawn: tuple[str, ...], sentence: str) -> None:
    if "ngược" in sentence:
        drawn = (*drawn, line("t_e", (100, 60), (-60, 60), (-60, 58)))
    assert sentence in flagged(*drawn)


def test_a_loop_may_lead_back_to_the_left() -> None:
    data = document(
        start(),
        user("t"),
        exclusive("x", default="x_e"),
        end(),
        chain("s", "t", "x", "e"),
        flow("x", "t", "no"),
        drawn=False,
    )
    back = line("x_t", (275, 15), (275, -30), (150, -30), (150, 0))
    ahead = line("t_x", (200, 40), (250, 40)), line("x_e", (300, 40), (400, 40)), LINES[0]
    assert flagged(*GOOD[:2], shape("x", 250, 15, 50, 50), shape("e", 400, 22, 36, 36), back, *ahead, data=data) == []


def test_looks_keep_nothing_from_being_deployed() -> None:
    assert {each.severity for each in findings(simple().replace(b'x="240"', b'x="130"'), "geometry")} == {"warning"}
