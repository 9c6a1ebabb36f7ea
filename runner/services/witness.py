"""A witness of other installations' logs: it cosigns a checkpoint only where that continues all it cosigned before."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Self

from runner.errors import Refused
from runner.record.note import LOG, Checkpoint, KeyInvalid, NoteInvalid, Signer, Verifier
from runner.record.witness import Answer, Request, cosignature, judged, strange
from runner.store.witnessed import StateUnavailable, WitnessedLogs

log = logging.getLogger(__name__)


class LogTwice(Refused):
    """Sổ {name} được nêu hai lần; mỗi sổ chỉ có một khóa công khai."""


class Witness:
    """Answers the one call of the protocol. Safe to share between threads, and between processes on one file."""

    def __init__(self, signer: Signer, logs: Iterable[Verifier], state: WitnessedLogs) -> None:
        """Raises `LogTwice`, and `KeyInvalid` for a key that is not of a log."""
        self.signer = signer
        self.logs = dict[str, Verifier]()
        self.state = state
        for each in logs:
            if each.type != LOG:
                raise KeyInvalid
            if each.name in self.logs:
                raise LogTwice(name=each.name)
            self.logs[each.name] = each

    @classmethod
    def open(cls, signer: Signer, logs: Iterable[Verifier], state: Path) -> Self:
        """A witness whose state is in the file `state`, which is made where there is none."""
        return cls(signer, logs, WitnessedLogs(state))

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """The answer to a request; a checkpoint that is cosigned is on the disk before this returns."""
        try:
            request = Request.read(body)
            checkpoint = Checkpoint.read(request.note.text)
        except NoteInvalid as error:
            return Answer(400, f"{error}\n")
        if refused := strange(request, checkpoint, self.logs):  # before the state is held: anybody may send anything
            return refused
        try:
            with self.state.log(checkpoint.origin) as known:
                if refused := judged(request, checkpoint, known.seen()):
                    return refused
                known.note(checkpoint.size, checkpoint.root, str(request.note))
        except StateUnavailable as error:
            log.error("nothing is cosigned, because it could not be remembered: %s", error)
            return Answer(503, "try again later\n")
        return Answer(200, cosignature(self.signer, request.note.text, now))
