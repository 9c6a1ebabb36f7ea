"""The journal: the only truth about a case. Entries are chained by hash; what they cause is computed by replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from runner.domain import entry
from runner.domain.channel import Channel
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import Body
from runner.domain.payload import EntryUnreadable
from runner.errors import Divergence

START = b"\x00" * 32
"""The previous hash of a case's first entry."""
SALT = 16
"""The bytes of a salt."""


def canonical(value: object) -> str:
    """`value` as JSON with sorted keys, no blanks and no escapes: equal values give equal text (cf. RFC 8785)."""
    return _canonical(value)


def parsed(text: str) -> Any:
    """The value of canonical `text`; numbers with a fraction come back as exact decimals."""
    return json.loads(text, parse_float=Decimal)


def _number(value: object) -> float:
    # JSON writes a decimal through a float; that is exact up to 15 significant digits, and anything longer is refused.
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return float(value)
    raise TypeError(f"not a value of the journal: {value!r}")


_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_number
).encode


def digest(text: str, salt: bytes | None = None) -> bytes:
    """The SHA-256 of `salt`, if there is one, and `text` in UTF-8."""
    return sha256((salt or b"") + text.encode()).digest()


def instant(moment: datetime) -> str:
    """`moment` (aware) as UTC in ISO 8601 to the microsecond, the form in which it is hashed and kept in payloads."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class _Read:
    """A slot of an entry for its parsed payload, which is filled on first use."""

    __slots__ = ("_read",)
    _read: tuple[Body, Circumstances]


@dataclass(frozen=True, slots=True)
class Entry(_Read):
    """One change of one case. What its payload says raises `Divergence` where this version cannot read it.

    `payload` is canonical JSON, or None once it was lawfully erased: the chain holds without it, because the hash
    covers the payload's digest; the entry then says what its erasure kept of it. `state` is the digest of the case
    after the change. `salt` are random bytes before the payload in its digest, so that nobody guesses what was erased;
    None of entries from before there were salts, and once it was erased with its payload.
    """

    case: int
    seq: int
    at: datetime
    actor: str
    kind: str
    payload: str | None
    payload_sha256: bytes
    state: bytes
    previous: bytes
    hash: bytes
    salt: bytes | None = None

    @classmethod
    def make(
        cls,
        case: int,
        seq: int,
        at: datetime,
        actor: str,
        kind: str,
        payload: object,
        state: bytes,
        previous: bytes,
        salt: bytes | None = None,
    ) -> Entry:
        """The entry of a change, hashed and ready to be appended after the entry whose hash is `previous`."""
        text = canonical(payload)
        body = digest(text, salt)
        return cls(
            case,
            seq,
            at,
            actor,
            kind,
            text,
            body,
            state,
            previous,
            seal(case, seq, at, actor, kind, body, state, previous),
            salt,
        )

    @property
    def body(self) -> Body:
        """What the entry says; `Erased` when erased without anything that stands for it."""
        return self._content[0]

    @property
    def who(self) -> Actor:
        """Who acted, as they were then; the system when erased."""
        return self._content[1].who

    @property
    def calendar(self) -> int:
        """The revision of the calendar by which a command counted; 0 of other entries."""
        return self._content[1].calendar

    @property
    def organisation(self) -> int:
        """The revision of the organisation by which a command was permitted; 0 where the entry names none."""
        return self._content[1].organisation

    @property
    def done(self) -> Mapping[str, Mapping[str, Any]]:
        """What automatic work gave, by request id."""
        return self._content[1].done

    @property
    def via(self) -> Channel | None:
        """The channel through which the actor acted; None where the entry says none."""
        return self._content[1].via

    @property
    def _content(self) -> tuple[Body, Circumstances]:
        if not hasattr(self, "_read"):
            object.__setattr__(self, "_read", self._parsed())
        return self._read

    def _parsed(self) -> tuple[Body, Circumstances]:
        if self.payload is None:
            return entry.ERASED
        try:
            payload = parsed(self.payload)
            if canonical(payload) != self.payload:  # so it holds nothing that cannot be written again
                raise EntryUnreadable
            return entry.read(self.kind, payload)
        except (EntryUnreadable, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            unreadable = error if isinstance(error, EntryUnreadable) else EntryUnreadable()
            raise Divergence(case=self.case, seq=self.seq, what=unreadable.fault) from error

    def standing(self, payload: Mapping[str, Any]) -> Entry:
        """This entry, which was erased, saying what its erasure kept of it. Raises `EntryUnreadable`."""
        made = replace(self)
        object.__setattr__(made, "_read", entry.read(self.kind, payload))
        return made

    def fault(self, previous: bytes) -> str | None:
        """The part of this entry that does not fit its hashes or the hash before it; None when all fit."""
        if self.previous != previous:
            return "previous"
        if self.payload is None:
            if self.salt is not None:
                return "payload"
        elif digest(self.payload, self.salt) != self.payload_sha256:
            return "payload"
        sealed = seal(
            self.case, self.seq, self.at, self.actor, self.kind, self.payload_sha256, self.state, self.previous
        )
        return None if sealed == self.hash else "hash"


def seal(
    case: int, seq: int, at: datetime, actor: str, kind: str, payload_sha256: bytes, state: bytes, previous: bytes
) -> bytes:
    """The hash of an entry: SHA-256 over the canonical JSON of everything in it and the hash before it."""
    return digest(canonical([case, seq, instant(at), actor, kind, payload_sha256.hex(), state.hex(), previous.hex()]))


def chain_fault(entries: Iterable[Entry]) -> tuple[int, str] | None:
    """The first (seq, what) at which the chain of a case's entries breaks (a gap, an edit, a wrong hash), or None."""
    previous, expected = START, 1
    for each in entries:
        if each.seq != expected:
            return expected, "gap"
        if what := each.fault(previous):
            return each.seq, what
        previous, expected = each.hash, expected + 1
    return None
