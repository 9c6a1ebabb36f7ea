"""The cause of a fault comes first and alone, and what says the same is told once."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from runner import lint as linter
from runner.bpmn import BPMN, BPMNDI, CAMUNDA
from runner.lint import Finding
from runner.services import content
from tests.engine.diagrams import catch, chain, document, duration, element, end, exclusive, flow, simple, start, user
from tests.lint.findings import lint
from tests.world import ROOT

PATH = ROOT / "bpmn/ben-tre/39.bpmn"


def linted(data: bytes) -> list[Finding]:
    """The findings on a changed diagram of Bến Tre beside its own facts and forms."""
    bundle = content.gather(data, ROOT, "ben-tre/39")
    return linter.lint(bundle.diagram, bundle.beside(bundle.diagram), looks=False)


def replaced(old: str, new: str) -> bytes:
    text = PATH.read_text(encoding="utf-8")
    assert re.search(old, text)
    return re.sub(old, new, text, count=1).encode()


def without(root: etree._Element, flow: str) -> bytes:
    """The file as a modeler leaves it when a sequence flow is deleted."""
    for each in list(root.iter(f"{{{BPMN}}}*", f"{{{BPMNDI}}}*")):
        if flow in (each.get("id"), each.get("bpmnElement"), each.text) and (parent := each.getparent()) is not None:
            parent.remove(each)
    return etree.tostring(root)


def turned(root: etree._Element, flow: str) -> bytes:
    """The file as a modeler leaves it when a sequence flow is drawn from its end to its beginning."""
    for each in root.iter(f"{{{BPMN}}}incoming", f"{{{BPMN}}}outgoing"):
        if each.text == flow:
            each.tag = f"{{{BPMN}}}{'outgoing' if each.tag.endswith('incoming') else 'incoming'}"
    [found] = root.iterfind(f".//{{{BPMN}}}sequenceFlow[@id='{flow}']")
    source, target = found.get("sourceRef", ""), found.get("targetRef", "")
    found.set("sourceRef", target)
    found.set("targetRef", source)
    return etree.tostring(root)


def test_whichever_flow_is_deleted_its_end_is_the_first_finding_and_two_say_it_all() -> None:
    flows = {each.get("id", ""): each for each in etree.parse(PATH).iter(f"{{{BPMN}}}sequenceFlow")}
    assert len(flows) > 50
    for id, gone in flows.items():
        found = linted(without(etree.parse(PATH).getroot(), id))
        assert found[0].element in (gone.get("sourceRef"), gone.get("targetRef")), id
        assert found[0].rule == "connections" and len(found) <= 2, id


def test_whichever_flow_is_turned_round_the_first_finding_is_at_it_and_mostly_names_it() -> None:
    flows = {each.get("id", ""): each for each in etree.parse(PATH).iter(f"{{{BPMN}}}sequenceFlow")}
    named = 0
    for id, each in flows.items():
        ends = each.get("sourceRef", ""), each.get("targetRef", "")
        found = linted(turned(etree.parse(PATH).getroot(), id))
        assert found[0].element in (id, *ends) and found[0].severity == "error", id
        named += found[0].element == id and "vẽ ngược chiều" in found[0].message
    assert named > len(flows) * 2 / 3


@pytest.mark.parametrize(
    ("old", "new", "rule", "element", "said"),
    [
        ('id="Task_2_guide" name', 'id="Task_1_guide" name', "ids", "Task_1_guide", "hãy đặt id khác"),
        ('cancelActivity="false" attachedToRef="Task_4', 'attachedToRef="Task_4', "steps", "Timer_4_approve", "ngắt"),
        (">P1D<", ">PT24H<", "steps", "Timer_1_forward", "hãy viết P1D"),
        ('(<bpmn:userTask id="Task_5_record")', r'\1 camunda:assignee="an"', "extensions", "Task_5_record", "vai trò"),
        ('(<bpmn:userTask id="Task_5_record")', r'\1 camunda:dueDate="x"', "extensions", "Task_5_record", "hẹn giờ"),
        (CAMUNDA, "http://operaton.org/schema/1.0/bpmn", "extensions", "ben-tre_39", "“http://operaton"),
        (
            r'userTask (id="Task_5_record"[^§]*?)</bpmn:userTask>',
            r"scriptTask \1</bpmn:scriptTask>",
            "elements",
            "Task_5_record",
            "mã lệnh",
        ),
    ],
)
def test_one_slip_is_one_finding_with_what_to_do(old: str, new: str, rule: str, element: str, said: str) -> None:
    [finding] = linted(replaced(old, new))
    assert (finding.severity, finding.rule, finding.element) == ("error", rule, element)
    assert said in finding.message


def test_what_says_the_same_is_told_once_with_the_places_of_the_others() -> None:
    vendor = '<extensionElements><v:{0} xmlns:v="urn:v"/></extensionElements>'
    tasks = [user(f"t{n}", vendor.format("ab"[n % 2])) for n in range(40)]
    [finding] = [
        each
        for each in lint(document(start(), *tasks, end(), chain("s", *(f"t{n}" for n in range(40)), "e")))
        if each.rule == "extensions"
    ]
    assert finding.count == 40 and finding.element == "t0"
    assert "v:a" in finding.message and "Còn 39 chỗ như vậy: t1, t2, t3, t4, t5, …" in finding.message
    others = finding.to_json()["others"]
    assert isinstance(others, list) and others[38] == {"element": "t39", "line": 43}


def test_many_alike_at_one_element_name_it_once() -> None:
    crowd = '<v:a xmlns:v="urn:v"/>' * 9_007
    found = lint(simple(task=user("t", f"<extensionElements>{crowd}</extensionElements>")))
    [finding] = [each for each in found if each.rule == "extensions"]
    assert finding.count == 9_007 and finding.message.endswith("Còn 9006 chỗ như vậy: t.")


def test_different_sentences_of_one_rule_stay_apart_but_how_it_looks_is_one_finding_a_kind() -> None:
    data = simple(task=element("userTask", "t", name="a", assignee="b", owner="c"))
    assert len([each for each in lint(data) if each.rule == "elements"]) == 2
    crowded = re.sub(rb'x="\d+" y="80"', b'x="0" y="80"', document(start(), user("t"), end(), chain("s", "t", "e")))
    [overlap] = [each for each in lint(crowded) if "chồng lên" in each.template]
    assert overlap.count == 3


def test_errors_come_before_warnings_and_in_the_order_of_causes() -> None:
    found = lint(
        document(
            start(),
            exclusive("g", default="g_e"),
            element("userTask", "a"),
            end(),
            chain("s", "g", "a", "e"),
            flow("g", "e"),
            element("group", "frame"),
        )
    )
    assert [(each.severity, each.rule) for each in found] == [("error", "exclusive"), ("warning", "elements")]
    assert lint(simple(element("scriptTask", "x"), user("loose"))) == lint(
        simple(element("scriptTask", "x"), user("loose"))
    )


@pytest.mark.parametrize(
    ("structure", "rules"),
    [
        ("", {"timers"}),
        (user("t"), {"ids"}),
        (user("loose"), {"connections"}),
        (user("a") + user("b") + chain("a", "b", "a"), {"reachability"}),
        (element("group", "frame"), {"timers", "elements"}),
    ],
)
def test_errors_of_structure_stand_alone(structure: str, rules: set[str]) -> None:
    data = document(start(), catch("t", duration("P1M")), end(), chain("s", "t", "e"), structure)
    found = lint(data)
    assert {each.rule for each in found if each.rule != "geometry"} == rules
    assert linter.alone(found) == ("timers" not in rules)
