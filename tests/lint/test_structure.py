"""The rules about what a file holds and how its parts refer to each other."""

from __future__ import annotations

import pytest

from runner.bpmn import read
from runner.drawing.layout import layout
from tests.engine.diagrams import (
    HEAD,
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
    parallel,
    process,
    service,
    simple,
    start,
    sub,
    user,
)
from tests.lint.findings import findings, flagged, lint

ERROR, WARNING = "error", "warning"


def test_a_sound_diagram_has_nothing_said_about_it() -> None:
    assert lint(simple()) == []


def test_a_diagram_with_everything_that_is_supported_has_nothing_said_about_it() -> None:
    due = element(
        "startEvent", "due", duration("=working_days_before(case_due, 1)", "timeDate"), isInterrupting="false"
    )
    data = document(
        lanes("s", "came"),
        # two tasks side by side, one with a limit, one that is given up after a while
        start(),
        service("number"),
        parallel("fork"),
        user("a"),
        user("b"),
        parallel("join"),
        boundary("limit", "a", duration("P2.5D")),
        end("over"),
        chain("limit", "over"),
        boundary("quick", "b", duration("PT4H"), interrupting=True),
        flow("quick", "join"),
        chain("s", "number", "fork", "a", "join", "again"),
        chain("fork", "b", "join"),
        # a question: back for a supplement, which comes or does not, or on
        exclusive("again", default="again_wait"),
        flow("again", "wait"),
        flow("again", "box", '= d = "eligible"'),
        element("eventBasedGateway", "wait"),
        catch("came", message()),
        catch("late", duration("P10D"), clock="pause"),
        end("f", terminate=True, outcome="returned"),
        chain("wait", "came", "fork"),
        chain("wait", "late", "f"),
        # a sub-process, a called process, the end
        sub("box", start("bs"), user("inner", lane="director"), end("be"), chain("bs", "inner", "be")),
        element("callActivity", "k", name="Gọi", calledElement="other"),
        element("intermediateThrowEvent", "done"),
        end("e", terminate=True),
        chain("box", "k", "done", "e"),
        # the apology
        sub(
            "soon",
            due,
            service("tell", "notify_lane", lane="director"),
            end("told"),
            chain("due", "tell", "told"),
            triggeredByEvent="true",
        ),
        '<textAnnotation id="note"><text>Bổ sung của phần mềm</text></textAnnotation>',
        '<association id="as" sourceRef="a" targetRef="note"/>',
        around=MESSAGE
        + process(start("os"), user("ot"), end("oe"), chain("os", "ot", "oe"), id="other")
        + '<collaboration id="c"><participant id="pool" processRef="p"/><participant id="applicant"/>'
        '<messageFlow id="mf" sourceRef="applicant" targetRef="s"/></collaboration>',
    )
    assert [finding.to_json() for finding in lint(layout(data, everything=True))] == []


# -- elements ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag",
    [
        "scriptTask",
        "sendTask",
        "receiveTask",
        "task",
        "manualTask",
        "inclusiveGateway",
        "complexGateway",
        "transaction",
        "adHocSubProcess",
        "choreographyTask",
    ],
)
def test_elements_that_the_engine_does_not_run_are_named(tag: str) -> None:
    [finding] = findings(simple(element(tag, "x")), "elements")
    assert (finding.severity, finding.element) == (ERROR, "x")
    assert tag in finding.message


