"""Generated diagrams: well-formed processes composed of blocks, and people who work on them.

A block has one way in and one way out; it is written with the functions of `diagrams`. What it may hold depends on
where it stands: a plain end only where no join waits for the branch, a terminate end instead of it in a process with an
event sub-process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import strategies as st

from runner.domain.entry import AnswerRequest, Claim, Command, DeliverMessage, FireTimer, Release, Submit
from tests.engine.case_run import CaseRun, messages
from tests.engine.diagrams import (
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
    start,
    sub,
    user,
)

LAPSES = ("PT1H", "PT30M", "=working_days_after(now, 1)")
LIMITS = ("P1D", "P0.5D", "P1W")
TOPICS = ("allot_number", "pin_fee", "notify_applicant")


class File(bytes):
    """A diagram's bytes, shown without the picture."""

    def __repr__(self) -> str:
        text = re.sub(r"<extensionElements>.*?</extensionElements>", "", self.decode().partition("<bpmndi:")[0])
        return re.sub(r' (name|camunda:\w+|xmlns:\w+)="[^"]*"|</\w+>', "", text)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands. `depth` blocks may still be put into each other."""

    depth: int
    parallel: bool = False
    looped: bool = False
    terminate: bool = False


@dataclass
class Sketch:
    """A diagram being drawn. `plain`: only what SpiffWorkflow itself, with its own parser, runs as BPMN has it."""

    draw: st.DrawFn
    plain: bool
    size: int = 0
    around: list[str] = field(default_factory=list)
    catches: list[str] = field(default_factory=list)

    def id(self, kind: str) -> str:
        self.size += 1
        return f"{kind}{self.size}"

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def maybe(self) -> bool:
        return self.draw(st.booleans())

    def scope(self, place: Place) -> str:
        """A start, a block and an end, with an event sub-process beside them or not."""
        first, last = self.id("s"), self.id("e")
        into, out, body = self.row(place)
        beside = self.beside() if place.terminate else ""
        return start(first) + body + end(last, place.terminate) + chain(first, into) + chain(out, last) + beside

    def beside(self) -> str:
        first, task, last = self.id("s"), self.id("t"), self.id("e")
        text = self.one("PT2H", "P1D", "=working_days_before(case_due, 1)")
        begin = element("startEvent", first, duration(text), isInterrupting="false")
        within = begin + user(task) + end(last) + chain(first, task, last)
        return sub(self.id("w"), within, triggeredByEvent="true")

    def block(self, place: Place) -> tuple[str, str, str]:
        """The ids of the way in and the way out, and the XML."""
        if self.size > 100 or not place.depth:
            return self.task(place)
        inner = replace(place, depth=place.depth - 1)
        kinds = [self.task, self.row, self.choice, self.loop, self.events, self.within, self.call, self.work, self.stop]
        if not (self.plain and place.looped):  # the library's join does not hold in a loop
            kinds += [self.fork] * (3 if place.looped else 1)
        return self.draw(st.sampled_from(kinds))(inner)

    def row(self, place: Place) -> tuple[str, str, str]:
        blocks = [self.block(place) for _ in range(self.draw(st.integers(2, 3)))]
        links = "".join(chain(out, into) for (_, out, _), (into, _, _) in pairwise(blocks))
        return blocks[0][0], blocks[-1][1], "".join(body for _, _, body in blocks) + links

    def task(self, place: Place) -> tuple[str, str, str]:
        id = self.id("t")
        step = {} if self.plain or self.maybe() else {"step": "B1"}
        marks = step | self.clock()
        limit = ""
        if step or (not self.plain and self.maybe()):
            late = self.id("b")
            limit = boundary(late, id, duration("P1D" if step else self.one(*LIMITS))) + self.tail(late)
        kind = self.one("none", "none", "beside", "instead")
        if kind == "none":
            return id, id, user(id, **marks) + limit
        event, instead = self.id("b"), kind == "instead"
        body = user(id, **marks) + limit + boundary(event, id, self.event(limit=instead), interrupting=instead)
        if kind == "beside":
            return id, id, body + self.tail(event)
        meet, other = self.id("x"), self.id("t")
        return id, meet, body + exclusive(meet) + user(other) + chain(id, meet) + chain(event, other, meet)

    def tail(self, event: str) -> str:
        """What follows an event beside the task: a task or nothing, and an end of its own."""
        task, last = self.id("t"), self.id("e")
        if self.maybe():
            return user(task) + end(last) + chain(event, task, last)
        return end(last) + chain(event, last)

    def clock(self) -> dict[str, str]:
        """A mark of the legal clock, or none."""
        mark = "" if self.plain else self.one("", "", "", "pause", "stop")
        return {"clock": mark} if mark else {}

    def event(self, limit: bool) -> str:
        """A timer or a message of its own; `limit`: may the timer be one that would be a task's limit?"""
        if not self.plain and self.maybe():
            return duration(self.one(*LAPSES, *(LIMITS if limit else ())))
        name = self.id("message")
        self.around.append(element("message", name.title(), name=name))
        return message(name.title())

    def choice(self, place: Place) -> tuple[str, str, str]:
        ask, meet = self.id("x"), self.id("x")
        ways = [self.block(place) for _ in range(3)]
        body = "".join(inside for _, _, inside in ways) + "".join(chain(out, meet) for _, out, _ in ways)
        last = self.maybe()
        flows = [flow(ask, into, None if last and d == 2 else f"d = {d}") for d, (into, _, _) in enumerate(ways)]
        default = {"default": f"{ask}_{ways[2][0]}"} if last else {}
        return ask, meet, exclusive(ask, **default) + exclusive(meet) + body + "".join(flows)

    def fork(self, place: Place) -> tuple[str, str, str]:
        split, join = self.id("p"), self.id("p")
        ways = [self.block(replace(place, parallel=True)) for _ in range(self.draw(st.integers(2, 3)))]
        body = "".join(inside + chain(split, into) + chain(out, join) for into, out, inside in ways)
        return split, join, parallel(split) + parallel(join) + body

    def loop(self, place: Place) -> tuple[str, str, str]:
        meet, task, ask = self.id("x"), self.id("t"), self.id("x")
        into, out, body = self.block(replace(place, looped=True))
        after = self.id("v")  # so that the default flow is known before its target is
        back = exclusive(ask, default=f"{ask}_{after}") + flow(ask, meet, "again = true") + chain(ask, after)
        rest = exclusive(meet) + user(task) + element("intermediateThrowEvent", after)
        return meet, after, rest + body + back + chain(meet, into) + chain(out, task, ask)

    def events(self, place: Place) -> tuple[str, str, str]:
        gate, meet = self.id("g"), self.id("x")
        body = element("eventBasedGateway", gate) + exclusive(meet)
        for _ in range(self.draw(st.integers(2, 3))):
            event = self.id("c")
            self.catches.append(event)
            into, out, inside = self.block(replace(place, depth=0))
            body += (
                catch(event, self.event(limit=True), **self.clock())
                + inside
                + chain(gate, event, into)
                + chain(out, meet)
            )
        return gate, meet, body

    def within(self, place: Place) -> tuple[str, str, str]:
        id = self.id("w")
        body = self.scope(Place(place.depth, terminate=not self.plain and self.maybe()))
        return id, id, sub(id, body)

    def call(self, place: Place) -> tuple[str, str, str]:
        id, called = self.id("call"), self.id("q")
        body = self.scope(Place(min(1, place.depth)))
        self.around.append(process(body, id=called))
        return id, id, element("callActivity", id, name=f"Gọi {id}", calledElement=called)

    def work(self, place: Place) -> tuple[str, str, str]:
        topic = self.one(*TOPICS)
        wait = {"wait": "true"} if not self.plain and topic == "notify_applicant" and self.maybe() else {}
        id = self.id("v")
        return id, id, service(id, topic, **wait)

    def stop(self, place: Place) -> tuple[str, str, str]:
        """A way to stop here and now."""
        task, ask, last = self.id("t"), self.id("x"), self.id("e")
        after = self.id("v")
        terminate = place.terminate or place.parallel or (not self.plain and self.maybe())
        body = user(task) + exclusive(ask, default=f"{ask}_{after}") + end(last, terminate)
        rest = element("intermediateThrowEvent", after) + chain(task, ask, after) + flow(ask, last, "d = 0")
        return task, after, body + rest


