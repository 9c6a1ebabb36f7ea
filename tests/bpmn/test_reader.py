"""Reading BPMN files: what is read, from whom ever it comes, and what is refused."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import suppress
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import bpmn
from runner.bpmn import (
    Bounds,
    FileTooLarge,
    HasDoctype,
    Lane,
    NotBpmn,
    NotXml,
    TimerSpec,
    TooDeep,
    WrongEncoding,
    WrongRoot,
    read,
)
from tests.engine.attacks import DOCTYPES, blow_up, laughs
from tests.engine.diagrams import (
    HEAD,
    MESSAGE,
    boundary,
    catch,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    message,
    process,
    service,
    simple,
    start,
    sub,
    user,
)

FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<semantic:definitions xmlns:semantic="http://www.omg.org/spec/BPMN/20100524/MODEL" id="_1" targetNamespace="x"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <semantic:collaboration id="c">
    <semantic:participant id="buyer" name="Buyer"/>
    <semantic:participant id="seller" name="Seller" processRef="p1"/>
    <semantic:messageFlow id="m" name="Order" sourceRef="buyer" targetRef="s"/>
  </semantic:collaboration>
  <semantic:process id="p1">
    <semantic:laneSet id="ls">
      <semantic:lane id="outer" name="Sales">
        <semantic:flowNodeRef>t</semantic:flowNodeRef>
        <semantic:childLaneSet id="cls">
          <semantic:lane id="inner" name="Clerk"><semantic:flowNodeRef>t</semantic:flowNodeRef></semantic:lane>
        </semantic:childLaneSet>
      </semantic:lane>
    </semantic:laneSet>
    <semantic:startEvent id="s"/>
    <semantic:task id="t" name=" Check "><semantic:documentation> Why </semantic:documentation></semantic:task>
    <semantic:userTask name="without an id"/>
    <semantic:sequenceFlow sourceRef="s" targetRef="t"/>
    <semantic:textAnnotation id="note"><semantic:text>Remember</semantic:text></semantic:textAnnotation>
    <semantic:association id="a" sourceRef="t" targetRef="note"/>
  </semantic:process>
  <semantic:process id="p2" isExecutable="1"/>
</semantic:definitions>"""


def test_everything_that_a_task_says_is_read() -> None:
    task = read(simple(task=user("t", step="B1", clock="pause"))).nodes["t"]
    assert (task.type, task.name, task.parent, task.lane) == ("userTask", "Việc t", "p", "specialist")
    assert (task.form, task.form_binding) == ("assess", "deployment")
    assert dict(task.properties) == {"step": "B1", "clock": "pause"}
    assert (task.incoming, task.outgoing) == (("s_t",), ("t_e",))
    assert task.line == 4


def test_events_are_read_with_their_kind_timer_and_message() -> None:
    nodes = read(
        document(
            start(),
            catch("c", message()),
            catch("d", duration("=case_due", "timeDate")),
            user("t"),
            boundary("b", "t", duration("P5D")),
            boundary("i", "t", duration("PT4H"), interrupting=True),
            catch("r", duration("R3/PT1H", "timeCycle")),
            end("e", terminate=True),
            end("f"),
            around=MESSAGE,
        )
    ).nodes
    assert (nodes["c"].event, nodes["c"].message) == ("message", "supplement_received")
    assert nodes["d"].timer == TimerSpec("date", "=case_due")
    assert nodes["r"].timer == TimerSpec("cycle", "R3/PT1H")
    assert (nodes["b"].timer, nodes["b"].attached_to, nodes["b"].interrupting) == (
        TimerSpec("duration", "P5D"),
        "t",
        False,
    )
    assert nodes["i"].interrupting
    assert (nodes["e"].event, nodes["f"].event, nodes["s"].event) == ("terminate", None, None)


def test_several_event_definitions_are_one_multiple_event() -> None:
    nodes = read(document(catch("c", message() + duration("P1D")), around=MESSAGE)).nodes
    assert nodes["c"].event == "multiple"


def test_conditions_and_defaults_are_read_from_the_flows() -> None:
    flows = read(
        document(exclusive("g", default="g_a"), flow("g", "a"), flow("g", "b", ' = x = "1" '), flow("a", "c", ""))
    )
    assert [(f.id, f.default, f.condition) for f in flows.flows.values()] == [
        ("g_a", True, None),
        ("g_b", False, '= x = "1"'),
        ("a_c", False, ""),
    ]