@pytest.mark.parametrize(
    "inner",
    ["multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "property", "ioSpecification><dataInput/></x"],
)
def test_loops_and_data_of_a_task_are_refused_at_the_task(inner: str) -> None:
    inside = f"<{inner}/>".replace("/></x/>", "/></ioSpecification>")
    found = flagged(simple(task=user("t", inside)), "elements")
    assert [each for each in found if each[0] == ERROR] == [(ERROR, "t")]


@pytest.mark.parametrize("kind", ["signal", "error", "escalation", "compensate", "conditional", "link", "cancel"])
def test_events_of_other_kinds_are_refused(kind: str) -> None:
    assert flagged(document(catch("c", f"<{kind}EventDefinition/>")), "elements") == [(ERROR, "c")]


@pytest.mark.parametrize("tag", ["signal", "error", "itemDefinition", "import", "correlationProperty"])
def test_definitions_beside_the_process_are_refused(tag: str) -> None:
    assert flagged(simple(around=element(tag, "x")), "elements") == [(ERROR, "x")]


def test_what_stands_inside_a_refused_element_is_not_named_again() -> None:
    assert flagged(simple(element("signal", "x", "<task id='y'><script/></task>")), "elements") == [(ERROR, "x")]


def test_an_element_in_the_wrong_place_is_refused() -> None:
    assert flagged(simple(task=user("t", "<conditionExpression>1</conditionExpression>")), "elements") == [(ERROR, "t")]
    hidden = "<extensionElements><process id='q' isExecutable='true'/></extensionElements>"
    assert (ERROR, "q") in flagged(simple(task=user("t", hidden)), "elements")


def test_a_process_hidden_in_the_drawing_is_refused() -> None:
    data = simple().replace(b"</bpmndi:BPMNPlane>", b"<process id='q' isExecutable='true'/></bpmndi:BPMNPlane>")
    assert flagged(data, "elements") == [(ERROR, "q")]


def test_two_readers_cannot_see_two_conditions() -> None:
    twice = flow("s", "t").replace("></", "><conditionExpression/><conditionExpression/></")
    assert flagged(simple(twice), "elements") == [(ERROR, "s_t")]
    timers = "<timerEventDefinition><timeDate>1</timeDate><timeDuration>P1D</timeDuration></timerEventDefinition>"
    assert flagged(document(catch("c", timers)), "elements") == [(ERROR, "c")]


@pytest.mark.parametrize("attribute", ["assignee", "implementation", "default", "scriptFormat"])
def test_attributes_that_an_element_does_not_have_are_refused(attribute: str) -> None:
    [finding] = findings(simple(task=element("userTask", "t", **{attribute: "x"})), "elements")
    assert finding.element == "t" and attribute in finding.message


@pytest.mark.parametrize(
    ("attribute", "good", "bad"),
    [
        ("startQuantity", "1", "2"),
        ("completionQuantity", "1", "5"),
        ("isForCompensation", "false", "true"),
    ],
)
def test_attributes_beyond_the_engine_may_only_say_what_holds_anyway(attribute: str, good: str, bad: str) -> None:
    assert flagged(simple(task=element("userTask", "t", **{attribute: good})), "elements") == []
    assert flagged(simple(task=element("userTask", "t", **{attribute: bad})), "elements") == [(ERROR, "t")]


def test_booleans_are_those_of_xml_schema_and_nothing_else() -> None:
    def cut(value: str) -> list[tuple[str, str | None]]:
        event = boundary("b", "t", duration("P1D")).replace('"false"', f'"{value}"')
        return flagged(simple(event, end("f"), chain("b", "f")), "elements")

    assert cut("0") == cut("1") == cut("true") == cut(" false ") == []
    assert cut("no") == cut("FALSE") == cut("") == [(ERROR, "b")]


# -- extensions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        '<camunda:executionListener event="start" class="X"/>',
        '<camunda:taskListener event="create" expression="x"/>',
        "<camunda:inputOutput/>",
        "<camunda:connector/>",
        '<camunda:script scriptFormat="js">x</camunda:script>',
        '<zeebe:taskDefinition type="x"/>',
        "<zeebe:ioMapping/>",
        "<spiffworkflow:preScript/>",
        '<activiti:formProperty id="x"/>',
        '<x:y xmlns:x="urn:unheard-of"/>',
    ],
)
def test_extensions_of_other_engines_are_refused_by_name_at_their_element(content: str) -> None:
    [finding] = findings(simple(task=user("t", f"<extensionElements>{content}</extensionElements>")), "extensions")
    assert (finding.severity, finding.element) == (ERROR, "t")
    assert content[1:].split(maxsplit=1)[0].split(">", maxsplit=1)[0].rstrip("/") in finding.message
    assert ("motcua clean" in finding.message) == (not content.startswith(("<camunda", "<activiti")))


@pytest.mark.parametrize(
    "attribute",
    [
        "camunda_class",
        "camunda_expression",
        "camunda_delegateExpression",
        "camunda_assignee",
        "camunda_dueDate",
        "camunda_formKey",
        "camunda_asyncBefore",
        "activiti_assignee",
        "zeebe_x",
    ],
)
def test_attributes_of_other_engines_are_refused_by_name(attribute: str) -> None:
    [finding] = findings(simple(element("userTask", "x", **{attribute: "y"})), "extensions")
    assert finding.element == "x" and attribute.replace("_", ":") in finding.message


def test_colours_and_the_modelers_notes_are_welcome() -> None:
    data = simple().replace(
        b"<definitions",
        b'<definitions xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" '
        b'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" '
        b'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Platform" '
        b'xsi:schemaLocation="a b"',
    )
    data = data.replace(b"<bpmndi:BPMNShape", b'<bpmndi:BPMNShape bioc:stroke="#000" color:border-color="#000"')
    data = data.replace(b'<userTask id="t"', b'<userTask id="t" camunda:modelerTemplate="step"')
    assert lint(data) == []


