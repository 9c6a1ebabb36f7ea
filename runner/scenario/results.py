"""What the scenarios of a draft come to: which go as they say, where the others leave their path, what none passes."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from runner import language
from runner.authoring import files
from runner.bpmn import Diagram
from runner.domain.calendar import Calendar
from runner.domain.person import SYSTEM
from runner.errors import MotcuaError, NotFound, Refused
from runner.reports import progress
from runner.scenario import format as scripts
from runner.scenario import writer
from runner.scenario.format import Expected, Scenario, Script
from runner.scenario.player import Different, ScenarioPlayer, ScenarioRun, cause
from runner.scenario.scratch import Compiler, office
from runner.scenario.trial import MOST_STEPS, TooManySteps
from runner.services.bundle import Bundle

FOLDER: Final = files.SCENARIOS
KEPT: Final = 512
"""The results of so many files stay in memory."""
_NAME: Final = 60


class OtherProcedure(Refused):
    """Kịch bản là của thủ tục {found}, không phải của {code}."""


class CannotRenew(Refused):
    """Kịch bản “{name}” không đi tiếp được ở bước {number} nên không ghi lại kết quả mong đợi được: {reason}"""


class SharedMissing(NotFound):
    """Kịch bản dùng giá trị chung trong tệp {name}; hãy chọn cả tệp ấy."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario of the file `file` went. `followed`: how many of its `steps` went as it says.

    `failure` is a sentence, "" where all goes as it says; `found` and `wanted` are what differs, under the name `key`
    of what is expected ("" where a step could not be carried out). `passed`: the elements and flows of the diagram.
    """

    file: str
    name: str
    title: str
    steps: int
    followed: int
    passed: frozenset[str]
    failure: str = ""
    key: str = ""
    found: Any = None
    wanted: Any = None


@dataclass(frozen=True)
class Coverage:
    """Which elements and sequence flows of a procedure's diagram its scenarios pass."""

    diagram: Diagram
    passed: frozenset[str]

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The elements, as the diagram has them."""
        return tuple(self.diagram.nodes)

    @cached_property
    def flows(self) -> tuple[str, ...]:
        return tuple(self.diagram.flows)

    def missed(self, ids: Iterable[str]) -> list[str]:
        """Those of `ids` that no scenario passes."""
        return [id for id in ids if id not in self.passed]

    @property
    def percent(self) -> int:
        """How many in a hundred elements and flows are passed, rounded down."""
        total = len(self.elements) + len(self.flows)
        return 100 * (total - len(self.missed(self.elements)) - len(self.missed(self.flows))) // total if total else 100


@dataclass(frozen=True, slots=True)
class Results:
    """What the scenarios of one state of a draft come to."""

    outcomes: tuple[Outcome, ...]
    coverage: Coverage

    @property
    def failed(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.failure]


class Scenarios:
    """Plays the scenarios of drafts and keeps what they came to. Safe to share between threads."""

    def __init__(self, compiler: Compiler, kept: int = KEPT) -> None:
        self.compiler, self.most = compiler, kept
        self._kept, self._lock = OrderedDict[object, tuple[Outcome, ...]](), Lock()

    def results(self, bundle: Bundle, calendar: Calendar, files: Mapping[str, bytes]) -> Results:
        """Play the scenarios among `files`, by name; those that were played on this very bundle are only looked up.

        Raises what compiling the bundle raises.
        """
        version = self.compiler.version(bundle)
        found = tuple(
            each for name in sorted(_among(files)) for each in self._file(bundle, calendar, name, files[name])
        )
        passed = frozenset().union(*(each.passed for each in found))
        return Results(found, Coverage(version.diagram, passed))

    def known(self, bundle: Bundle, calendar: Calendar, files: Mapping[str, bytes]) -> bool:
        """Whether `results` would answer without playing anything."""
        with self._lock:
            return all(_key(bundle, calendar, name, files[name]) in self._kept for name in _among(files))

    def renewed(self, bundle: Bundle, calendar: Calendar, name: str, data: bytes) -> bytes:
        """The file with what its scenarios come to now as what they expect. Raises `CannotRenew`, `ScenarioInvalid`."""
        script = _read(bundle, name, data)
        with office(bundle, self.compiler.version(bundle), calendar) as runner:
            player = ScenarioPlayer(runner, script)
            made = tuple(_renewed(player, each) for each in script.scenarios)
        return writer.write(replace(script, scenarios=made))

    def _file(self, bundle: Bundle, calendar: Calendar, name: str, data: bytes) -> tuple[Outcome, ...]:
        key = _key(bundle, calendar, name, data)
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
                return found
        made = tuple(self._played(bundle, calendar, name, data))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made

    def _played(self, bundle: Bundle, calendar: Calendar, name: str, data: bytes) -> Iterator[Outcome]:
        stem = name.removeprefix(FOLDER).removesuffix(".toml")
        try:
            script = _read(bundle, name, data)
        except MotcuaError as error:
            yield Outcome(name, stem, stem, 0, 0, frozenset(), str(error))
            return
        with office(bundle, self.compiler.version(bundle), calendar) as runner:
            player = ScenarioPlayer(runner, script)
            for scenario in script.scenarios:
                yield _outcome(name, player, scenario)


def of_procedure(bundle: Bundle, name: str, data: bytes, others: Mapping[str, bytes]) -> bytes:
    """A file of scenarios from elsewhere as one of this draft: on its own, without the values of other procedures.

    `others` are the files that came with it, by name. Raises `ScenarioInvalid`, `OtherProcedure`, `SharedMissing`.
    """

    def beside(shared: str) -> bytes:
        short = shared.rpartition("/")[2]
        if short not in others:
            raise SharedMissing(name=short)
        return others[short]

    script = scripts.parse(data, name, beside)
    _same(script, bundle)
    known = bundle.forms.keys() | bundle.diagram.nodes.keys()
    return writer.write(replace(script, values={key: each for key, each in script.values.items() if key in known}))


def file_name(title: str) -> str:
    """The name of a scenario, and of its file, from what it is called: ``bo-sung-mot-lan``."""
    plain = unicodedata.normalize("NFD", title.casefold().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())[:_NAME].strip("-")


def scripts_among(files: Mapping[str, bytes]) -> Iterator[tuple[str, Script]]:
    """The files of scenarios among `files` that can be read, by name."""
    for name in sorted(_among(files)):
        with suppress(MotcuaError):
            yield name, scripts.parse(files[name], name, _nothing_beside)


def _among(files: Mapping[str, bytes]) -> Iterator[str]:
    return (name for name in files if name.startswith(FOLDER) and name.endswith(".toml"))


def _key(bundle: Bundle, calendar: Calendar, name: str, data: bytes) -> object:
    return bundle.digest, calendar, name, sha256(data).digest(), language.current()


def _read(bundle: Bundle, name: str, data: bytes) -> Script:
    script = scripts.parse(data, name, _nothing_beside)
    _same(script, bundle)
    if any(len(each.steps) > MOST_STEPS for each in script.scenarios):
        raise TooManySteps(limit=MOST_STEPS)
    return script


def _nothing_beside(name: str) -> bytes:
    raise SharedMissing(name=name)


def _same(script: Script, bundle: Bundle) -> None:
    if script.procedure != bundle.code:
        raise OtherProcedure(found=script.procedure, code=bundle.code)


def _outcome(file: str, player: ScenarioPlayer, scenario: Scenario) -> Outcome:
    run = ScenarioRun(player)
    followed, failure = run.play(scenario)
    why = failure.__cause__ if failure else None
    if isinstance(why, Different):  # what is on its way behind the difference is tried all the same
        with suppress(MotcuaError):
            for step in scenario.steps[followed + 1 :]:
                run.take(step)
    outcome = Outcome(file, scenario.name, scenario.title, len(scenario.steps), followed, _passed(run))
    if isinstance(why, Different):
        return replace(outcome, failure=str(why), key=why.key, found=why.found, wanted=why.wanted)
    return replace(outcome, failure=str(why)) if why else outcome


def _passed(run: ScenarioRun) -> frozenset[str]:
    player = run.player
    if not run.case:
        return frozenset()
    _, instance, _ = player.runner.audit.history(run.case, SYSTEM)
    return frozenset(progress.states(instance, player.clock.now()))


def _renewed(player: ScenarioPlayer, scenario: Scenario) -> Scenario:
    run, steps = ScenarioRun(player), []
    for number, step in enumerate(scenario.steps, 1):
        try:
            run.take(step)
            steps.append(replace(step, **_seen(run, step)))
        except MotcuaError as error:
            raise CannotRenew(name=scenario.title, number=number, reason=cause(error)) from error
    return replace(scenario, steps=tuple(steps), **_seen(run, scenario))


def _seen(run: ScenarioRun, expected: Expected) -> Mapping[str, Any]:
    """How the case stands in all that `expected` speaks of."""
    names = [each.name for each in fields(Expected) if getattr(expected, each.name) is not None]
    return run.found(names, expected.facts or ())
