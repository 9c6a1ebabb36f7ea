"""Every way of a case through a procedure's diagrams, as far as one rule can tell them apart.

A state is where the tokens rest, the answers on which something still depends, the one-time events that have happened,
how the legal clock stands, and what the rule has seen. Answers are those that the forms can give; what nothing asks for
any more is forgotten, so that loops come back to states that were met: there are finitely many, and each way, however
often it goes round, is one through them. What runs beside the main way (event sub-processes, branches, events on
boundaries) is followed in every order, unless nothing in it concerns the rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from runner.bpmn import Node
from runner.law.answers import UNKNOWN, given, truth
from runner.law.dependence import Dependence
from runner.law.net import WAITING, Net
from runner.law.token import AT, beside, node_of, prefix, without

MOST_STATES: Final = 30_000
"""So many states are looked at; a diagram with more is not decided."""
MOST_AT_ONCE: Final = 3
"""So often a case waits at one node at once; ways on which it does so more often are not followed to their end."""
_IDLE, _RUNNING, _STOPPED = 0, 1, 2

S = TypeVar("S")


class Watcher(Protocol[S]):
    """What a rule makes of the happenings on a way. `wanted` are the values that it asks for itself."""

    wanted: frozenset[str]
    concerned: frozenset[str]

    def begin(self) -> S: ...

    def happens(self, seen: S, node: Node, given: Mapping[str, object], path: str) -> tuple[S, str]:
        """What is seen after a happening, and why it breaks the rule, "" where it does not."""

    def over(self, seen: S) -> tuple[S, str]:
        """The same of the end of the case."""


@dataclass(frozen=True, slots=True)
class Place:
    """A state in which the case waits, or is over. `tokens` are sorted; `past` are one-time events that happened."""

    tokens: tuple[str, ...]
    values: tuple[tuple[str, object], ...]
    past: frozenset[str]
    clock: int
    seen: object


@dataclass(frozen=True, slots=True)
class Run:
    """A case on its way from one state to the next: `moving` are tokens that have yet to enter a node."""

    tokens: Counter[str]
    moving: tuple[str, ...]
    values: Mapping[str, object]
    past: frozenset[str]
    clock: int
    seen: object
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What comes about between two states: the element, and what is answered there of what matters."""

    element: str
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """`path`: what comes about on the shortest way that breaks the rule, `why` at its end; "" where no way does.

    `whole`: every state was looked at.
    """

    why: str = ""
    path: tuple[Move, ...] = ()
    whole: bool = True