def test_an_expression_is_one_text_whatever_is_put_between_its_parts() -> None:
    data = simple().replace(
        b'targetRef="e">',
        b'targetRef="e"><conditionExpression>a<!-- x -->b<?p i?>c<![CDATA[<d]]></conditionExpression>',
    )
    assert read(data).flows["t_e"].condition == "abc<d"


def test_automatic_work_and_calls_are_read() -> None:
    nodes = read(
        document(service("a", "notify_lane", lane="director"), element("callActivity", "k", calledElement="x:other"))
    ).nodes
    assert (nodes["a"].topic, nodes["a"].properties["lane"]) == ("notify_lane", "director")
    assert nodes["k"].called == "other"


def test_a_task_in_a_sub_process_has_the_lane_of_the_sub_process_unless_it_names_its_own() -> None:
    lanes = '<laneSet id="ls"><lane id="director"><flowNodeRef> box </flowNodeRef></lane></laneSet>'
    bare = element("userTask", "own")
    nodes = read(document(lanes, sub("box", bare, user("named"), triggeredByEvent="true"))).nodes
    assert (nodes["box"].lane, nodes["own"].lane, nodes["named"].lane) == ("director", "director", "specialist")
    assert (nodes["own"].parent, nodes["box"].triggered_by_event) == ("box", True)


def test_files_of_other_modelers_are_read_by_namespace_not_by_prefix() -> None:
    drawn = read(FOREIGN, "foreign.bpmn")
    assert drawn.name == "foreign.bpmn"
    assert [(p.id, p.executable) for p in drawn.processes.values()] == [("p1", False), ("p2", True)]
    assert [(p.id, p.process) for p in drawn.participants] == [("buyer", None), ("seller", "p1")]
    assert drawn.lanes["inner"] == Lane("inner", "Clerk", 14, "p1", ("t",))
    assert (drawn.nodes["t"].name, drawn.nodes["t"].documentation, drawn.nodes["t"].lane) == ("Check", "Why", "inner")
    assert [(m.source, m.target) for m in drawn.message_flows] == [("buyer", "s")]
    assert drawn.annotations["note"].text == "Remember"
    assert [(a.source, a.target) for a in drawn.associations] == [("t", "note")]
    assert not drawn.shapes


def test_elements_without_an_id_are_still_there() -> None:
    drawn = read(FOREIGN)
    [unnamed] = [node for node in drawn.nodes.values() if node.name == "without an id"]
    [loose] = drawn.flows.values()
    assert unnamed.id.startswith("userTask?")
    assert drawn.nodes["t"].incoming == (loose.id,)


def test_the_first_of_two_elements_with_one_id_stands() -> None:
    assert read(simple(user("t", lane="director"))).nodes["t"].lane == "specialist"


def test_the_drawing_is_read_and_what_is_no_number_is_left_out() -> None:
    shape = (
        '<bpmndi:BPMNShape bpmnElement="{}" isExpanded="true"><dc:Bounds x="{}" y="2" width="3" height="4"/>'
        '<bpmndi:BPMNLabel><dc:Bounds x="5" y="6" width="7" height="8"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
    )
    edge = '<bpmndi:BPMNEdge bpmnElement="f"><di:waypoint x="1" y="2.5"/><di:waypoint x="?" y="0"/></bpmndi:BPMNEdge>'
    plane = shape.format("s", "-1.5") + shape.format("bad", "nan") + edge
    drawn = read(
        f"{HEAD}<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{plane}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>".encode()
    )
    [box] = drawn.shapes.values()
    assert (box.element, box.x, box.label, box.expanded, box.horizontal) == ("s", -1.5, Bounds(5, 6, 7, 8), True, None)
    assert drawn.edges["f"].waypoints == ((1, 2.5),)


def test_other_encodings_are_read_too() -> None:
    assert read(
        '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + simple().decode().encode("utf-16-le")
    ).nodes
    assert read(b"\xef\xbb\xbf" + simple()).nodes["t"].name == "Việc t"


def test_decomposed_letters_are_read_composed_whether_in_attributes_or_between_tags() -> None:
    data = document(user("t"), flow("t", "e", '=x = "\u1ebf"'), end("e"))
    found = read(normalize("NFD", data.decode()).encode())
    assert found == read(data) and found.nodes["t"].name == normalize("NFC", "Việc t")
    assert found.flows["t_e"].condition == '=x = "\u1ebf"'


