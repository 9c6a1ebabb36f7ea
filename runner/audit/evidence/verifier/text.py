"""JSON that has one reading: no key twice, no number without bounds, written as it was sealed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from runner.audit.evidence.verifier.words import Fault

LONGEST_NUMBER = 400

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sealed(value: object) -> str:
    """The SHA-256 of a value's canonical JSON."""
    return sha256(canonical(value).encode())


def parsed(name: str, data: bytes) -> Any:
    """The value of the JSON file `name`. Raises `Fault`."""
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_once, parse_int=_whole, parse_float=_real, parse_constant=_refused
        )
    except (ValueError, RecursionError) as error:
        raise Fault("unread", name=name, why=error) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number too long")
    return int(digits)


def _real(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number too long")
    return float(digits)


def _refused(name: str) -> None:
    raise ValueError(name)
