"""What stands in a drawing and does not run: accepted, pointed out, and no matter to the case."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from runner.bpmn import read
from runner.bpmn.passive import BOOLEANS, DEFAULTS, plain, truth
from runner.lint import lint
from tests.engine.case_run import CaseRun
from tests.engine.diagrams import boundary, chain, document, duration, element, end, start, sub, user

SCHEMA = Path(__file__).parents[1] / "tools/node_modules/bpmn-moddle/resources/bpmn/xsd/Semantic.xsd"
XSD = "{http://www.w3.org/2001/XMLSchema}"

DATA = (
    element("dataObject", "paper")
    + element("dataObjectReference", "sheet", dataObjectRef="paper", name="Giấy phép")
    + element("dataStoreReference", "shelf", name="Kho lưu trữ")
)
ARROWS = (
    "<ioSpecification><inputSet/><outputSet/></ioSpecification>"
    '<property id="end" name="__targetRef_placeholder"/>'
    '<dataInputAssociation id="in"><sourceRef>sheet</sourceRef><targetRef>end</targetRef></dataInputAssociation>'
    '<dataOutputAssociation id="out"><targetRef>shelf</targetRef></dataOutputAssociation>'
)
FRAME = element("group", "frame", categoryValueRef="words")
WORDS = element("category", "words_of", '<categoryValue id="words" value="Thẩm định"/>')


def test_frames_and_data_are_warnings_and_the_case_runs_as_without_them() -> None:
    data = document(start(), user("t", ARROWS), end(), chain("s", "t", "e"), FRAME, DATA, around=WORDS)
    found = [(each.severity, each.rule, each.element, each.count) for each in lint(read(data))]
    assert found == [
        ("warning", "elements", "t", 1),
        ("warning", "elements", "frame", 1),
        ("warning", "elements", "paper", 1),
        ("warning", "elements", "sheet", 1),
        ("warning", "elements", "shelf", 1),
    ]
    run = CaseRun(data)
    run.submit("t")
    assert run.status == "finished"


def test_a_frame_that_holds_something_that_would_run_is_refused() -> None:
    data = document(start(), user("t"), end(), chain("s", "t", "e"), element("group", "frame", user("x")))
    assert ("error", "x") in [(each.severity, each.element) for each in lint(read(data))]


def test_an_empty_pool_is_a_black_box_and_its_process_no_process() -> None:
    pools = (
        '<process id="nobody" isExecutable="false"/><collaboration id="c"><participant id="agency" processRef="p"/>'
        '<participant id="applicant" processRef="nobody"/></collaboration>'
    )
    diagram = read(document(start(), user("t"), end(), chain("s", "t", "e"), around=pools))
    assert [each.process for each in diagram.participants] == ["p", None]
    assert [(each.severity, each.rule, each.element) for each in lint(diagram)] == [("warning", "elements", "nobody")]


def test_values_that_say_what_holds_anyway_are_accepted_and_change_nothing() -> None:
    timer = boundary("b", "x", duration("P1D")).replace('"false"', '" 0 "')
    inner = start("us"), user("x"), timer, end("f"), end("ue"), chain("us", "x", "ue"), chain("b", "f")
    data = document(
        start(),
        sub("u", *inner, triggeredByEvent="false"),
        user("t").replace(" name=", ' implementation="##unspecified" startQuantity="1" name='),
        end(),
        chain("s", "u", "t", "e"),
    ).replace(b'isExecutable="true"', b'isExecutable="1"')
    assert [each for each in lint(read(data)) if each.rule != "geometry"] == []
    run = CaseRun(data)
    assert run.open == ["x"]
    run.later(days=3).fire("b")
    assert run.open == ["x"], "the limit does not interrupt"
    run.submit("x")
    run.submit("t")
    assert run.status == "finished"


def test_other_values_are_refused() -> None:
    for attribute, value in (("implementation", "##WebService"), ("startQuantity", "2"), ("isForCompensation", "1")):
        task = user("t").replace("<userTask", f'<userTask {attribute}="{value}"')
        [finding] = [
            each for each in lint(read(document(start(), task, end(), chain("s", "t", "e")))) if each.rule == "elements"
        ]
        assert finding.severity == "error" and attribute in finding.message


def test_a_diagram_without_anything_passive_is_handed_on_as_it_is() -> None:
    root = read(document(start(), user("t"), end(), chain("s", "t", "e"))).root
    assert plain(root) is root
    assert len(list(plain(read(document(start(), FRAME)).root).iter("{*}group"))) == 0


def test_the_defaults_are_those_of_the_schema() -> None:
    types = {each.get("name", ""): each for each in etree.parse(SCHEMA).iter(f"{XSD}complexType")}

    def attributes(name: str) -> dict[str, tuple[str, str | None]]:
        base = next(iter(types[name].iter(f"{XSD}extension")), None)
        found = attributes(above) if base is not None and (above := base.get("base", "")) in types else {}
        own = types[name].iter(f"{XSD}attribute")
        return found | {each.get("name", ""): (each.get("type", ""), each.get("default")) for each in own}

    for element_name, defaults in DEFAULTS.items():
        declared = attributes(re.sub(r"^(.)", lambda first: f"t{first[0].upper()}", element_name))
        assert {name: value for name, (_, value) in declared.items() if value is not None} == defaults, element_name
        assert all((type == "xsd:boolean") == (name in BOOLEANS) for name, (type, _) in declared.items())
    assert [truth(text) for text in ("true", " 1", "false", "0", "TRUE", "")] == [True, True, False, False, None, None]
