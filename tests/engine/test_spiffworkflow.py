"""SpiffWorkflow as we bend it: the same every time, deaf to code, and honest about what is unfinished."""

from __future__ import annotations

import pytest

from runner import feel
from runner.bpmn import read
from runner.domain.entry import Start
from runner.engine import instance as engine
from runner.engine.definition import NotExecutable, define
from runner.engine.instance import Instance
from runner.engine.script import Script, ScriptRefused
from tests.engine.case_run import CaseRun
from tests.engine.diagrams import boundary, chain, document, duration, element, end, exclusive, flow, start, user

LOOP = document(
    start(),
    exclusive("m"),
    user("t"),
    boundary("b", "t", duration("P1D")),
    end("f"),
    exclusive("x", default="x_e"),
    end(),
    chain("s", "m", "t", "x", "e"),
    flow("x", "m", "again = true"),
    chain("b", "f"),
)


def tree(instance: Instance) -> list[tuple[int, str, int, int]]:
    """Every node that the library holds: its id, what it stands for, its state and when it came to it."""
    workflow = instance._workflow
    assert workflow is not None
    return [(node.id, node.task_spec.name, node.state, node.last_state_change) for node in workflow.tasks.values()]


def test_the_same_record_grows_the_same_tree_down_to_its_ids() -> None:
    run = CaseRun(LOOP)
    for _ in range(3):
        run.later(days=1).fire("b")
        run.submit("t", again=True)
    assert tree(run.replayed()) == tree(run.instance)


def test_cases_of_one_definition_do_not_touch_each_other() -> None:
    one = CaseRun(LOOP, proved=False)
    other = CaseRun(LOOP, proved=False)
    other.instance = Instance(one.definition, one.limit)
    other.do(Start("", {}))
    one.submit("t", again=True)
    assert [list(each.instance.tasks) for each in (one, other)] == [["t#2"], ["t#1"]]
    other.submit("t", again=False)
    assert (other.status, one.status) == ("finished", "open")
    one.submit("t", again=False)
    assert one.status == "finished"


def test_the_library_believes_a_deep_case_completed_and_we_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_DEPTH", 5_000)
    run = CaseRun(LOOP, proved=False)
    workflow = run.instance._workflow
    assert workflow is not None
    for _ in range(350):
        run.submit("t", again=True)
        assert run.status == "open"
    assert (run.open, run.waiting) == (["t"], ["b"])
    assert workflow.unfinished()
    assert workflow.is_completed()


@pytest.mark.parametrize(
    "alien",
    [
        "scriptTask",
        "sendTask",
        "receiveTask",
        "manualTask",
        "task",
        "inclusiveGateway",
        "complexGateway",
        "transaction",
        "adHocSubProcess",
    ],
)
def test_an_element_that_procedures_do_not_use_cannot_be_run(alien: str) -> None:
    with pytest.raises(NotExecutable):
        define(read(document(start(), element(alien, "t"), end(), chain("s", "t", "e"))))


@pytest.mark.parametrize("number", [0, 2])
def test_a_file_must_hold_one_process_to_run(number: int) -> None:
    other = "".join(f'<process id="q{n}" isExecutable="true"/>' for n in range(1, number))
    data = document(start(), end(), chain("s", "e"), around=other)
    if number == 0:
        data = data.replace(b'isExecutable="true"', b'isExecutable="false"')
    with pytest.raises(NotExecutable, match=str(number)):
        define(read(data))


def test_a_condition_in_python_is_refused_before_anything_runs() -> None:
    data = document(
        start(),
        exclusive("x", default="x_e"),
        end(),
        end("f"),
        chain("s", "x", "e"),
        flow("x", "f", "__import__('os').system('id')"),
    )
    with pytest.raises(feel.FeelError):
        define(read(data))


def test_the_script_engine_runs_no_code() -> None:
    script = Script(lambda condition: True, lambda node: True)
    for attempt in (script.execute, script.evaluate):
        with pytest.raises(ScriptRefused):
            attempt(None, "1 + 1")
