"""The ways of a diagram: what runs beside each other, what comes round again, what interrupts, what is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from runner import bpmn
from runner.domain.entry import DeliverMessage
from runner.domain.form import Form
from runner.domain.form import read as read_form
from runner.domain.limit import Unit
from runner.domain.person import KINDS
from runner.domain.procedure import read_province
from runner.engine.errors import FlowLost, Stalled, StepsExceeded
from runner.engine.script import GatewayUndecided
from runner.law import walk
from runner.law.diagram import NOT_WHOLE, DiagramVerdict, Drawn, Verdict, examine
from runner.law.event import Event, Lens
from runner.law.judge import judge
from runner.law.rule import Pattern, Rule, Selector, Source
from tests.engine.case_run import CALENDAR, CaseRun
from tests.engine.diagrams import (
    MESSAGE,
    boundary,
    catch,
    chain,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    message,
    parallel,
    process,
    start,
    sub,
    user,
)
from tests.engine.generated import ANSWERS, act, diagrams, moves
from tests.engine.test_generated import QUIET
from tests.faults.office import figure
from tests.world import ROOT

OURS = Source(ours="thử")


def rule(pattern: Pattern, task: str, **more: Any) -> Rule:
    return Rule("one", "Một câu.", "A sentence.", pattern, Selector(element=(task,)), OURS, **more)


def before(first: str, task: str, **more: Any) -> Rule:
    return rule(Pattern.BEFORE, task, first=Selector(element=(first,)), **more)


def form(**fields: Mapping[str, object]) -> dict[str, Form]:
    """A form ``assess`` with these fields."""
    components = [{"key": key, "label": key, **facts} for key, facts in fields.items()]
    schema = {"type": "default", "id": "assess", "schemaVersion": 16, "components": components}
    return {"assess": read_form(json.dumps(schema).encode())}


def choice(*values: str) -> Mapping[str, object]:
    options = [{"value": each, "label": each} for each in values]
    return {"type": "radio", "values": options, "validate": {"required": True}}


def verdict(data: bytes, asked: Rule, forms: Mapping[str, Form] | None = None) -> DiagramVerdict:
    drawn = Drawn(bpmn.read(data), (), forms or {}, KINDS, Unit.WORKING_DAYS, CALENDAR)
    [found] = examine([asked], drawn)
    return found


def path(data: bytes, asked: Rule, forms: Mapping[str, Form] | None = None) -> list[str]:
    """The elements of the way that breaks the rule."""
    found = verdict(data, asked, forms)
    assert found.verdict == Verdict.BROKEN
    return [move.element for move in found.moves]


def test_branches_are_taken_in_every_order() -> None:
    split = [start(), parallel("p1"), user("a"), user("b"), parallel("p2"), user("c"), end()]
    ways = chain("s", "p1", "a", "p2", "c", "e") + chain("p1", "b", "p2")
    data = document(*split, ways)
    assert path(data, before("a", "b")) == ["b"]
    assert path(data, before("b", "a")) == ["a"]
    assert verdict(data, before("a", "c")).verdict == Verdict.HOLDS
    assert verdict(data, rule(Pattern.AT_MOST, "c", most=1)).verdict == Verdict.HOLDS


def test_a_loop_is_gone_round_as_often_as_matters_and_the_search_ends() -> None:
    nodes = [start(), exclusive("x1"), user("a"), exclusive("x2", default="x2_b"), user("b"), end()]
    flows = chain("s", "x1", "a", "x2", "b", "e") + flow("x2", "x1", '=again = "yes"')
    data, answers = document(*nodes, flows), form(again=choice("yes", "no"))
    assert path(data, rule(Pattern.AT_MOST, "a", most=3), answers) == ["a"] * 4
    assert verdict(data, rule(Pattern.AT_MOST, "b", most=1), answers).verdict == Verdict.HOLDS
    assert verdict(data, before("a", "b"), answers).verdict == Verdict.HOLDS
    assert path(data, before("b", "a"), answers) == ["a"]


def test_what_comes_again_and_again_beside_a_loop_is_not_decided_but_what_breaks_the_rule_is_found() -> None:
    beside = [boundary("b1", "a", duration("PT1H")), user("n"), end("e3")]
    nodes = [start(), exclusive("x1"), user("a"), *beside, exclusive("x2", default="x2_b"), user("b"), end()]
    flows = chain("s", "x1", "a", "x2", "b", "e") + flow("x2", "x1", '=again = "yes"') + chain("b1", "n", "e3")
    data, answers = document(*nodes, flows), form(again=choice("yes", "no"))
    found = verdict(data, before("a", "b"), answers)
    assert (found.verdict, found.why) == (Verdict.UNDECIDED, NOT_WHOLE)
    assert path(data, rule(Pattern.AT_MOST, "n", most=1), answers).count("n") == 2


def test_only_answers_that_the_form_can_give_and_that_still_stand_decide() -> None:
    nodes = [start(), user("a"), exclusive("x1", default="x1_c"), user("b"), user("c"), exclusive("x2"), user("d")]
    later = [exclusive("x3", default="x3_f"), user("f"), user("g"), end(), end("e2")]
    ways = chain("s", "a", "x1") + flow("x1", "b", '=pick = "one"') + chain("x1", "c")
    ways += chain("b", "x2") + chain("c", "x2") + chain("x2", "d", "x3") + flow("x3", "g", '=pick = "one"')
    data = document(*nodes, *later, ways + chain("x3", "f", "e") + chain("g", "e2"))
    asked = form(pick=choice("one", "two"))
    other = {
        "note": read_form(
            json.dumps(
                {"type": "default", "id": "note", "components": [{"type": "checkbox", "key": "seen", "label": "seen"}]}
            ).encode()
        )
    }  # fmt: skip  the second form asks nothing of it
    again = data.replace(b'formRef="assess"', b'formRef="note"').replace(
        b'camunda:formRef="note"', b'camunda:formRef="assess"', 1
    )
    assert verdict(again, before("b", "g"), {**asked, **other}).verdict == Verdict.HOLDS
    assert path(data, before("b", "g"), asked) == ["a", "c", "d", "g"]  # asked anew, the answer may be another one


def test_what_interrupts_a_task_leaves_it_undone() -> None:
    nodes = [start(), user("a"), boundary("b1", "a", duration("PT1H"), True), exclusive("x"), user("c"), end()]
    data = document(*nodes, chain("s", "a", "x", "c", "e") + chain("b1", "x"))
    assert path(data, before("a", "c")) == ["b1", "c"]
    late = [start(), user("a"), boundary("b1", "a", duration("PT1H")), user("c"), user("d"), end(), end("e2")]
    beside = document(*late, chain("s", "a", "d", "e") + chain("b1", "c", "e2"))
    assert path(beside, before("a", "c")) == ["b1", "c"]
    assert verdict(beside, before("a", "d")).verdict == Verdict.HOLDS
    assert verdict(beside, rule(Pattern.AT_MOST, "c", most=1)).verdict == Verdict.HOLDS


def test_an_event_sub_process_comes_about_at_any_time_and_once() -> None:
    begin = element("startEvent", "s2", duration("PT2H"), isInterrupting="false")
    beside = sub("w", begin, user("b"), end("e2"), chain("s2", "b", "e2"), triggeredByEvent="true")
    data = document(start(), user("a"), user("c"), end(terminate=True), chain("s", "a", "c", "e"), beside)
    assert path(data, before("a", "b")) == ["s2", "b"]
    assert verdict(data, rule(Pattern.AT_MOST, "b", most=1)).verdict == Verdict.HOLDS
    assert path(data, rule(Pattern.EXISTS, "b")) == ["a", "c"]


def test_what_is_inside_comes_before_what_follows() -> None:
    inner = sub("w", start("s2"), user("a"), end("e2"), chain("s2", "a", "e2"))
    data = document(start(), inner, user("b"), end(), chain("s", "w", "b", "e"))
    assert verdict(data, before("a", "b")).verdict == Verdict.HOLDS
    called = process(start("s3"), user("a"), end("e3"), chain("s3", "a", "e3"), id="q")
    call = element("callActivity", "c", name="Gọi", calledElement="q")
    twice = element("callActivity", "d", name="Gọi", calledElement="q")
    data = document(start(), call, twice, user("b"), end(), chain("s", "c", "d", "b", "e"), around=called)
    assert verdict(data, before("a", "b")).verdict == Verdict.HOLDS
    assert path(data, rule(Pattern.AT_MOST, "a", most=1)) == ["a", "a"]


def test_of_several_events_one_comes() -> None:
    gate = element("eventBasedGateway", "g")
    nodes = [
        start(),
        gate,
        catch("c1", message()),
        catch("c2", duration("PT1H")),
        user("a"),
        user("b"),
        end(),
        end("e2"),
    ]
    flows = chain("s", "g", "c1", "a", "e") + chain("g", "c2", "b", "e2")
    data = document(*nodes, flows, around=MESSAGE)
    assert path(data, rule(Pattern.EXISTS, "a")) == ["c2", "b"]
    assert verdict(data, before("c1", "a")).verdict == Verdict.HOLDS
    named = Rule("one", "Một câu.", "A sentence.", Pattern.EXISTS, Selector(message=("supplement_received",)), OURS)
    assert path(data, named) == ["c2", "b"]


def test_what_never_comes_about_does_not_apply() -> None:
    data = document(start(), user("a"), end(), chain("s", "a", "e"))
    assert verdict(data, before("a", "nothing")).verdict == Verdict.NOT_APPLICABLE


PROVINCE = read_province((ROOT / "bpmn/ha-tinh/province.toml").read_bytes())
FORM = form(d={"type": "number"}, again={"type": "checkbox"})


@settings(QUIET, max_examples=figure(40, 200), deadline=None)
@given(diagrams(), st.data())
def test_where_a_rule_holds_on_the_diagram_no_case_that_the_engine_runs_breaks_it(
    data: bytes, drawn: st.DataObject
) -> None:
    """A sample in the suite, on the smaller state spaces; the full count with ``MOTCUA_FAULTS=full``."""
    diagram = bpmn.read(data)
    tasks = sorted(id for id, node in diagram.nodes.items() if node.type == "userTask")
    assume(tasks)
    first, then = drawn.draw(st.sampled_from(tasks)), drawn.draw(st.sampled_from(tasks))
    asked = drawn.draw(
        st.sampled_from([before(first, then), rule(Pattern.AT_MOST, then, most=1), rule(Pattern.EXISTS, then)])
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "MOST_STATES", figure(1_000, walk.MOST_STATES))
        found = verdict(data, asked, FORM)
    event(found.verdict)
    if found.verdict not in (Verdict.HOLDS, Verdict.NOT_APPLICABLE):
        return
    events: list[Event] = []
    try:
        run = CaseRun(data, {}, proved=False)
    except GatewayUndecided:
        return
    lens = Lens((asked,), run.definition.nodes, KINDS)
    try:
        for _ in range(20):
            possible = moves(run)
            if not possible:
                break
            command = drawn.draw(st.sampled_from(possible))
            act(run, command, {} if isinstance(command, DeliverMessage) else drawn.draw(ANSWERS))
    except (Stalled, FlowLost, GatewayUndecided, StepsExceeded):
        pass  # no command was carried out: what was done before counts
    for seq, done in enumerate(run.instance.acts, 1):
        events += lens.events(done, seq)
    assert list(judge([(0, asked)], events, PROVINCE, run.now)) == []
