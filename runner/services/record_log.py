"""The record log: journals' entries and record events as leaves of one hash tree, and signed heads of it.

The worker makes leaves of what waits, and signs. Whoever holds a head can have shown that everything it covers is still
there, unchanged and in its place (RFC 6962); nobody can change the past and keep such a head true.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from runner.domain.journal import instant
from runner.domain.person import Person, via
from runner.domain.record import Head, Inclusion, RecordKind
from runner.errors import NotFound, Refused
from runner.record import merkle
from runner.record.note import Checkpoint, KeyInvalid, Note, NoteInvalid, Verifier, signed
from runner.services import text_rules
from runner.services.head_file import HeadFile
from runner.services.record_key import HeadSigner, KeyMissing
from runner.store import case as cases
from runner.store import record_event, record_log
from runner.store.session import Database, Transaction

AT_ONCE: Final = 1_000
"""Leaves that one transaction appends, so that no other writer waits long."""
SIGN_EVERY: Final = timedelta(minutes=5)
"""The least time between two heads that the worker signs; ten minutes is what it promises."""
LEVELS: Final = 8
"""Nodes are stored of every eighth level."""


class NotInLog(NotFound):
    """Mục này chưa vào sổ kiểm chứng; tiến trình nền đưa vào trong vòng 10 phút."""


class RecordBehind(Refused):
    """Cơ sở dữ liệu không khớp mốc đã ký ngày {at}: mốc ấy có {size} mục, cơ sở dữ liệu {found}. Có thể một bản cũ đã được khôi phục. Hãy tìm nguyên nhân; chỉ khi đã rõ, xác nhận bằng “motcua head --accept --because …”."""  # noqa: E501


class NoSigner(Refused):
    """Tiến trình này không có khóa ký mốc; đặt MOTCUA_RECORD_KEY hoặc MOTCUA_RECORD_SIGNER, hoặc tạo khóa bằng “motcua head --new-key”."""  # noqa: E501


class NothingToAccept(Refused):
    """Không có mốc đã ký nào vượt quá cơ sở dữ liệu; không có gì để xác nhận."""


class RecordLog:
    """Appends, signs and proves. `signer` is None in processes that do not sign, `file` where no heads are kept."""

    def __init__(self, database: Database, signer: HeadSigner | None, file: HeadFile | None) -> None:
        self.database = database
        self.signer = signer
        self.file = file
        self._made: Head | None = None
        """The last head that this process signed, also where the database has another in its place."""

    # -- the worker ----------------------------------------------------------------------------------------------------

    def work(self, now: datetime) -> None:
        """Make leaves of what waits; sign a head where the last is old and there is more than it covers."""
        while self.append() == AT_ONCE:
            pass
        if self.signer is None:
            return
        with self.database.read() as tx:
            newest, size = self._last(tx), record_log.size(tx)
        if size and (newest is None or (newest.size < size and not newest.at <= now < newest.at + SIGN_EVERY)):
            self.sign(now)

    def finish(self, now: datetime) -> None:
        """The same at the end of a worker, without waiting for a head's time."""
        while self.append() == AT_ONCE:
            pass
        if self.signer and self.size():
            self.sign(now)

    def append(self) -> int:
        """Make leaves of what waits, at most `AT_ONCE`; how many."""
        with self.database.read() as tx:
            if not record_log.any_pending(tx):
                return 0
        with self.database.change() as tx:
            record_log.lock(tx)
            taken = record_log.pending(tx, AT_ONCE)
            if taken:
                begin = record_log.size(tx)
                record_log.append(tx, begin, taken, [merkle.leaf_hash(each.data) for each in taken])
                _complete(tx, begin, begin + len(taken))
        return len(taken)

    def sign(self, now: datetime) -> Head:
        """Sign a head over all leaves; the last one where it covers them already.

        Raises `NoSigner`, `RecordBehind` where the log does not continue the last head that was signed here, and what
        the signer raises.
        """
        signer = self.expect_signer()
        with self.database.read() as tx:
            self._expect_whole(tx)
            size, last = record_log.size(tx), self._last(tx)
            root = merkle.root(Nodes(tx), size)
            if last and (last.size, last.root) == (size, root):
                return last
        # Outside of a transaction: a security module takes its time, and other writers must not wait for it.
        text = str(Checkpoint(signer.verifier.name, size, root, (f"at {instant(now)}",)))
        head = Head(size, now, root, signed(text, [signer.line(text)]))
        if self.file:
            self.file.append(head.note)  # first: a head inside is never ahead of those outside
        with self.database.change() as tx:
            record_log.lock(tx)
            last = self._last(tx)
            if last and last.size >= size:  # another worker was faster
                return last
            record_log.keep_head(tx, head)
        self._made = head
        return head

    def _last(self, tx: Transaction) -> Head | None:
        """The last head that the key of this process signed: what somebody planted among them is none."""
        own, size, made = self.expect_signer().verifier, record_log.size(tx), self._made
        if made and made.size > size:
            made = None
        stored = takewhile(lambda head: made is None or head.size > made.size, record_log.heads_down(tx))
        return next((head for head in stored if _signed_by(own, head)), made)

    def expect_signer(self) -> HeadSigner:
        """Who signs here. Raises `NoSigner`."""
        if self.signer is None:
            raise NoSigner
        return self.signer

    # -- reading -------------------------------------------------------------------------------------------------------

    def size(self) -> int:
        """How many leaves there are."""
        with self.database.read() as tx:
            return record_log.size(tx)

    def newest(self) -> Head | None:
        """The last head that was signed: where this process has the key, by that."""
        with self.database.read() as tx:
            with suppress(NoSigner, KeyMissing, KeyInvalid):
                if own := self._last(tx):
                    return own
            return record_log.newest(tx)

    def holding(self, case: int) -> Head | None:
        """The first head that holds all that a case has come to; of the key where this process has it."""
        with self.database.read() as tx:
            found = cases.get(tx, case)
            index = record_log.index(tx, case, found.seq) if found else None
            if index is None:
                return None
            with suppress(NoSigner, KeyMissing, KeyInvalid):
                own = self.expect_signer().verifier
                return next((head for head in record_log.heads_up(tx, index) if _signed_by(own, head)), None)
            return record_log.covering(tx, index)

    def heads(self) -> list[Head]:
        """Every head, the smallest first."""
        with self.database.read() as tx:
            return record_log.heads(tx)

    def inclusion(self, case: int, seq: int, size: int) -> Inclusion:
        """That entry `seq` of a case is among the first `size` leaves. Raises `NotInLog`."""
        with self.database.read() as tx:
            index = record_log.index(tx, case, seq)
            if index is None or index >= size or size > record_log.size(tx):
                raise NotInLog
            return Inclusion(index, size, tuple(merkle.inclusion_path(Nodes(tx), index, size)))

    def inclusion_of_event(self, event: int, size: int) -> Inclusion:
        """That a record event is among the first `size` leaves. Raises `NotInLog`."""
        return self.inclusion(0, event, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What shows that the tree over the first `new` leaves continues that over `old`. Raises `NotInLog`."""
        with self.database.read() as tx:
            if not 0 <= old <= new <= record_log.size(tx):
                raise NotInLog
            return merkle.consistency_path(Nodes(tx), old, new)

    # -- heads that are known outside ----------------------------------------------------------------------------------

    def guard(self) -> None:
        """Raises `RecordBehind` where a head in the file of heads is not one of this database's log.

        Where no head is known, the database is not asked: pages may start before it does.
        """
        if not (self.file and self.file.newest()):
            return
        with self.database.read() as tx:
            self._expect_whole(tx)

    def accept(self, reason: str, person: Person, now: datetime) -> Checkpoint:
        """Confirm that the database is behind a known head, which is recorded. Raises `NothingToAccept`."""
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            record_log.lock(tx)
            found = self._ahead(tx)
            if found is None:
                raise NothingToAccept
            facts = {"size": found.size, "root": found.root.hex(), "leaves": record_log.size(tx), "reason": stated}
            facts["via"] = via(person)
            record_event.append(tx, RecordKind.ROLLBACK, person.id, now, found.origin, facts)
        return found

    def _expect_whole(self, tx: Transaction) -> None:
        if found := self._ahead(tx):
            raise RecordBehind(at=_said_at(found), size=found.size, found=record_log.size(tx))

    def _ahead(self, tx: Transaction) -> Checkpoint | None:
        """The newest known head that nobody has confirmed and that is not one of this log."""
        last = self.file.newest() if self.file else None
        if last is None or (last.size <= record_log.size(tx) and merkle.root(Nodes(tx), last.size) == last.root):
            return None
        return None if (last.size, last.root.hex()) in record_event.given_up(tx) else last


class Nodes:
    """The whole subtrees of the stored log; called as `runner.record.merkle.Node`. Reads 256 hashes at once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._read: dict[tuple[int, int], list[bytes]] = {}
        self._made: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level % LEVELS == 0 and (found := self._stored(level, index)):
            return found
        if level == 0:
            raise NotInLog
        if (level, index) not in self._made:
            self._made[level, index] = merkle.combined(self, level, index)
        return self._made[level, index]

    def _stored(self, level: int, index: int) -> bytes | None:
        width = 1 << LEVELS
        place = (level, index // width)
        if place not in self._read:
            begin = index // width * width
            self._read[place] = record_log.nodes(self._tx, level, begin, begin + width)
        row = self._read[place]
        return row[index % width] if index % width < len(row) else None


def _complete(tx: Transaction, begin: int, end: int) -> None:
    """Store the nodes that the leaves from `begin` until `end` have completed."""
    level = LEVELS
    while end >> level > begin >> level:
        node = Nodes(tx)
        made = [merkle.combined(node, level, index) for index in range(begin >> level, end >> level)]
        record_log.keep_nodes(tx, level, begin >> level, made)
        level += LEVELS


def _said_at(checkpoint: Checkpoint) -> str:
    """The moment that a head of ours says."""
    return next((line.removeprefix("at ") for line in checkpoint.more if line.startswith("at ")), "?")


def _signed_by(verifier: Verifier, head: Head) -> bool:
    """Whether a stored head is as its note says, which this key signed."""
    try:
        note = Note.read(head.note)
        said = Checkpoint.read(note.text)
    except NoteInvalid:
        return False
    whole = (said.size, said.root, said.more) == (head.size, head.root, (f"at {instant(head.at)}",))
    return whole and note.signed_by(verifier)
