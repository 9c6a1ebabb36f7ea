"""What stands over a diagram: signs and tags at their elements, lanes at the edge of what is scrolled."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from runner import bpmn
from runner.drawing import overlay, svg
from runner.drawing.overlay import Overlay
from runner.drawing.plane import extent
from tests.world import ROOT

POST = bpmn.read((ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn").read_bytes(), "QT.BC.01.bpmn")
TASK, GATEWAY = "Task_B3_appraise", "Gateway_supplement"


def test_signs_and_tags_stand_at_their_elements_in_the_order_given() -> None:
    overlays = {
        TASK: Overlay("▶", "Hồ sơ ở đây & chờ", "hạn <mai>"),
        GATEWAY: Overlay("!", "Quá hạn"),
        "Task_gone": Overlay("?"),
    }
    drawn = svg.svg(POST, {TASK: "current", GATEWAY: "late"}, overlays)
    ElementTree.fromstring(drawn)  # noqa: S314  our own
    assert "Hồ sơ ở đây &amp; chờ" in drawn and "hạn &lt;mai&gt;" in drawn
    found = re.findall(r'<g class="overlay state-(\w+)".*?<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    task, gateway = POST.shapes[TASK], POST.shapes[GATEWAY]
    assert [(state, float(x), float(y)) for state, x, y in found] == [
        ("current", task.x, task.y),
        ("late", gateway.x + gateway.width / 4, gateway.y + gateway.height / 4),
    ]


def test_without_overlays_the_picture_is_what_it_was() -> None:
    assert svg.svg(POST, {}, {}) == svg.svg(POST) and 'class="overlay' not in svg.svg(POST)


def test_the_strip_of_lanes_is_as_high_as_the_picture() -> None:
    drawn = overlay.gutter(POST, extent(POST))
    heights = [re.findall(r'viewBox="[^"]*" width="[^"]*" height="([^"]*)"', each) for each in (drawn, svg.svg(POST))]
    assert heights[0] == heights[1] != []
    assert [lane in drawn for lane in ("Công chức TN&amp;TKQ", "Văn thư")] == [True, True]


def test_a_diagram_without_lanes_has_no_strip() -> None:
    bare = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p"/></definitions>'
    assert overlay.gutter(bpmn.read(bare, "p.bpmn"), extent(POST)) == ""