def test_a_flood_of_combining_marks_is_left_as_it_is() -> None:
    flood, started = "a" + "\u0323\u0301" * 100_000, time.perf_counter()
    assert read(simple().replace("Việc t".encode(), flood.encode())).nodes["t"].name == flood
    assert time.perf_counter() - started < 1


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_parsed() -> None:
    data = HEAD.encode() + b"<a/>" * 12_500_000
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(FileTooLarge):
        read(data)
    assert time.monotonic() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 5_000  # kB


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_a_doctype_is_refused_whatever_it_declares(doctype: str) -> None:
    with pytest.raises(HasDoctype):
        read(doctype.encode() + simple())


def test_entities_are_neither_read_from_disk_nor_from_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        for kind in (f'<!ENTITY x SYSTEM "{url}">', f'<!ENTITY % x SYSTEM "{url}"> %x;'):
            with pytest.raises(NotBpmn):
                read(f"<!DOCTYPE d [{kind}]>{simple().decode()}".encode())
        with pytest.raises(NotBpmn):
            read(f'<!DOCTYPE d SYSTEM "{url}">{simple().decode()}'.encode())
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("bomb", [laughs(), blow_up()], ids=["billion laughs", "quadratic"])
def test_entity_bombs_burst_at_once_and_cost_nothing(bomb: bytes) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(NotBpmn):
        read(bomb)
    assert time.monotonic() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


@pytest.mark.parametrize("depth", [101, 300, 100_000])
def test_elements_nested_too_deep_are_refused(depth: int) -> None:
    with pytest.raises(TooDeep):
        read(f"{HEAD}{'<a>' * depth}{'</a>' * depth}</definitions>".encode())


def test_text_that_is_no_xml_is_refused_with_its_line() -> None:
    with pytest.raises(NotXml) as refused:
        read(b"<definitions>\n<task>\n</definitions>")
    assert str(refused.value) == "Tệp không phải là XML hợp lệ: lỗi ở dòng 3."


@pytest.mark.parametrize(
    ("declared", "stored"),
    [
        ("UTF-16", "utf-8"),
        ("utf-16le", "utf-8"),
        ("ISO-10646-UCS-2", "utf-8-sig"),
        ("UTF-8", "cp1258"),
        ("windows-1258", "utf-8"),
        ("US-ASCII", "utf-8"),
        ("TCVN3", "utf-8"),
    ],
)
def test_a_file_that_is_not_in_the_encoding_it_declares_is_refused_with_this_reason(declared: str, stored: str) -> None:
    data = f'<?xml version="1.0" encoding="{declared}"?>\n<definitions name="Đỗ Ớ">'.encode(stored, "replace")
    with pytest.raises(WrongEncoding, match=f'encoding="{declared}" nhưng không được lưu theo bảng mã ấy'):
        read(data)


def test_a_fault_of_another_kind_is_not_said_to_be_of_the_encoding() -> None:
    with pytest.raises(NotXml, match="lỗi ở dòng 2"):
        read(b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\x01</a>')


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"<", b"%PDF-1.7", b"PK\x03\x04", b'<?xml version="1.0" encoding="x"?><a/>']
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(NotXml):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html/>",
        b"<definitions/>",
        b'<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/"/>',
        process()
        .replace("<process", '<process xmlns:camunda="c" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"')
        .encode(),
    ],
)
def test_other_xml_is_refused_and_its_root_named(data: bytes) -> None:
    with pytest.raises(WrongRoot) as refused:
        read(data)
    assert "không phải <definitions> của BPMN 2.0" in str(refused.value)


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_answered_with_a_refusal(data: bytes) -> None:
    with pytest.raises(NotBpmn):
        read(data)


@given(st.data())
@settings(max_examples=200)
def test_a_damaged_diagram_is_read_or_refused_but_never_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(FOREIGN)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=4))
    with suppress(NotBpmn):
        assert read(bytes(whole)).root is not None


def test_the_heaviest_file_that_is_accepted_costs_seconds_at_most() -> None:
    body = f"{HEAD}<process id='p'>"
    data = f"{body}{'<task/>' * ((bpmn.MAX_BYTES - len(body) - 30) // 7)}</process></definitions>".encode()
    started = time.process_time()
    assert len(read(data).nodes) > 140_000
    assert time.process_time() - started < 20


def test_the_same_bytes_give_equal_diagrams() -> None:
    assert read(FOREIGN) == read(bytes(FOREIGN))
