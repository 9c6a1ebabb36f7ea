"""Any file in the world gets findings or a refusal: never a traceback, never a long wait."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.bpmn import NotBpmn
from runner.lint.rules.elements import ADVICE, GRAMMAR
from tests.engine.attacks import DOCTYPES, EXPRESSIONS, SINKS
from tests.engine.diagrams import HEAD, chain, document, end, exclusive, flow, parallel, simple, start, user
from tests.lint.findings import fixed_content, lint


@pytest.mark.parametrize("sink", SINKS)
def test_no_text_is_ever_accepted_where_it_could_run(sink: str) -> None:
    accepted = [
        text for text in EXPRESSIONS if not any(finding.severity == "error" for finding in lint(SINKS[sink](text)))
    ]
    assert accepted == []


def test_there_are_enough_attacks_and_the_diagrams_around_them_are_sound() -> None:
    assert len(set(EXPRESSIONS)) >= 30 and len(SINKS) >= 8
    harmless = {
        "condition": "a = 1",
        "duration": "P1D",
        "boundary timer": "P1D",
        "message name": "came",
        "expression of a date": "case_due",
    }
    for sink, text in harmless.items():
        assert [finding.message for finding in lint(SINKS[sink](text)) if finding.severity == "error"] == []


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_a_doctype_keeps_a_file_from_being_linted_at_all(doctype: str) -> None:
    with pytest.raises(NotBpmn):
        lint(doctype.encode() + simple())


VALUES = ("a", "b", "p", "Start", "", "?", "a b", "x" * 200, "{0}", "true", "1", "PT1S", "=", "R/P1D", "external")
TAGS = (
    *GRAMMAR,
    *ADVICE,
    "camunda:properties",
    "camunda:property",
    "zeebe:x",
    "bpmndi:BPMNDiagram",
    "bpmndi:BPMNShape",
    "dc:Bounds",
    "di:waypoint",
    "bpmndi:BPMNEdge",
    "bogus",
)
NAMES = (
    "id",
    "name",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "calledElement",
    "processRef",
    "messageRef",
    "x",
    "bpmnElement",
    "y",
    "width",
    "height",
    "isExecutable",
    "triggeredByEvent",
    "cancelActivity",
    "value",
    "camunda:formRef",
    "camunda:topic",
    "camunda:type",
)


def heap(dice: Random, depth: int = 0) -> str:
    """Any element with any attributes, and any others inside."""
    tag = dice.choice(TAGS)
    attributes = "".join(f' {name}="{dice.choice(VALUES)}"' for name in dice.sample(NAMES, dice.randrange(6)))
    inner = "".join(heap(dice, depth + 1) for _ in range(dice.randrange(5))) if depth < 5 else dice.choice(VALUES)
    return f"<{tag}{attributes}>{inner}</{tag}>"


@given(st.integers(0, 2**32))
@settings(max_examples=200)
def test_any_heap_of_elements_gets_findings(seed: int) -> None:
    for finding in lint(f"{HEAD}{heap(Random(seed))}</definitions>".encode(), content=fixed_content({"B1": "5"})):
        assert finding.message and finding.rule and finding.severity in ("error", "warning")
        assert finding.line == 1


NODES = [f"n{place}" for place in range(8)]
KINDS = (
    "userTask",
    "exclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
    "subProcess",
    "serviceTask",
    "endEvent",
    "startEvent",
    "callActivity",
)


@given(
    st.lists(st.sampled_from(KINDS), min_size=8, max_size=8),
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=25),
)
@settings(max_examples=200)
def test_any_graph_of_nodes_gets_findings(kinds: list[str], flows: list[tuple[str, str]]) -> None:
    nodes = [f'<{kind} id="{id}" calledElement="p"/>\n' for id, kind in zip(NODES, kinds, strict=True)]
    assert lint(document(*nodes, *(flow(*ends) for ends in flows)))


def timed(data: bytes) -> float:
    started = time.process_time()
    assert lint(data)
    return time.process_time() - started


def test_the_densest_graphs_that_are_accepted_take_seconds_at_most() -> None:
    ids = [f"g{n}" for n in range(298)]
    gateways = [(exclusive if n % 2 else parallel)(id) for n, id in enumerate(ids)]
    dense = [flow(ids[n], ids[m]) for n in range(31) for m in range(31)]
    assert timed(document(start(), end(), *gateways, chain("s", ids[0]), *dense)) < 10
    star = [flow(ids[1], ids[0]).replace('id="', f'id="f{n}') for n in range(990)]
    assert timed(document(start(), end(), *gateways, chain("s", ids[1]), chain(ids[0], "e"), *star)) < 10


def test_a_heap_of_a_megabyte_takes_seconds_at_most() -> None:
    for piece in ("<userTask/>", "<lane><flowNodeRef>x</flowNodeRef></lane>", '<camunda:x a="b"/>', "<a><b/></a>"):
        count = (1_000_000 - len(HEAD) - 60) // len(piece)
        assert timed(f"{HEAD}<process id='p'>{piece * count}</process></definitions>".encode()) < 20


def test_a_ring_of_two_hundred_tasks_is_walked_without_recursion() -> None:
    ids = [f"t{n}" for n in range(200)]
    ring = chain("s", "j", *ids, "g"), flow("g", "j", "again"), flow("g", "e")
    assert lint(document(start(), exclusive("j"), *map(user, ids), exclusive("g", default="g_e"), end(), *ring)) == []
