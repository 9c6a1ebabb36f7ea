"""Time stamps of heads by an authority (RFC 3161): that the log was so by then, said by somebody with a clock."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from runner.domain.head_watch import Contact, HeadStamp
from runner.domain.record import Head
from runner.record import timestamp
from runner.record.note import Note
from runner.record.timestamp import AuthorityInvalid, Stamp
from runner.services import http
from runner.services.http import Unreachable
from runner.services.record_log import RecordLog
from runner.store import head_watch
from runner.store.session import Database

log = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
"""The least time between two stamps: authorities count, and some charge."""


class Timestamps:
    """Asks the authority at `url`, whose certificates are certified by those in the PEM file `trusted`."""

    def __init__(self, database: Database, record: RecordLog, url: str, trusted: Path | None) -> None:
        self.database = database
        self.record = record
        self.url = url
        self.trusted = trusted

    def ask(self, now: datetime) -> None:
        """Have the newest head stamped, at most once in `EVERY`. An answer is kept whatever it is."""
        head = self.record.newest()
        if head is None:
            return
        with self.database.read() as tx:
            last = head_watch.contacts(tx).get(self.url)
            if (last and last.at <= now < last.at + EVERY) or head_watch.stamp(tx, head.size):
                return
        text = Note.read(head.note).text
        try:
            answer = http.post(self.url, timestamp.asked(text), "application/timestamp-query")
        except Unreachable as error:
            self._keep(None, Contact(self.url, now, str(error)[:500]))
            return
        said = self._checked(text, answer.body)
        if answer.status != 200:
            said = Stamp(None, f"HTTP {answer.status}")
        self._keep(
            HeadStamp(head.size, self.url, now, answer.body, said.at, said.fault), Contact(self.url, now, said.fault)
        )

    def standing(self, head: Head) -> HeadStamp | None:
        """The answer about a head, checked anew; None where there is none."""
        with self.database.read() as tx:
            found = head_watch.stamp(tx, head.size)
        if found is None:
            return None
        said = self._checked(Note.read(head.note).text, found.response)
        return HeadStamp(found.size, found.authority, found.asked, found.response, said.at, said.fault)

    def _checked(self, text: str, response: bytes) -> Stamp:
        try:
            trusted = timestamp.roots(self.trusted.read_bytes()) if self.trusted else []
        except (OSError, AuthorityInvalid) as error:
            return Stamp(None, f"the certificates of the authority: {error}")
        return timestamp.checked(text, response, trusted)

    def _keep(self, stamp: HeadStamp | None, contact: Contact) -> None:
        if contact.fault:
            log.warning("time stamp of %s: %s", contact.party, contact.fault)
        with self.database.change() as tx:
            if stamp:
                head_watch.keep_stamp(tx, stamp)
            head_watch.save_contact(tx, contact)