def test_a_type_may_be_said_of_expressions_only() -> None:
    timer = '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition>'
    assert flagged(document(catch("c", timer)), "extensions") == []
    assert flagged(simple(element("userTask", "x", xsi_type="tScriptTask")), "extensions") == [(ERROR, "x")]


def test_unknown_decoration_of_the_drawing_is_only_pointed_out() -> None:
    data = simple().replace(b"</bpmndi:BPMNPlane>", b'</bpmndi:BPMNPlane><x:y xmlns:x="urn:z"/>')
    assert flagged(data, "extensions") == [(WARNING, "Diagram_1")]


# -- ids --------------------------------------------------------------------------------------------------------------


def test_a_missing_id_is_told_by_its_line() -> None:
    [finding] = findings(simple("<userTask/>\n"), "ids")
    assert (finding.element, finding.line) == ("p", 8)


def test_an_id_used_twice_is_refused_and_its_first_line_named() -> None:
    [finding] = findings(simple(user("t")), "ids")
    assert finding.element == "t"
    assert "dòng 4" in finding.message


@pytest.mark.parametrize(
    "id", ["Start", "End", "Root", "StartEventJoin", "p.EndJoin", "t.BoundaryEventSplit", "t.BoundaryEventJoin"]
)
def test_names_that_the_engine_uses_itself_are_reserved(id: str) -> None:
    assert flagged(simple(element("userTask", id)), "ids") == [(ERROR, id)]


@pytest.mark.parametrize("id", ["a b", " t2", "1st", "việc", "a#1", "x" * 101, ""])
def test_ids_are_plain_words(id: str) -> None:
    assert [severity for severity, _ in flagged(simple(element("userTask", id)), "ids")] == [ERROR]


# -- process, starts --------------------------------------------------------------------------------------------------


def test_a_file_without_an_executable_process_is_refused() -> None:
    assert flagged(simple().replace(b'isExecutable="true"', b""), "process") == [(ERROR, "Definitions_1"), (ERROR, "p")]


def test_a_second_process_is_refused_unless_the_first_calls_it() -> None:
    other = process(start("os"), user("ot"), end("oe"), chain("os", "ot", "oe"), id="q")
    assert flagged(simple(around=other), "process") == [(ERROR, "q")]
    calling = element("callActivity", "t", name="Gọi", calledElement="q")
    assert flagged(simple(task=calling, around=other), "process") == []


def test_a_process_says_how_its_days_count() -> None:
    assert flagged(simple().replace(b"working-days", b"moon-days"), "process") == [(ERROR, "p")]
    assert flagged(simple().replace(b"working-days", b"calendar-days"), "process") == []


def test_every_process_and_sub_process_has_one_start_and_an_end() -> None:
    assert flagged(document(user("t")), "starts") == [(ERROR, "p"), (ERROR, "p")]
    assert flagged(simple(sub("x")), "starts") == [(ERROR, "x"), (ERROR, "x")]
    assert flagged(simple(start("again")), "starts") == [(ERROR, "again")]


def test_only_an_event_sub_process_starts_by_a_timer() -> None:
    timed = element("startEvent", "ts", duration("PT1H"))
    assert flagged(document(timed, end(), chain("ts", "e")), "starts") == [(ERROR, "ts")]
    inner = timed, end("ie"), chain("ts", "ie")
    assert flagged(simple(sub("x", *inner, triggeredByEvent="true")), "starts") == []
    assert flagged(simple(sub("x", start("plain"), end("ie"), triggeredByEvent="true")), "starts") == [(ERROR, "plain")]


# -- connections, reachability, boundary ------------------------------------------------------------------------------


def test_a_flow_to_nowhere_is_refused() -> None:
    [finding] = findings(simple(flow("t", "gone")), "connections")[:1]
    assert finding.element in ("t", "t_gone")
    assert (ERROR, "t_gone") in flagged(simple(flow("t", "gone")), "connections")


def test_a_flow_cannot_cross_the_border_of_a_sub_process() -> None:
    data = simple(sub("x", start("xs"), user("xt"), end("xe"), chain("xs", "xt", "xe")), flow("t", "xt"))
    assert (ERROR, "t_xt") in flagged(data, "connections")