class Walk:
    """The states of a net for one watcher."""

    def __init__(self, net: Net, watcher: Watcher[object]) -> None:
        self.net, self.watcher = net, watcher
        self.whole = True
        self.depends = Dependence(net, watcher.wanted, watcher.concerned)

    def search(self) -> Found:
        """The shortest way that breaks the rule, by the number of things that people do and that come about."""
        starts = tuple(node.id for node in self.net.starts(self.net.process))
        begun = Run(Counter(), starts, {}, frozenset(), _IDLE, self.watcher.begin())
        before: dict[Place, tuple[Place | None, Move | None]] = {}
        todo: list[Place] = []
        for run in self._rest(begun):
            if found := self._reach(run, None, None, before, todo):
                return found
        at = 0
        while at < len(todo):
            place = todo[at]
            at += 1
            if len(before) > MOST_STATES:
                return Found(whole=False)
            for move, run in self._moves(place):
                if found := self._reach(run, place, move, before, todo):
                    return found
        return Found(whole=self.whole)

    def _reach(
        self,
        run: Run,
        origin: Place | None,
        move: Move | None,
        before: dict[Place, tuple[Place | None, Move | None]],
        todo: list[Place],
    ) -> Found | None:
        if run.broken:
            path = [move] if move else []
            while origin is not None:
                origin, move = before[origin]
                path += [move] if move else []
            return Found(run.broken, tuple(reversed(path)))
        place = self._place(run)
        if self._crowded(run):
            self.whole = False
        elif place not in before:
            before[place] = origin, move
            if place.tokens:
                todo.append(place)
        return None

    def _crowded(self, run: Run) -> bool:
        """Whether a case waits more often at one node than is followed, as what runs beside a loop makes it do."""
        return any(
            many > MOST_AT_ONCE and self.net.nodes[node_of(token)].type in WAITING for token, many in run.tokens.items()
        )

    def _place(self, run: Run) -> Place:
        live = self.depends.always.union(*(self.depends.live[node_of(token)] for token in run.tokens))
        values = tuple(sorted((name, value) for name, value in run.values.items() if name in live))
        return Place(tuple(sorted(run.tokens.elements())), values, run.past, run.clock, run.seen)

    # -- from state to state ------------------------------------------------------------------------------------------

    def _moves(self, place: Place) -> Iterator[tuple[Move, Run]]:
        """What can come next, each with every way in which it can go on until the case waits again."""
        run = Run(Counter(place.tokens), (), dict(place.values), place.past, place.clock, place.seen)
        for token in dict.fromkeys(place.tokens):
            node = self.net.nodes[node_of(token)]
            if node.type in WAITING or self._opaque(node):
                for move, done in self._done(run, token, node):
                    yield from ((move, rested) for rested in self._rest(done))
            for event in self.net.boundaries.get(node.id, ()):
                yield from ((Move(event.id, {}), rested) for rested in self._bounded(run, token, event))
        for scope in self._scopes(place):
            for each in self.net.triggered(node_of(scope)):
                yield from self._triggered(run, scope, each)

    def _opaque(self, node: Node) -> bool:
        """Whether a node stands for something that is not at hand."""
        return node.type == "callActivity" and node.called not in self.net.processes

    def _done(self, run: Run, token: str, node: Node) -> Iterator[tuple[Move, Run]]:
        """A node at which the case waited is done, with every answer."""
        gone = replace(run, tokens=without(run.tokens, token), past=self._left(run.past, token))
        if node.type == "eventBasedGateway":
            for target in self.net.targets(node.id):
                come = self.net.nodes[target]
                yield Move(target, {}), self._happened(gone, token, come, {}, at=beside(token, target))
            return
        form = self.net.forms.get(node.form or "")
        for answers in given(form, self.depends.wanted, run.values) if form else [{}]:
            filled = replace(gone, values={**gone.values, **answers})
            yield Move(node.id, answers), self._happened(filled, token, node, answers, at=token)

    def _happened(self, run: Run, token: str, node: Node, answers: Mapping[str, object], at: str) -> Run:
        """After `node` has happened its flows are taken."""
        seen, broken = self.watcher.happens(run.seen, node, answers, at)
        clock = _STOPPED if node.properties.get("clock") == "stop" and run.clock == _RUNNING else run.clock
        run = replace(run, seen=seen, broken=run.broken or broken, clock=clock)
        return self._onward(run, at)

    def _onward(self, run: Run, token: str) -> Run:
        return replace(run, moving=(*run.moving, *(beside(token, to) for to in self.net.targets(node_of(token)))))

    def _left(self, past: frozenset[str], token: str) -> frozenset[str]:
        """The events on the boundary of a node may come about again when it is entered again."""
        return past - {f"{token}!{event.id}" for event in self.net.boundaries.get(node_of(token), ())}

    def _bounded(self, run: Run, token: str, event: Node) -> Iterator[Run]:
        mark = f"{token}!{event.id}"
        if event.id not in self.depends.followed or mark in run.past:
            return
        if event.interrupting:
            inside = [each for each in run.tokens if self._within(each, token)]
            tokens = without(run.tokens, token, *inside)
            run = replace(run, tokens=tokens, past=self._left(run.past, token))
        else:
            run = replace(run, past=run.past | {mark})
        yield from self._rest(self._happened(run, token, event, {}, at=beside(token, event.id)))

    def _triggered(self, run: Run, scope: str, sub: Node) -> Iterator[tuple[Move, Run]]:
        """An event sub-process begins: each of its moments comes once, those of the legal clock while that runs."""
        if sub.id not in self.depends.followed:
            return
        for start in self.net.starts(sub.id):
            mark = f"{scope}!{start.id}"
            legal = bool(start.timer and "case_due" in start.timer.expression)
            paused = any(self.net.nodes[node_of(each)].properties.get("clock") == "pause" for each in run.tokens)
            if mark in run.past or (legal and (run.clock != _RUNNING or paused)):
                continue
            tokens = Counter[str]() if start.interrupting else run.tokens
            begun = replace(run, tokens=tokens, past=run.past | {mark})
            at = beside(scope, start.id)
            for rested in self._rest(self._happened(begun, at, start, {}, at=at)):
                yield Move(start.id, {}), rested

    def _scopes(self, place: Place) -> list[str]:
        """The process, and the sub-processes and called processes in which something is going on."""
        found = {self.net.process: None}
        for token in place.tokens:
            node = self.net.nodes[node_of(token)]
            if node.type == "subProcess":
                found[token] = None
            elif node.type == "callActivity" and not self._opaque(node):
                found[f"{token}{AT}{node.called}"] = None
        return list(found)

    def _within(self, token: str, host: str) -> bool:
        """Whether a token is inside the activity at which the token `host` rests."""
        if token.startswith(f"{host}{AT}"):
            return True
        at = self.net.nodes[node_of(token)].parent
        while at in self.net.nodes:
            if beside(token, at) == host:
                return True
            at = self.net.nodes[at].parent
        return False

    # -- until the case waits again -----------------------------------------------------------------------------------

    def _rest(self, run: Run) -> Iterator[Run]:
        """Every way in which the moving tokens come to rest, up to the first that breaks the rule."""
        todo, steps = [run], 0
        while todo:
            run = todo.pop()
            steps += 1
            if steps > MOST_STATES:
                self.whole = False
                return
            if run.broken:
                yield run
            elif run.moving:
                first, *others = run.moving
                todo += self._enter(replace(run, moving=tuple(others)), first)
            elif (settled := self._settled(run)) is not None:
                todo.append(settled)
            else:
                yield run if run.tokens else self._over(run)

    def _over(self, run: Run) -> Run:
        seen, broken = self.watcher.over(run.seen)
        return replace(run, seen=seen, broken=broken)

    def _enter(self, run: Run, token: str) -> Iterator[Run]:
        node = self.net.nodes[node_of(token)]
        if node.properties.get("clock") == "start" and run.clock == _IDLE:
            run = replace(run, clock=_RUNNING)
        if node.type in WAITING or self._opaque(node):
            yield replace(run, tokens=run.tokens + Counter([token]))
        elif node.type == "subProcess":
            yield self._begun(replace(run, tokens=run.tokens + Counter([token])), token, node.id)
        elif node.type == "callActivity":
            inner = f"{token}{AT}{node.called}"
            yield self._begun(replace(run, tokens=run.tokens + Counter([token])), inner, node.called or "")
        elif node.type == "exclusiveGateway":
            yield from self._decided(run, token, node)
        elif node.type == "parallelGateway" and len(node.incoming) > 1:
            tokens = run.tokens + Counter([token])
            if tokens[token] < len(node.incoming):
                yield replace(run, tokens=tokens)
            else:
                del tokens[token]
                yield self._onward(replace(run, tokens=tokens), token)
        elif node.type == "endEvent":
            run = self._happened(run, token, node, {}, at=token)
            if node.event == "terminate":
                inside = [each for each in run.tokens if self._shares(each, token)]
                run = replace(run, tokens=without(run.tokens, *inside), moving=())
            yield run
        else:
            written = dict.fromkeys(self.depends.writes(node.id), UNKNOWN)
            yield self._happened(replace(run, values={**run.values, **written}), token, node, {}, at=token)

    def _begun(self, run: Run, inner: str, scope: str) -> Run:
        starts = tuple(beside(inner, start.id) for start in self.net.starts(scope))
        return replace(run, moving=(*run.moving, *starts))

    def _shares(self, token: str, other: str) -> bool:
        """Whether a token is in the scope of another one: beside it, or further inside."""
        scope = self.net.nodes[node_of(other)].parent
        if scope not in self.net.nodes:  # a process: of a called one the host
            return prefix(token).startswith(prefix(other))
        return self._within(token, beside(other, scope)) or self.net.nodes[node_of(token)].parent == scope

    def _decided(self, run: Run, token: str, node: Node) -> Iterator[Run]:
        """The flows that an exclusive gateway may take: the first that is true, and what depends on the unknown."""
        default: str | None = None
        for id in node.outgoing:
            flow = self.net.flows[id]
            if flow.default:
                default = flow.target
                continue
            condition = self.net.conditions.get(id)
            true = True if flow.condition is None else truth(condition, run.values) if condition else None
            if true is not False:
                yield replace(run, moving=(*run.moving, beside(token, flow.target)))
            if true is True:
                return
        if default in self.net.nodes:
            yield replace(run, moving=(*run.moving, beside(token, str(default))))

    def _settled(self, run: Run) -> Run | None:
        """A sub-process or a called process that is over lets its host go on; None where none is."""
        for token in run.tokens:
            node = self.net.nodes[node_of(token)]
            if node.type not in ("subProcess", "callActivity") or self._opaque(node):
                continue
            if not any(each != token and self._within(each, token) for each in run.tokens):
                gone = replace(run, tokens=without(run.tokens, token), past=self._left(run.past, token))
                return self._happened(gone, token, node, {}, at=token)
        return None
