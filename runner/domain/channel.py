"""The channel through which somebody acts: a browser, a program with a token, the command line, or the worker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from runner.domain.payload import Part


class ChannelKind(StrEnum):
    """The channels; journals keep these words."""

    WEB = "web"
    TOKEN = "token"  # noqa: S105  # the word that journals keep
    CLI = "cli"
    WORKER = "worker"


class Proof(StrEnum):
    """How the person was asked again for the very act: by the password, or by a token that may sign."""

    PASSWORD = "password"  # noqa: S105  # the same
    TOKEN = "token"  # noqa: S105  # the same


@dataclass(frozen=True, slots=True)
class Channel(Part):
    """Through what an act came in. Every part but the kind is "" where there is none.

    `token` is the name of the access token, `machine` the account of the operating system that ran the command.
    `session` is the digest of the login session's id, `address` the keyed digest of the network address: equal digests
    mean the same session, the same address; neither can be computed from the record. `proof` is a `Proof`.
    """

    kind: str
    token: str = ""
    machine: str = ""
    session: str = ""
    address: str = ""
    proof: str = ""


WORKER: Final = Channel(ChannelKind.WORKER)
"""The channel of what happens without a person."""