@st.composite
def diagrams(draw: st.DrawFn, plain: bool = False) -> bytes:
    """A random process; see `Sketch` for `plain`."""
    sketch = Sketch(draw, plain)
    terminate = not plain and sketch.maybe()
    body = sketch.scope(Place(depth=3, terminate=terminate))
    return File(document(lanes("s1", *sketch.catches), body, around="".join(sketch.around)))


@st.composite
def faulty(draw: st.DrawFn) -> bytes:
    """A random process in which some gateways are of the other kind, and some ends end less than they should."""
    text = draw(diagrams()).decode()

    def other(found: re.Match[str]) -> str:
        kind, id, rest = found.groups()
        leaves = text.count(f'sourceRef="{id}"')
        if (kind == "parallel" and leaves > 1) or not draw(st.booleans()):
            return found[0]
        kind = "parallel" if kind == "exclusive" else "exclusive"
        return f'<{kind}Gateway id="{id}"{rest}</{kind}Gateway>'

    text = re.sub(r'<(exclusive|parallel)Gateway id="(\w+)"(.*?)</\1Gateway>', other, text)
    text = re.sub("<terminateEventDefinition/>", lambda found: draw(st.sampled_from([found[0], ""])), text)
    return File(text.encode())


def in_python(data: bytes) -> bytes:
    """A plain diagram as SpiffWorkflow's own parser reads it: conditions in Python, no automatic work."""
    text = re.sub(r">(\w+) = (\w+)</conditionExpression>", _condition, data.decode())
    return re.sub(r"(</?)serviceTask", r"\1intermediateThrowEvent", text).encode()


def _condition(found: re.Match[str]) -> str:
    return f">{found[1]} == {found[2].title()}</conditionExpression>"


ANSWERS = st.fixed_dictionaries({"d": st.integers(0, 2), "again": st.booleans()})


def moves(run: CaseRun) -> list[Command]:
    """Every command that the case could take, now or when the clock has moved on; forms are not filled in yet."""
    instance = run.instance
    found: list[Command] = []
    for task in instance.tasks.values():
        found.append(Submit(task.id, {}))
        found.append(Claim(task.id, "an") if task.owner is None else Release(task.id))
    found += [DeliverMessage(name, {}) for name in messages(instance)]
    found += [FireTimer(timer.id) for timer in instance.timers if timer.due is not None]
    found += [AnswerRequest(request, {}) for request in instance._requests]
    return found


def act(run: CaseRun, command: Command, answer: dict[str, object]) -> None:
    """Make one of the `moves`, a quarter of an hour later or when its timer is due."""
    run.later(minutes=15)
    if isinstance(command, FireTimer):
        due = run.armed[command.timer].due
        assert due is not None
        run.now = max(run.now, due)
    if isinstance(command, Submit | DeliverMessage):
        command = replace(command, values=answer)
    run.do(command)
