"""The entries of a journal: one class for each kind. See docs/journal.md.

A body is a `Command` (it changes the case, live and on replay alike) or speaks about the record. Its fields are the
keys of the payload; a field with a default is left out of the payload while it has it. The written formats never
change: what a kind says from some day on is a new class with a higher `format`, beside the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

from runner.domain.circumstances import Actor, Circumstances
from runner.domain.payload import EntryUnreadable, FieldInvalid, Part, keys
from runner.domain.person import SYSTEM
from runner.domain.semantics import CURRENT, UNTYPED

FORMAT: Final = "format"
"""The key of a payload's format; a payload without it has format 1."""


class FormatUnknown(EntryUnreadable):
    """Bản phần mềm này không biết mục nhật ký loại “{kind}”, định dạng {format}."""

    code = "format"


class SemanticsUnknown(EntryUnreadable):
    """Bản phần mềm này không biết bộ quy tắc tính số {semantics} mà hồ sơ theo."""

    code = "semantics"


@dataclass(frozen=True, slots=True)
class Body(Part):
    """The content of one kind of entry."""

    kind: ClassVar[str] = ""
    format: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Command(Body):
    """A change of the case's state.

    `incident` is the incident whose attempt this repeats and thereby closes; `on_behalf_of` the account that had tried.
    """

    incident: int | None = field(default=None, kw_only=True)
    on_behalf_of: str | None = field(default=None, kw_only=True, metadata={"key": "for"})


def _known(semantics: int) -> None:
    if not UNTYPED <= semantics <= CURRENT:
        raise SemanticsUnknown(semantics=semantics)


@dataclass(frozen=True, slots=True)
class Start(Command):
    """The case begins. `version` is the SHA-256 (hex) of the procedure version it runs on until it migrates.

    `semantics` is the number of the rules by which it computes until then: see `runner.domain.semantics`.
    """

    kind: ClassVar[str] = "start"
    version: str
    values: Mapping[str, Any]
    semantics: int = UNTYPED

    def __post_init__(self) -> None:
        _known(self.semantics)


@dataclass(frozen=True, slots=True)
class Claim(Command):
    """A person takes an open task. `owner` is the account."""

    kind: ClassVar[str] = "claim"
    task: str
    owner: str


@dataclass(frozen=True, slots=True)
class Assign(Command):
    """A lead gives an open task to a person: `owner` is the account, `name` the name at that time."""

    kind: ClassVar[str] = "assign"
    task: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Release(Command):
    """An open task is put back to its lane."""

    kind: ClassVar[str] = "release"
    task: str


@dataclass(frozen=True, slots=True)
class Submit(Command):
    """A task is done. `values` are what its form took; `late_reason` is there when the task was overdue."""

    kind: ClassVar[str] = "submit"
    task: str
    values: Mapping[str, Any]
    late_reason: str | None = None


@dataclass(frozen=True, slots=True)
class FireTimer(Command):
    """A timer for which the case waited fires."""

    kind: ClassVar[str] = "timer"
    timer: str


@dataclass(frozen=True, slots=True)
class DeliverMessage(Command):
    """A person reports that an event for which the case waits has happened; `message` is its name in the diagram."""

    kind: ClassVar[str] = "message"
    message: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerRequest(Command):
    """Work outside the database, for which the case waited, is done; `result` are its values."""

    kind: ClassVar[str] = "answer"
    request: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cancel(Command):
    """The applicant withdraws the dossier."""

    kind: ClassVar[str] = "cancel"
    reason: str


@dataclass(frozen=True, slots=True)
class Recount(Command):
    """The deadlines that run are counted anew by the calendar's revision that the entry names.

    `reason` is why the calendar was edited. `approved_by` is the account of the director who agreed that a promise
    moves earlier, `name` the director's name at that time; without them none does.
    """

    kind: ClassVar[str] = "recount"
    reason: str
    approved_by: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Migrate(Command):
    """From now on the case is what it would be if it had always run on another version of its procedure.

    `version` is the SHA-256 (hex) of that version, `semantics` the number of the rules by which the case computes from
    now on, `reason` why. `approved_by` is the account that approved the version, `name` its owner's name at that time.
    """

    kind: ClassVar[str] = "migrate"
    version: str
    semantics: int
    reason: str
    approved_by: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        _known(self.semantics)


@dataclass(frozen=True, slots=True)
class Discard(Command):
    """A draft, which was never received, is given up: by its creator, or by the system after its time."""

    kind: ClassVar[str] = "discard"


