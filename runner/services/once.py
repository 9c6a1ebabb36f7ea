"""Requests with an ``Idempotency-Key``: one that comes more than once has one effect and one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from runner.domain.case import ChangeResult
from runner.domain.journal import canonical, digest
from runner.domain.person import Person
from runner.errors import Refused
from runner.store import idempotency
from runner.store.session import Transaction

KEY_LENGTH = 200


class KeyInvalid(Refused):
    """Khóa chống gửi trùng phải có từ 1 đến 200 ký tự in được."""


class KeyReused(Refused):
    """Khóa chống gửi trùng này đã được dùng cho một yêu cầu khác."""


@dataclass(frozen=True, slots=True)
class Once:
    """A request and its key; two people may use the same key. Raises `KeyInvalid`."""

    key: str
    request: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= KEY_LENGTH or not self.key.isprintable():
            raise KeyInvalid

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the request: it distinguishes a repeated request from another one with the same key."""
        return digest(canonical(self.request))


def earlier_answer(tx: Transaction, person: Person, once: Once | None) -> ChangeResult | None:
    """The answer to the same request when it came before. Raises `KeyReused` when its key was another request's."""
    found = idempotency.get(tx, person.id, once.key) if once else None
    if found is None or once is None:
        return None
    if found.request_sha256 != once.digest:
        raise KeyReused
    return ChangeResult(**cast(dict[str, Any], found.answer))


def keep_answer(tx: Transaction, person: Person, once: Once, result: ChangeResult, now: datetime) -> None:
    """Keep the answer. Raises `Conflict` when the same request has got one meanwhile."""
    idempotency.save(tx, person.id, once.key, once.digest, asdict(result), now)
