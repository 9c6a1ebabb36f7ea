"""What is wrong with an installation, in plain words: who could change the past, and what waits for an operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from runner import formatting
from runner.domain.record import RecordKind
from runner.language import say
from runner.services.finding import Finding, Grade
from runner.services.record_doctor import RecordDoctor
from runner.store import epoch, outbox, private, record_event, rights
from runner.store.session import Database

BACKED_UP = timedelta(days=1)
"""How old the newest backup may be."""
NAMED = 5
"""How many tables a sentence names; of more it gives the number."""


class Doctor:
    """Looks and changes nothing."""

    def __init__(self, database: Database, record: RecordDoctor) -> None:
        self.database = database
        self.record = record

    def examine(self, now: datetime) -> list[Finding]:
        """Everything that was looked at, in the order in which an operator would mend it."""
        return [*self._rights(), *self._files(), *self.record.examine(now), *self._waiting(now)]

    def _rights(self) -> Iterator[Finding]:
        """What the role of this connection could do to the past."""
        role = rights.standing(self.database)
        if role is None:
            return
        if role.superuser:
            sentence = say("Vai trò {role} quản trị cả máy chủ PostgreSQL: nó sửa được mọi thứ.", role=role.role)
        elif role.owner:
            sentence = say("Vai trò {role} sở hữu các bảng: nó bỏ được chốt giữ nhật ký.", role=role.role)
        elif role.excess:
            tables = sorted({table for table, _ in role.excess})
            named = ", ".join(tables[:NAMED]) + (f" (+{len(tables) - NAMED})" if len(tables) > NAMED else "")
            what = ", ".join(sorted({right for _, right in role.excess}))
            sentence = say(
                "Vai trò {role} có quyền thừa {what} trên {tables}.", role=role.role, what=what, tables=named
            )
        else:
            yield Finding("rights", Grade.WELL, say("Vai trò {role} chỉ có những quyền cần dùng.", role=role.role))
            return
        advice = say(
            "Trang web và chạy nền nên nối bằng vai trò riêng, mà “motcua init” cấp quyền (MOTCUA_DATABASE_ROLE)."
        )
        yield Finding("rights", Grade.MEND, f"{sentence} {advice}")

    def _files(self) -> Iterator[Finding]:
        """Who may open an SQLite database."""
        if not (file := self.database.file):
            return
        facts = {"file": file}
        if self.database.sealed:
            yield Finding("file", Grade.WELL, say("{file} chỉ cho đọc: mọi lệnh đọc như nó đang có.", **facts))
        elif private.wide(file):
            yield Finding(
                "file", Grade.MEND, say("Người khác trên máy mở được {file}; “motcua init” sẽ thu quyền lại.", **facts)
            )
        else:
            yield Finding("file", Grade.WELL, say("Chỉ chủ của {file} mở được tệp này.", **facts))
        if not self.database.sealed and private.writable_by_others(file.parent):
            yield Finding(
                "folder",
                Grade.MEND,
                say("Người khác trên máy ghi được vào thư mục {folder}, nên thay được cả tệp.", folder=file.parent),
            )
        yield Finding(
            "one-user",
            Grade.LIMIT,
            say("SQLite là một tệp: ai dùng được người dùng này của máy thì sửa được cả dữ liệu lẫn khóa ký."),
        )

    def _waiting(self, now: datetime) -> Iterator[Finding]:
        """What waits for an operator: held messages, and a backup."""
        with self.database.read() as tx:
            held, count = epoch.held(tx), len(outbox.waiting(tx))
            made = record_event.events(tx, kinds=[RecordKind.BACKUP])
        if held:
            sentence = say(
                "Cơ sở dữ liệu đã được khôi phục: {count} thông báo bị giữ cho đến khi chạy “motcua outbox release”.",
                count=formatting.number(count),
            )
            yield Finding("outbox", Grade.MEND, sentence)
        if not made:
            yield Finding("backup", Grade.MEND, say("Chưa có bản sao lưu nào (“motcua backup”)."))
            return
        at = made[-1].at
        sentence = say("Bản sao lưu gần nhất: {at}.", at=formatting.moment(at))
        yield Finding("backup", Grade.MEND if now - at > BACKED_UP else Grade.WELL, sentence)