@dataclass(frozen=True, slots=True)
class Attempt(Part):
    """What failed, so that it can be tried again: the `command`, and the account that tried.

    Its payload has the command as two keys, ``kind`` and ``facts``.
    """

    command: Command
    actor: str

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The attempt that `payload` holds. Raises `EntryUnreadable`."""
        kind, facts, actor = (payload.get(key) for key in ("kind", "facts", "actor"))
        if type(kind) is str and type(facts) is dict and type(actor) is str and len(payload) == 3:
            return cls(read_command(kind, facts), actor)
        raise FieldInvalid(field="attempt")

    def to_payload(self) -> dict[str, Any]:
        """The attempt as plain JSON values."""
        return {"kind": self.command.kind, "facts": write_body(self.command), "actor": self.actor}


@dataclass(frozen=True, slots=True)
class OpenIncident(Body):
    """The case met an incident, and is as it was before.

    `incident` is the name of the error's class, `template` its sentence with gaps for `facts`. `attempt` is None where
    there is nothing to try again.
    """

    kind: ClassVar[str] = "incident"
    incident: str = field(metadata={"key": "kind"})
    template: str
    facts: Mapping[str, Any]
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class CloseIncident(Body):
    """An administrator closes an incident (`incident` is the number of the entry that opened it) without a new try."""

    kind: ClassVar[str] = "resolve"
    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class Erase(Body):
    """Personal data of the case was lawfully erased; the case goes on without it.

    `ground` is the article of law or the order by which it was. `requested_by` is the account that asked for it, `name`
    its owner's name at that time; the entry's actor, another person, approved. `fields` are the keys whose values are
    gone. `kept` holds, by the number of each erased entry, the payload that stands for the one that was erased.
    """

    kind: ClassVar[str] = "erasure"
    ground: str
    requested_by: str
    name: str
    fields: tuple[str, ...]
    kept: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Erased(Body):
    """The payload was erased, and nothing that can be read stands for it."""


BODIES: Final[Mapping[tuple[str, int], type[Body]]] = {
    (each.kind, each.format): each
    for each in (
        Start,
        Claim,
        Assign,
        Release,
        Submit,
        FireTimer,
        DeliverMessage,
        AnswerRequest,
        Cancel,
        Recount,
        Migrate,
        Discard,
        OpenIncident,
        CloseIncident,
        Erase,
    )
}
"""The class of a body by kind and format."""

ERASED: Final = (Erased(), Circumstances(Actor(SYSTEM.name, ())))
"""What can be read of an erased entry."""


def write(body: Body, circumstances: Circumstances) -> dict[str, Any]:
    """The payload of an entry."""
    return write_body(body) | circumstances.to_payload()


def read(kind: str, payload: object) -> tuple[Body, Circumstances]:
    """What the payload of an entry of `kind` says. Raises `EntryUnreadable` for what `write` would not have written."""
    if not isinstance(payload, dict):
        raise EntryUnreadable
    body, circumstances = read_body(kind, payload, Circumstances), Circumstances.from_payload(payload)
    if isinstance(body, Command) != bool(circumstances.calendar):
        raise FieldInvalid(field="calendar")
    return body, circumstances


def write_body(body: Body) -> dict[str, Any]:
    """The payload of a body, with its format where that is not the first."""
    payload = body.to_payload()
    if body.format > 1:
        payload[FORMAT] = body.format
    return payload


def read_body(kind: str, payload: Mapping[str, Any], *beside: type[Part]) -> Body:
    """The body in a payload that holds nothing else but the parts `beside`. Raises `EntryUnreadable`."""
    format = payload.get(FORMAT, 1)
    found = BODIES.get((kind, format)) if type(format) is int else None
    if found is None:
        raise FormatUnknown(kind=kind, format=format)
    if others := payload.keys() - known_keys(found, *beside):
        raise FieldInvalid(field=min(others))
    return found.from_payload(payload)


def read_command(kind: str, facts: Mapping[str, Any]) -> Command:
    """The command that `facts` are of, as `write_body` wrote it. Raises `EntryUnreadable`."""
    command = read_body(kind, facts)
    if not isinstance(command, Command):
        raise FieldInvalid(field="kind")
    return command


_KNOWN: dict[tuple[type[Part], ...], frozenset[str]] = {}


def known_keys(body: type[Body], *beside: type[Part]) -> frozenset[str]:
    """Every key that may stand in a payload of these parts."""
    parts = (body, *beside)
    if parts not in _KNOWN:
        format = [FORMAT] if body.format > 1 else []
        _KNOWN[parts] = frozenset([*format, *(key.name for part in parts for key in keys(part))])
    return _KNOWN[parts]
