"""What is wrong with the record's heads: who can sign them, how old they are, and who outside has seen them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from runner import formatting
from runner.domain.record import Head
from runner.language import say
from runner.services.finding import Finding, Grade
from runner.services.record_log import RecordBehind, RecordLog
from runner.services.timestamps import Timestamps
from runner.services.witnesses import Witnesses
from runner.store import head_watch, private

PROMISED: Final = timedelta(minutes=10)
"""So long after an entry a head covers it, while a worker runs."""


class RecordDoctor:
    """Looks and changes nothing. `key` is the file of the key that signs heads, if the settings name one."""

    def __init__(self, log: RecordLog, key: Path | None, witnesses: Witnesses, timestamps: Timestamps | None) -> None:
        self.log = log
        self.key = key
        self.witnesses = witnesses
        self.timestamps = timestamps

    def examine(self, now: datetime) -> Iterator[Finding]:
        """Everything that was looked at."""
        yield from self._key()
        try:
            self.log.guard()
        except RecordBehind as error:
            yield Finding("behind", Grade.MEND, str(error))
        head = self.log.newest()
        yield from self._heads(head, now)
        if head:
            yield from self._outside(head)

    def _key(self) -> Iterator[Finding]:
        """Who can read the key: with it and the database's password a new past can be signed."""
        if not (self.key and self.key.exists()):
            return
        if private.open_to_others(self.key):
            yield Finding("key", Grade.MEND, say("Người khác trên máy đọc được khóa ký mốc {file}.", file=self.key))
        elif os.access(self.key, os.R_OK) and not self.log.database.file:
            sentence = say(
                "Người dùng này của máy đọc được khóa ký mốc {file}; trang web phải chạy bằng người dùng khác.",
                file=self.key,
            )
            yield Finding("key", Grade.LIMIT, sentence)

    def _heads(self, head: Head | None, now: datetime) -> Iterator[Finding]:
        size = self.log.size()
        if head is None:
            grade = Grade.MEND if size else Grade.LIMIT
            yield Finding("head", grade, say("Chưa có mốc nào được ký: quá khứ chỉ khớp với chính nó."))
        elif size > head.size and now - head.at > PROMISED:
            count, at = formatting.number(size - head.size), formatting.moment(head.at)
            sentence = say("Mốc mới nhất ký lúc {at}; {count} mục sau đó chưa có mốc nào phủ.", at=at, count=count)
            yield Finding("head", Grade.MEND, sentence)
        else:
            yield Finding("head", Grade.WELL, say("Mốc mới nhất ký lúc {at}.", at=formatting.moment(head.at)))
        if self.log.file is None:
            sentence = say("Mốc không được giữ ở tệp nào ngoài cơ sở dữ liệu (MOTCUA_HEADS).")
            yield Finding("heads", Grade.MEND, sentence)

    def _outside(self, head: Head) -> Iterator[Finding]:
        """Whether anybody else holds the newest head."""
        if not self.witnesses.known:
            yield Finding("witnesses", Grade.LIMIT, say("Không có người chứng: chưa ai ngoài nơi này ký thêm vào mốc."))
        else:
            standing = self.witnesses.standing(head)
            counts = {"count": len(standing.cosignatures), "needed": standing.needed}
            sentence = say("{count} người chứng đã ký thêm vào mốc mới nhất, cần {needed}.", **counts)
            yield Finding("witnesses", Grade.WELL if standing.witnessed else Grade.MEND, sentence)
            for name, last in self.witnesses.contacts().items():
                if last.fault:
                    facts = {"name": name, "at": formatting.moment(last.at), "fault": last.fault}
                    yield Finding("witness", Grade.MEND, say("Người chứng {name} lúc {at}: {fault}.", **facts))
        if self.timestamps:
            with self.log.database.read() as tx:
                asked = head_watch.contacts(tx).get(self.timestamps.url)
            if asked and asked.fault:
                facts = {"at": formatting.moment(asked.at), "fault": asked.fault}
                yield Finding("authority", Grade.MEND, say("Nơi cấp dấu thời gian lúc {at}: {fault}.", **facts))
