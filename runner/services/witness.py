"""A witness of other installations' logs: it cosigns a checkpoint only where that continues all it cosigned before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Self

from runner.record.note import NoteInvalid, Signer, Verifier
from runner.record.witness import Answer, Request, cosignature, judged
from runner.store.witnessed import WitnessedLogs


class Witness:
    """Answers the one call of the protocol. Safe to share between threads, and between processes on one file."""

    def __init__(self, signer: Signer, logs: Iterable[Verifier], state: WitnessedLogs) -> None:
        self.signer = signer
        self.logs = {each.name: each for each in logs}
        self.state = state

    @classmethod
    def open(cls, signer: Signer, logs: Iterable[Verifier], state: Path) -> Self:
        """A witness whose state is in the file `state`, which is made where there is none."""
        return cls(signer, logs, WitnessedLogs(state))

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """The answer to a request; a checkpoint that is cosigned is on the disk before this returns."""
        try:
            request = Request.read(body)
            origin = request.note.text.partition("\n")[0]
            with self.state.log(origin) as log:
                refused, checkpoint = judged(request, self.logs, log.seen())
                if refused:
                    return refused
                log.note(checkpoint.size, checkpoint.root, str(request.note))
        except NoteInvalid as error:
            return Answer(400, f"{error}\n")
        return Answer(200, cosignature(self.signer, request.note.text, now))
