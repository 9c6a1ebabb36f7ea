"""Where a case stops to replay: what the record says there, and what running it again comes to.

A journal keeps what was asked and a digest of what it came to. What it came to in the record is known from the read
tables and from what later entries were about; nothing is guessed beyond that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from runner.domain.case import Case
from runner.domain.entry import Assign, Claim, Release, Submit
from runner.domain.journal import START, Entry, digest, seal
from runner.domain.task import Task
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.language import say
from runner.services.audit import ReplayedEntry
from runner.services.version import Version

LATER = 50
"""So many entries behind the first that diverges are asked for the tasks that they are about."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing on both sides; `exact` where it is a digest or a number that has to be compared letter by letter.

    `recorded` is "" for what no journal says.
    """

    what: str
    recorded: str
    rebuilt: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """The first entry that diverges, row by row, and on the diagram.

    `recorded` are the elements at which only the record stands, `rebuilt` those at which only the case that was run
    again does, `flows` the sequence flows that it took there. `entry` is None where there is none of that number.
    """

    entry: Entry | None
    rows: tuple[Row, ...]
    recorded: tuple[str, ...]
    rebuilt: tuple[str, ...]
    flows: tuple[str, ...]


def tell(
    divergence: Divergence,
    case: Case,
    entries: Sequence[Entry],
    rows: Iterable[Task],
    steps: Sequence[ReplayedEntry],
    instance: Instance | None,
) -> Sides:
    """Both sides of a divergence; `rows` are the tasks of the read tables, `instance` the case as it was run last."""
    seq, what = divergence.facts["seq"], str(divergence.facts["what"]).partition(":")[0]
    entry = next((each for each in entries if each.seq == seq), None)
    if what == "state" and entry and steps and instance:
        return _other_state(entry, entries, rows, steps, instance)
    about = tuple(_chain(what, case, entries, entry))
    named = _task(entry) if entry and what != "tail" else None
    return Sides(entry, about, (named.partition("#")[0],) if named else (), (), ())


def _other_state(
    entry: Entry, entries: Sequence[Entry], rows: Iterable[Task], steps: Sequence[ReplayedEntry], instance: Instance
) -> Sides:
    *earlier, step = steps
    advance, before = step.advance, {task.id for each in earlier if each.advance for task in each.advance.tasks}
    flows, changed = (advance.flows, advance.tasks) if advance else ((), ())
    opened = {task.element: task.name for task in changed if task.closed is None and task.id not in before}
    recorded = {task.element: task.name for task in rows if task.opened == entry.at and task.id not in before}
    known = {task.element for task in (*changed, *instance.tasks.values())}
    recorded |= {element: name for element, name in _later(entry, entries, step.version) if element not in known}
    only_recorded = tuple(each for each in recorded if each not in opened)
    only_rebuilt = tuple(each for each in opened if each not in recorded)
    table = [
        Row(say("Việc mở ra"), _names(recorded.values()), _names(opened.values())),
        Row(say("Mã băm trạng thái"), entry.state.hex(), instance.digest().hex(), exact=True),
    ]
    if branches := [*_branches(flows, step.version)]:
        table.insert(0, Row(say("Nhánh đã đi"), "", "; ".join(branches)))
    return Sides(entry, tuple(table), only_recorded, only_rebuilt, flows)


def _branches(flows: Iterable[str], version: Version) -> Iterator[str]:
    """The named flows that a case took, each with the question of its gateway."""
    drawn = {id: flow for diagram in (version.diagram, *version.called) for id, flow in diagram.flows.items()}
    for flow in (drawn[each] for each in flows if each in drawn):
        if flow.name:
            gateway = version.definition.nodes[flow.source].name
            yield f"{gateway} {flow.name}".strip()


def _later(entry: Entry, entries: Sequence[Entry], version: Version) -> Iterator[tuple[str, str]]:
    """The tasks that the next entries are about, up to the first that was done: each element with its name."""
    nodes = version.definition.nodes
    for each in [each for each in entries if each.seq > entry.seq][:LATER]:
        element = (_task(each) or "").partition("#")[0]
        if element in nodes:
            yield element, nodes[element].name or element
        if each.kind == Submit.kind:
            return


def _task(entry: Entry) -> str | None:
    """The task that an entry is about; None where there is none, or its content cannot be read."""
    try:
        body = entry.body
    except Divergence:
        return None
    return body.task if isinstance(body, Submit | Claim | Assign | Release) else None


def _chain(what: str, case: Case, entries: Sequence[Entry], entry: Entry | None) -> Iterator[Row]:
    """The digests and numbers that do not fit each other."""
    if what == "tail":
        yield Row(say("Số mục nhật ký"), str(case.seq), str(len(entries)), exact=True)
        yield Row(say("Mã băm mục cuối"), case.head.hex(), (entries[-1].hash if entries else START).hex(), exact=True)
    elif what == "gap":
        yield Row(say("Mục nhật ký"), _numbers(entries), say("từ 1, liền nhau"))
    elif entry and what == "payload" and entry.payload is not None:
        yield Row(
            say("Mã băm nội dung"), entry.payload_sha256.hex(), digest(entry.payload, entry.salt).hex(), exact=True
        )
    elif entry and what == "previous":
        before = next((each.hash for each in entries if each.seq == entry.seq - 1), START)
        yield Row(say("Mã băm mục trước"), entry.previous.hex(), before.hex(), exact=True)
    elif entry and what == "hash":
        sealed = seal(
            entry.case,
            entry.seq,
            entry.at,
            entry.actor,
            entry.kind,
            entry.payload_sha256,
            entry.state,
            entry.previous,
        )
        yield Row(say("Mã băm của mục"), entry.hash.hex(), sealed.hex(), exact=True)


def _numbers(entries: Sequence[Entry]) -> str:
    """The numbers of the entries that are there, those in a row as a span."""
    spans: list[list[int]] = []
    for each in entries:
        if spans and spans[-1][-1] + 1 == each.seq:
            spans[-1][-1] = each.seq
        else:
            spans.append([each.seq, each.seq])
    return ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in spans)


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or say("không có")