@pytest.mark.parametrize(
    ("more", "element_"),
    [
        (flow("t", "s"), "s"),
        (flow("e", "t"), "e"),
        (user("loose"), "loose"),
        (user("x") + boundary("b", "t", duration("P1D")) + chain("b", "x") + flow("x", "b"), "b"),
        (end("f") + flow("t", "f"), "t"),
    ],
)
def test_nodes_that_hang_wrongly_are_named(more: str, element_: str) -> None:
    assert (ERROR, element_) in flagged(simple(more), "connections")


def test_a_gateway_that_neither_divides_nor_joins_is_pointed_out() -> None:
    data = document(start(), exclusive("g"), end(), chain("s", "g", "e"))
    assert flagged(data, "connections") == [(WARNING, "g")]


def test_an_island_is_not_reached() -> None:
    island = flagged(simple(user("a"), user("b"), chain("a", "b", "a")), "reachability")
    assert island == [(ERROR, "a"), (ERROR, "a"), (ERROR, "b"), (ERROR, "b")]


def test_a_way_that_never_ends_is_told() -> None:
    data = document(start(), user("a"), user("b"), end(), chain("s", "a", "b", "a"))
    assert flagged(data, "reachability") == [(ERROR, "s"), (ERROR, "a"), (ERROR, "b")]


def test_an_interrupting_boundary_event_is_a_way_out() -> None:
    data = document(
        start(),
        user("a"),
        user("b"),
        chain("s", "a", "b", "a"),
        end(),
        boundary("x", "b", duration("P9D"), interrupting=True),
        chain("x", "e"),
    )
    assert flagged(data, "reachability") == []


def test_a_boundary_event_sits_on_an_activity_of_its_own_level() -> None:
    def on(host: str) -> list[tuple[str, str | None]]:
        box = sub("x", start("xs"), user("xt"), end("xe"), chain("xs", "xt", "xe"))
        return flagged(simple(box, boundary("b", host, duration("P1D")), end("f"), chain("b", "f")), "boundary")

    assert on("t") == on("x") == []
    assert on("gone") == on("s") == on("xt") == [(ERROR, "b")]


def test_a_boundary_event_waits_for_something() -> None:
    assert flagged(simple(boundary("b", "t", ""), end("f"), chain("b", "f")), "boundary") == [(ERROR, "b")]


# -- size -------------------------------------------------------------------------------------------------------------


def straight(length: int) -> bytes:
    ids = [f"t{n}" for n in range(length - 2)]
    return document(start(), *map(user, ids), end(), chain("s", *ids, "e"))


def test_a_straight_chain_of_three_hundred_nodes_is_accepted() -> None:
    assert lint(straight(300)) == []


def test_one_node_more_is_refused_and_nothing_else_said() -> None:
    [finding] = lint(straight(301))
    assert (finding.rule, finding.severity) == ("size", ERROR)
    assert "301" in finding.message


def test_too_many_flows_and_too_many_elements_are_refused() -> None:
    [flows] = lint(simple(*(flow("t", f"x{n}") for n in range(1_001)), around="").replace(b"_di", b"_d"))
    assert "luồng" in flows.message
    [elements] = lint(f"{HEAD}{'<message/>' * 20_001}</definitions>".encode())
    assert "XML" in elements.message


def test_sub_processes_nested_too_deep_are_refused() -> None:
    def nested(depth: int) -> bytes:
        inner = ""
        for n in range(depth):
            inner = sub(f"x{n}", start(f"s{n}"), end(f"e{n}"), inner)
        return document(inner)

    assert not [finding for finding in lint(nested(8)) if finding.rule == "size"]
    assert [finding.rule for finding in lint(nested(9))] == ["size"]


# -- order and form ---------------------------------------------------------------------------------------------------


def test_a_finding_is_a_sentence_and_a_json_object() -> None:
    [finding] = findings(simple(element("scriptTask", "x")), "elements")
    assert finding.to_json() == {
        "rule": "elements",
        "severity": "error",
        "element": "x",
        "line": 8,
        "message": "Không được dùng mã lệnh (scriptTask); việc tự động là serviceTask với một chủ đề (topic) "
        "của hệ thống.",
        "count": 1,
        "others": [],
    }


def test_a_name_full_of_braces_does_not_upset_a_sentence() -> None:
    data = simple(element("userTask", "x", name="{0.__class__} %s {name}"))
    assert any("{0.__class__}" in finding.message for finding in lint(data))


def test_an_id_made_up_by_the_reader_is_never_reported_as_an_id() -> None:
    assert all("?" not in (finding.element or "") for finding in lint(simple("<userTask/>", "<task/>")))
    assert any(id.startswith("userTask?") for id in read(simple("<userTask/>")).nodes)
