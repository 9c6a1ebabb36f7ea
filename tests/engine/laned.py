"""Generated diagrams in a pool with lanes, with an applicant who sends and receives messages."""

from __future__ import annotations

from hypothesis import strategies as st

from runner.bpmn import ACTIVITIES, read
from tests.engine.generated import File, diagrams

LANES = ("one_stop_clerk", "specialist", "division_lead", "director")


@st.composite
def laned(draw: st.DrawFn) -> bytes:
    """A random process in lanes, not drawn."""
    data = draw(diagrams())
    nodes = [node for node in read(data).nodes.values() if node.parent == "p"]
    lanes = LANES[: draw(st.integers(1, len(LANES)))]
    lane_of: dict[str, str] = {}
    for node in nodes:
        home = node.attached_to or next((each for each in reversed(lane_of)), lanes[0])
        stays = node.attached_to or draw(st.integers(0, 2))
        lane_of[node.id] = lane_of.get(home, lanes[0]) if stays else draw(st.sampled_from(lanes))
    members = {lane: [id for id, its in lane_of.items() if its == lane] for lane in lanes}
    written = "".join(
        f'<lane id="{lane}" name="Làn {lane}">' + "".join(f"<flowNodeRef>{id}</flowNodeRef>" for id in ids) + "</lane>"
        for lane, ids in members.items()
    )
    messaging = [node.id for node in nodes if node.type in ACTIVITIES and draw(st.integers(0, 5)) == 0]
    flows = "".join(
        f'<messageFlow id="m_{id}" name="Mẫu {at}" '
        + (f'sourceRef="{id}" targetRef="applicant"/>' if at % 2 else f'sourceRef="applicant" targetRef="{id}"/>')
        for at, id in enumerate(messaging)
    )
    notes = "".join(
        f'<textAnnotation id="note_{id}"><text>Ghi chú về {id}, bổ sung của phần mềm</text></textAnnotation>'
        f'<association id="tie_{id}" sourceRef="{id}" targetRef="note_{id}"/>'
        for id in messaging[::2]
    )
    pools = f'<participant id="applicant" name="Người nộp"/><participant id="pool" name="Sở" processRef="p"/>{flows}'
    head, _, rest = data.decode().partition("<bpmndi:")[0].partition("</process>")
    start, mark, inner = head.partition('<process id="p"')
    opening, end, body = inner.partition("\n")
    text = f'{start}{mark}{opening}{end}<laneSet id="set">{written}</laneSet>{body}{notes}</process>{rest}'
    return File(f'{text}<collaboration id="c">{pools}</collaboration></definitions>'.encode())
