"""A procedure of the content as other modelers and other hands write it: the same diagram, the same findings."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from runner import lint as linter
from runner.bpmn import MAX_BYTES
from runner.bpmn.foreign import clean
from runner.drawing.layout import layout
from runner.drawing.svg import svg
from runner.lint import Finding
from runner.services import content
from tests.world import ROOT

PATH = ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn"
TEXT = PATH.read_text(encoding="utf-8")


def linted(data: bytes) -> list[Finding]:
    bundle = content.gather(data, ROOT, "ha-tinh/QT.BC.01")
    return linter.lint(bundle.diagram, bundle.beside(bundle.diagram))


def edited(pattern: str, new: str, count: int = 0) -> str:
    changed, times = re.subn(pattern, new, TEXT, count=count)
    assert times
    return changed


def default_namespace() -> str:
    text = TEXT.replace("xmlns:bpmn=", "xmlns=").replace("<bpmn:", "<").replace("</bpmn:", "</")
    return text.replace('xsi:type="bpmn:', 'xsi:type="')


def two_drawings() -> str:
    [drawing] = re.findall(r"<bpmndi:BPMNDiagram [^§]*</bpmndi:BPMNDiagram>", TEXT)
    moved = re.sub(r'\bx="\d', 'x="7', re.sub(r' id="', ' id="second_', drawing))
    return TEXT.replace(drawing, drawing + moved)


def empty_pool() -> str:
    text = edited(r'(<bpmn:participant id="Participant_applicant"[^/]*)/>', r'\1 processRef="nobody"/>')
    return text.replace("<bpmndi:BPMNDiagram", '<bpmn:process id="nobody" isExecutable="false"/><bpmndi:BPMNDiagram', 1)


@pytest.mark.parametrize(
    "written",
    [
        default_namespace,
        lambda: edited(r"\s*<bpmn:(incoming|outgoing)>[^<]*</bpmn:\1>", ""),
        two_drawings,
        lambda: edited(r'(<bpmn:participant [^>]*name="[^" ]*) ', r"\1&#10;"),
        lambda: TEXT.replace("</bpmn:definitions>", '<bpmndi:BPMNDiagram id="none"/></bpmn:definitions>'),
        lambda: edited('isExecutable="true"', 'isExecutable="1"').replace(
            'cancelActivity="false"', 'cancelActivity="0"'
        ),
        lambda: edited("<bpmn:userTask ", '<bpmn:userTask implementation="##unspecified" completionQuantity="1" '),
    ],
    ids=[
        "default namespace",
        "no incoming and outgoing",
        "two drawings",
        "broken names",
        "empty drawing",
        "1 and 0",
        "defaults",
    ],
)
def test_a_procedure_written_in_another_way_is_as_clean(written: Callable[[], str]) -> None:
    assert [finding.message for finding in linted(written().encode())] == []


def test_a_procedure_in_utf_16_is_as_clean_and_drawn_the_same() -> None:
    data = TEXT.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert linted(data) == []
    assert svg(content.gather(data, ROOT, "ha-tinh/QT.BC.01").diagram) == svg(
        content.gather(TEXT.encode(), ROOT, "ha-tinh/QT.BC.01").diagram
    )


def test_an_empty_expanded_pool_is_one_warning() -> None:
    [finding] = linted(empty_pool().encode())
    assert (finding.severity, finding.rule, finding.element) == ("warning", "elements", "nobody")
    assert "thu gọn bể" in finding.message


def test_a_line_without_points_is_one_error_and_layout_draws_it() -> None:
    bare = edited(r'(<bpmndi:BPMNEdge [^>]*bpmnElement="(Flow_[^"]*)">)[^§]*?(</bpmndi:BPMNEdge>)', r"\1\3", 1)
    [finding] = linted(bare.encode())
    assert (finding.severity, finding.rule) == ("error", "drawn")
    assert linted(layout(bare.encode())) == []


def test_metadata_of_another_tool_is_one_error_and_cleaning_takes_it_out() -> None:
    vendor = '<bpmn:extensionElements><w:Look xmlns:w="urn:w"><w:Colour/></w:Look></bpmn:extensionElements>'
    dirty = edited(r"(<bpmn:startEvent [^>]*>)", r"\1" + vendor, 1).encode()
    [finding] = linted(dirty)
    assert (finding.rule, finding.severity) == ("extensions", "error") and "motcua clean" in finding.message
    assert linted(clean(dirty, MAX_BYTES, "Đã gỡ:")[0]) == []
