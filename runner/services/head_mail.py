"""The newest head by e-mail once a day, to an inspectorate that keeps what it is sent."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from runner import formatting
from runner.clock import ZONE
from runner.domain.head_watch import Contact
from runner.language import say, speaking
from runner.record.note import Checkpoint, Note
from runner.services.mail import Mail
from runner.services.record_log import RecordLog
from runner.store import head_watch
from runner.store.session import Database

log = logging.getLogger(__name__)

PARTY: Final = "mailto:"


class HeadMail:
    """Sends heads to one address."""

    def __init__(self, database: Database, record: RecordLog, mail: Mail, to: str) -> None:
        self.database = database
        self.record = record
        self.mail = mail
        self.to = to

    def send(self, now: datetime) -> None:
        """Send the newest head, once on each local day; what fails is tried again with the next call."""
        head, party = self.record.newest(), f"{PARTY}{self.to}"
        if head is None:
            return
        with self.database.read() as tx:
            last = head_watch.contacts(tx).get(party)
        if last and not last.fault and last.at.astimezone(ZONE).date() == now.astimezone(ZONE).date():
            return
        origin = Checkpoint.read(Note.read(head.note).text).origin
        with speaking("vi"):  # the receiver is an authority, whatever the installation speaks
            facts = {"origin": origin, "size": formatting.number(head.size), "at": formatting.moment(head.at)}
            subject = say("Mốc đã ký của sổ kiểm chứng {origin}: {size} mục", **facts)
            text = say(
                "Mốc đã ký của sổ kiểm chứng {origin} lúc {at}, gồm {size} mục. Xin lưu nguyên văn phần dưới đây: ai"
                " giữ nó thì đòi chứng minh được rằng không có gì trước mốc này bị sửa (motcua verify --head TỆP).",
                **facts,
            )
        fault = ""
        try:
            self.mail.send(f"head/{origin}/{head.size}", [self.to], subject, f"{text}\n\n{head.note}")
        except Exception as error:  # whatever a mail server does
            fault = f"{error.__class__.__name__}: {error}"[:500]
            log.warning("the head was not mailed: %s", fault)
        with self.database.change() as tx:
            head_watch.save_contact(tx, Contact(party, now, fault))
