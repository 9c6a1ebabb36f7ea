"""The rules about what the runner adds to BPMN: lanes, forms, steps, limits, the legal clock, topics."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from runner.domain.form.schema import read as read_form
from runner.lint import Content
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
    lanes,
    message,
    service,
    simple,
    start,
    sub,
    user,
)
from tests.lint.findings import findings, fixed_content, flagged, lint

ERROR, WARNING = "error", "warning"


# -- timers -----------------------------------------------------------------------------------------------------------


ASKING = Content(
    {
        "assess": read_form(
            json.dumps(
                {
                    "type": "default",
                    "id": "assess",
                    "schemaVersion": 17,
                    "components": [
                        {"type": "datetime", "key": "got", "subtype": "date", "dateLabel": "Ngày"},
                        {"type": "number", "key": "copies", "label": "Bản"},
                        {"type": "checkbox", "key": "urgent", "label": "Gấp"},
                        {"type": "textfield", "key": "note", "label": "Ghi chú", "validate": {"maxLength": 50}},
                        {
                            "type": "radio",
                            "key": "way",
                            "label": "Cách",
                            "values": [{"value": each, "label": each} for each in ("short", "long")],
                        },
                    ],
                }
            ).encode()
        )
    }
)
"""A form with a field of each kind that a timer may ask for."""


def waiting(text: str, kind: str = "timeDuration") -> list[tuple[str, str | None]]:
    return flagged(document(start(), catch("c", duration(text, kind)), end(), chain("s", "c", "e")), "timers")


@pytest.mark.parametrize("text", ["P5D", "P0.5D", "P2.5D", "P1000D", "P2W", "PT4H", "PT9999M", '=duration("P5D")'])
def test_durations_that_the_calendar_can_count_are_accepted(text: str) -> None:
    assert waiting(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "P1M",
        "P1Y",
        "P1DT1H",
        "PT1S",
        "P99999D",
        "P9999D",
        '=duration("P9999D")',
        '=duration("P1M")',
        "P0D",
        "PT0H",
        "P0.3D",
        "P-1D",
        "5D",
        "",
        "P5D ; x",
        "R/P1D",
        "٣",
        "P٣D",
        "2026-01-01T00:00:00Z",
    ],
)
def test_other_durations_are_refused(text: str) -> None:
    assert waiting(text) == [(ERROR, "c")]


@pytest.mark.parametrize(
    "text", ["=case_due", "=working_days_before(case_due, 1)", "= session_close(working_days_after(case_due, 2.5))"]
)
def test_moments_are_expressions_over_the_cases_deadline(text: str) -> None:
    assert waiting(text, "timeDate") == waiting(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-01-01", "ngày giờ cố định"),
        ("2026-01-01T00:00:00Z", "ngày giờ cố định"),
        ('=date("2026-12-01")', "ngày giờ cố định"),
        ('=date and time("2026-12-01T08:00:00")', "ngày giờ cố định"),
        ("P5D", "biểu thức bắt đầu bằng dấu ="),
        ('=duration("P5D")', "biểu thức bắt đầu bằng dấu ="),
        ("=", "không đọc được"),
        ("=open(1)", "không đọc được"),
        ("=working_days_before(case_due)", "cần 2 giá trị, ở đây có 1; hãy viết như =working_days_before(case_due, 1)"),
        ("=session_close(now, 1)", "cần 1 giá trị, ở đây có 2"),
        ("=working_days_after(now, 9000)", "nằm ngoài lịch làm việc"),
        ('=working_days_after(now, "1")', "giá trị trống, khi thử với now = 09:00 ngày 15/06/2026"),
        ("=case_due > now", "giá trị đúng sai"),
        ("=case_due - now", "hãy viết như P3D"),
        ("=working_days_after(now, x.y)", "dùng tên “x.y”"),
        ("=date(note)", "giá trị trống, khi thử với note = x"),
        (
            '=if way = "short" then now else number("1")',
            "mà là số, khi thử với now = 09:00",
        ),
        ("=working_days_after(got, copies)", "giá trị trống"),
    ],
)
def test_other_moments_are_refused_with_what_to_write(text: str, said: str) -> None:
    data = document(start(), user("t"), catch("c", duration(text, "timeDate")), end(), chain("s", "t", "c", "e"))
    [finding] = findings(data, "timers", ASKING)
    assert (finding.severity, finding.element) == (ERROR, "c")
    assert said in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "=date(got)",
        "=working_days_after(now, copies)",
        '=if way = "short" then now else case_due',
        "=if urgent then now else date(got)",
    ],
)
def test_a_moment_may_come_from_the_fields_of_the_forms(text: str) -> None:
    data = document(start(), user("t"), catch("c", duration(text, "timeDate")), end(), chain("s", "t", "c", "e"))
    assert findings(data, "timers", ASKING) == []


def test_repeating_timers_are_refused() -> None:
    assert waiting("R3/PT1H", "timeCycle") == [(ERROR, "c")]


def test_a_timer_without_a_time_is_refused() -> None:
    data = document(start(), catch("c", "<timerEventDefinition/>"), end(), chain("s", "c", "e"))
    assert flagged(data, "timers") == [(ERROR, "c")]


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("around", "sound"),
    [
        (MESSAGE, True),
        ("", False),
        ('<message id="Message_1"/>', False),
        ('<message id="Message_1" name="${x}"/>', False),
    ],
)
def test_a_message_has_a_name(around: str, sound: bool) -> None:
    data = document(lanes("c"), start(), catch("c", message()), end(), chain("s", "c", "e"), around=around)
    assert flagged(data, "messages") == ([] if sound else [(ERROR, "c")])


def test_a_message_is_awaited_in_the_lane_that_reports_it() -> None:
    """Of an event on a boundary that is the lane of its activity, within a sub-process that of the sub-process."""
    waits, on_task = catch("c", message()), boundary("b", "t", message()) + end("f") + chain("b", "f")
    inside = sub("w", start("ws"), waits, end("we"), chain("ws", "c", "we"))

    def found(laned: str) -> list[tuple[str, str | None]]:
        nodes = inside, user("t"), on_task, chain("s", "w", "t", "e")
        return flagged(document(lanes(laned), start(), *nodes, end(), around=MESSAGE), "messages")

    assert found("s") == [(ERROR, "c")]
    assert found("c") == found("w") == []


def test_a_catching_event_waits_for_something() -> None:
    assert flagged(document(start(), catch("c", ""), end(), chain("s", "c", "e")), "messages") == [(ERROR, "c")]


# -- lanes ------------------------------------------------------------------------------------------------------------


def laned(*lanes: str) -> bytes:
    task = user("t").replace(' camunda:candidateGroups="specialist"', "")
    return simple(f'<laneSet id="ls">{"".join(lanes)}{lane("one_stop_clerk", "s")}</laneSet>', task=task)


def lane(id: str, *members: str, inner: str = "") -> str:
    return element("lane", id, "".join(f"<flowNodeRef>{member}</flowNodeRef>" for member in members) + inner)


def test_lanes_are_known_by_their_id() -> None:
    assert flagged(laned(lane("specialist", "t", "e")), "lanes") == []
    assert flagged(laned(lane("Lane_1", "t")), "lanes") == [(ERROR, "Lane_1")]


def test_every_task_of_a_person_is_in_a_lane() -> None:
    assert flagged(laned(lane("specialist", "e")), "lanes") == [(ERROR, "t")]
    assert flagged(simple(task=user("t", lane="nobody,director")), "lanes") == [(ERROR, "t")]


def test_a_task_is_in_one_lane_only() -> None:
    assert flagged(laned(lane("specialist", "t"), lane("director", "t")), "lanes") == [(ERROR, "t")]
    inner = f"<childLaneSet>{lane('director', 't')}</childLaneSet>"
    assert flagged(laned(lane("specialist", "t", inner=inner)), "lanes") == []


def test_a_task_is_done_by_the_lane_in_which_it_is_drawn() -> None:
    def drawn(lane_id: str, given: str) -> list[tuple[str, str | None]]:
        lanes = f'<laneSet id="ls">{lane("one_stop_clerk", "s")}{lane(lane_id, "t")}</laneSet>'
        return flagged(simple(lanes, task=user("t", lane=given)), "lanes")

    assert drawn("director", "director") == []
    assert drawn("director", "specialist") == [(ERROR, "t")]
    inside = sub("u", start("us"), user("t", lane="specialist"), end("ue"), chain("us", "t", "ue"))
    lanes = f'<laneSet id="ls">{lane("one_stop_clerk", "s")}{lane("director", "u")}</laneSet>'
    assert flagged(document(start(), inside, end(), chain("s", "u", "e"), lanes), "lanes") == []


def test_a_case_begins_in_a_lane() -> None:
    lanes = f'<laneSet id="ls">{lane("specialist", "t")}</laneSet>'
    assert flagged(simple(lanes), "lanes") == flagged(simple(), "lanes", fixed_content({"B1": None})) == [(ERROR, "s")]
    assert flagged(simple(), "lanes") == [], "a file by itself, without any lane"
    assert flagged(simple(lanes), "lanes", replace(fixed_content(), called=True)) == []
    [finding] = findings(simple(lanes), "lanes")
    assert "không ai lập được hồ sơ" in finding.message


def test_a_lane_that_lists_what_is_gone_is_pointed_out() -> None:
    assert flagged(laned(lane("specialist", "t", "gone")), "lanes") == [(WARNING, "specialist")]


# -- forms ------------------------------------------------------------------------------------------------------------


def test_every_task_of_a_person_has_a_form_that_exists() -> None:
    assert flagged(simple(), "forms", fixed_content()) == flagged(simple(), "forms") == []
    assert flagged(simple(task=user("t", form="other")), "forms", fixed_content()) == [(ERROR, "t")]
    assert flagged(simple(task=element("userTask", "t")), "forms") == [(ERROR, "t")]


def test_a_form_cannot_be_a_path() -> None:
    assert flagged(
        simple(task=user("t", form="../../etc/passwd")), "forms", fixed_content(forms=("../../etc/passwd",))
    ) == [(ERROR, "t")]


def test_a_form_is_bound_to_the_deployment() -> None:
    assert flagged(simple().replace(b"formRefBinding", b"other"), "forms") == [(ERROR, "t")]
    assert flagged(simple().replace(b'"deployment"', b'"latest"'), "forms") == [(ERROR, "t")]


# -- steps ------------------------------------------------------------------------------------------------------------


def limited(*durations: str, step: str = "B1", interrupting: bool = False) -> bytes:
    events = [
        boundary(f"b{n}", "t", duration(text), interrupting) + end(f"f{n}") + chain(f"b{n}", f"f{n}")
        for n, text in enumerate(durations)
    ]
    return simple(*events, task=user("t", step=step))


FACTS = fixed_content({"B1": "2.5", "B2": None})


def test_the_limit_of_a_step_is_the_decisions() -> None:
    assert flagged(limited("P2.5D"), "steps", fixed_content({"B1": "2.5"})) == []
    assert flagged(limited("P5D"), "steps", fixed_content({"B1": "2.5"})) == [(ERROR, "b0")]
    assert flagged(limited("P1W"), "steps", fixed_content({"B1": "7"})) == [(ERROR, "b0")]


def test_a_step_with_a_limit_has_it_drawn_once_and_not_interrupting() -> None:
    facts = fixed_content({"B1": "2.5"})
    assert flagged(limited(), "steps", facts) == [(ERROR, "t")]
    assert flagged(limited("PT4H"), "steps", facts) == [(ERROR, "t")]
    assert flagged(limited("P2.5D", "P2.5D"), "steps", facts) == [(ERROR, "b1")]
    assert flagged(limited("P2.5D", "PT4H"), "steps", facts) == []


def test_an_interrupting_limit_is_told_to_let_the_task_go_on_and_nothing_else_is_said() -> None:
    beside = sub(
        "soon",
        element("startEvent", "due", duration("=case_due", "timeDate"), isInterrupting="false"),
        end("told"),
        chain("due", "told"),
        triggeredByEvent="true",
    )
    task = user("t", step="B1") + boundary("b", "t", duration("P2.5D"), interrupting=True) + end("late")
    data = document(start(), task, chain("b", "late"), end(terminate=True), chain("s", "t", "e"), beside)
    for content in (fixed_content({"B1": "2.5"}), None):
        [finding] = [each for each in lint(data, content) if each.severity == "error" and each.rule != "lanes"]
        assert (finding.rule, finding.element) == ("steps", "b")
        assert 'cancelActivity="false"' in finding.message


def test_hours_in_place_of_a_limit_are_answered_with_the_days_to_write() -> None:
    [finding] = findings(limited("PT60H"), "steps", fixed_content({"B1": "2.5"}))
    assert finding.element == "b0"
    assert "PT60H" in finding.message and finding.message.endswith("hãy viết P2.5D.")


def test_a_step_without_a_limit_has_none_drawn() -> None:
    assert flagged(limited(step="B2"), "steps", fixed_content({"B2": None})) == []
    assert flagged(limited("P1D", step="B2"), "steps", fixed_content({"B2": None})) == [(ERROR, "b0")]


def test_a_step_is_one_of_the_decisions() -> None:
    assert flagged(limited(step="B9"), "steps", fixed_content({"B2": None})) == [(WARNING, "p"), (ERROR, "t")]


def test_without_facts_the_tasks_of_a_step_must_agree() -> None:
    def two(first: str, second: str | None) -> list[tuple[str, str | None]]:
        events = boundary("a1", "a", duration(first)) + end("x") + chain("a1", "x")
        if second:
            events += boundary("b1", "b", duration(second)) + end("y") + chain("b1", "y")
        tasks = user("a", step="B1"), user("b", step="B1")
        return flagged(document(start(), *tasks, end(), chain("s", "a", "b", "e"), events), "steps")

    assert two("P2D", "P2D") == two("P2D", "P2.0D") == []
    assert two("P2D", "P3D") == [(ERROR, "b1")]
    assert two("P2D", None) == [(ERROR, "b")]


# -- clock ------------------------------------------------------------------------------------------------------------


def test_the_clock_starts_pauses_and_stops() -> None:
    assert flagged(simple(task=user("t", clock="pause")), "clock") == []
    assert flagged(simple(task=user("t", clock="stop")), "clock") == []
    assert flagged(simple(task=user("t", clock="tick")), "clock") == [(ERROR, "t")]


def test_only_what_waits_can_pause_the_clock() -> None:
    assert flagged(simple(task=service("t", clock="pause")), "clock") == [(ERROR, "t")]
    assert flagged(simple(task=element("callActivity", "t", "", {"clock": "start"})), "clock") == [(ERROR, "t")]


def test_a_clock_that_never_starts_is_pointed_out() -> None:
    silent = element("startEvent", "s")
    assert flagged(document(silent, user("t"), end(), chain("s", "t", "e")), "clock") == [(WARNING, "p")]
    assert flagged(document(silent, user("t", clock="stop"), end(), chain("s", "t", "e")), "clock") == [(ERROR, "p")]


# -- topics, properties, names, drawn ---------------------------------------------------------------------------------


def test_automatic_work_has_a_topic_that_the_runner_knows() -> None:
    for topic in ("allot_number", "pin_fee", "notify_applicant"):
        assert flagged(simple(task=service("t", topic)), "topics") == []
    assert flagged(simple(task=service("t", "rm_rf")), "topics") == [(ERROR, "t")]
    assert flagged(simple(task=element("serviceTask", "t")), "topics") == [(ERROR, "t"), (ERROR, "t")]


def test_a_lane_to_be_told_is_named() -> None:
    assert flagged(simple(task=service("t", "notify_lane", lane="director")), "topics") == []
    assert flagged(simple(task=service("t", "notify_lane")), "topics") == [(ERROR, "t")]


@pytest.mark.parametrize(
    ("topic", "by", "found"),
    [
        ("notify_lane", "a", []),
        ("notify_lane", "t", [(ERROR, "t")]),
        ("notify_lane", "nowhere", [(ERROR, "t")]),
        ("notify_applicant", "a", [(ERROR, "t")]),
    ],
)
def test_a_notice_names_who_did_a_task_that_there_is(topic: str, by: str, found: list[tuple[str, str]]) -> None:
    notice = service("t", topic, lane="director", done_by=by)
    diagram = document(start(), user("a"), notice, end(), chain("s", "a", "t", "e"))
    assert flagged(diagram, "topics") == found
    assert flagged(diagram, "properties") == []


def test_waiting_for_the_result_is_true_or_false() -> None:
    assert flagged(simple(task=service("t", wait="true")), "topics") == []
    assert flagged(simple(task=service("t", wait="yes")), "topics") == [(ERROR, "t")]


def test_properties_that_nobody_reads_are_pointed_out() -> None:
    assert flagged(simple(task=user("t", stpe="B1")), "properties") == [(WARNING, "t")]
    assert flagged(simple(task=user("t", outcome="granted")), "properties") == [(WARNING, "t")]
    assert flagged(document(start(), end("e", outcome="granted"), chain("s", "e")), "properties") == []
    assert flagged(document(start(), end("e", outcome="Đã cấp"), chain("s", "e")), "properties") == [(ERROR, "e")]


def test_a_property_given_twice_is_refused() -> None:
    twice = user("t", step="B1").replace(
        "</camunda:properties>", '<camunda:property name="step" value="B2"/></camunda:properties>'
    )
    assert flagged(simple(task=twice), "properties") == [(ERROR, "t")]


def test_what_people_read_has_a_name() -> None:
    nameless = element("userTask", "t"), element("exclusiveGateway", "g", default="g_e")
    unnamed = flow("g", "f", "a").replace('name="g f"', "")
    data = document(start(), *nameless, end(), end("f"), chain("s", "t", "g"), flow("g", "e"), unnamed)
    assert flagged(data, "names") == [(WARNING, "t"), (WARNING, "g"), (WARNING, "g_f")]
    assert flagged(document(start(), exclusive("g", default="g_e"), end(), chain("s", "g", "e")), "names") == []


def test_what_runs_can_be_seen() -> None:
    assert flagged(simple(), "drawn") == []
    hidden = simple().replace(b'bpmnElement="t"', b'bpmnElement="e"').replace(b'bpmnElement="t_e"', b'bpmnElement="x"')
    assert flagged(hidden, "drawn") == [(ERROR, "t"), (ERROR, "t_e")]
    flat = simple().replace(b'width="100"', b'width="0"', 1)
    assert flagged(flat, "drawn") == [(ERROR, "s")]


def test_a_file_without_any_drawing_is_pointed_out_once() -> None:
    data = document(start(), user("t"), end(), chain("s", "t", "e"), drawn=False)
    assert flagged(data, "drawn") == [(WARNING, "Definitions_1")]


def test_findings_speak_the_language_that_is_asked_for_and_quote_reasons() -> None:
    [finding] = findings(document(start(), catch("c", duration("P1M")), end(), chain("s", "c", "e")), "timers")
    assert "P1M" in finding.message and finding.message.startswith("Hẹn giờ “c” không dùng được.")
