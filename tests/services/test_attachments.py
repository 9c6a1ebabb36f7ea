"""Files of cases: pending until they are submitted, kept then, seen by their province alone, swept when forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from runner.domain.entry import Submit
from runner.domain.form import Attachment
from runner.domain.form.attachment import FileDisguised
from runner.domain.person import SYSTEM, Person
from runner.engine.errors import EngineFault, TaskClosed, TaskTaken
from runner.reports import timeline
from runner.services import attachments
from runner.services.access import CaseUnknown
from runner.services.attachments import CaseFull, FileTooLarge, FileUnknown, NoFilesHere, StorageLimits
from runner.services.tasks import FormRefused, TaskUnknown
from tests.services.office import CLERK, CODE, COLLEAGUE, COUNT, COUNTED, NEIGHBOUR, SPECIALIST, WEIGH
from tests.web.every_component import JPEG, PDF, PNG, deploy
from tests.world import World


class Desk(World):
    """A case at the specialist's desk, whose form takes files."""

    def attach(self, name: str = "đơn.pdf", content: bytes = PDF, who: Person = SPECIALIST) -> Attachment:
        return self.runner.attachments.add(self.case, WEIGH, name, BytesIO(content), who, self.now)

    def send(self, *files: Attachment | str, who: Person = SPECIALIST, key: str | None = None) -> Any:
        named = [file if isinstance(file, str) else file.record for file in files]
        values = {"decision": "Đạt", "scans": {"dossier": named}}
        return self.runner.tasks.submit(self.case, WEIGH, values, who, self.now, key)

    def read(self, file: Attachment, who: Person = CLERK) -> bytes:
        found, content = self.runner.attachments.get(self.case, file.sha256, who)
        assert found == file
        return b"".join(content)

    @property
    def stored(self) -> int:
        """How many files are in the database."""
        with self.runner.database.read() as tx:
            assert tx.scalar(text("SELECT count(*) FROM attachment_piece")) is not None
            return int(tx.scalar(text("SELECT count(*) FROM attachment")) or 0)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(database_url, tmp_path)
    deploy(desk, tmp_path)
    for who in (COLLEAGUE, NEIGHBOUR):
        desk.runner.people.save(who)
    desk.start(CODE)
    desk.runner.tasks.submit(desk.case, COUNT, COUNTED, CLERK, desk.now)
    yield desk
    desk.runner.close()


def test_a_file_is_pending_until_the_form_that_names_it_is_submitted(desk: Desk) -> None:
    file = desk.attach()
    assert desk.read(file, SPECIALIST) == PDF
    with pytest.raises(FileUnknown):
        desk.read(file, CLERK)
    desk.send(file)
    assert desk.read(file, CLERK) == PDF
    _, instance, steps = desk.runner.audit.history(desk.case, SYSTEM)
    assert instance.values["scans"] == {"dossier": [file.record], "result": None}
    assert steps[-1].entry.body.values["scans"]["dossier"] == [file.record]
    assert PDF.decode() not in (steps[-1].entry.payload or "")
    assert desk.proved() and desk.runner.attachments.check(desk.case, SYSTEM) is None


def test_the_time_line_tells_files_in_words(desk: Desk) -> None:
    desk.send(desk.attach("Đơn đề nghị.pdf", PDF + b"x" * 3_000_000), desk.attach("ảnh.jpg", JPEG))
    line = timeline.describe(desk.runner.audit, desk.runner.procedures, desk.case, SYSTEM, desk.now)
    assert "Đính kèm tệp: Đơn đề nghị.pdf (2,9 MB), ảnh.jpg (1 kB)." in line.events[-1].sentences
    assert dict(line.filled[-1].values)["Hồ sơ quét"] == [
        Attachment(**each) for each in line.events[-1].entry.body.values["scans"]["dossier"]
    ]


def test_a_large_file_comes_back_as_it_was_sent(desk: Desk) -> None:
    content = PDF + bytes(range(256)) * 20_000
    file = desk.attach("lớn.pdf", content)
    assert file.size == len(content) > 4 * attachments.PIECE and desk.read(file, SPECIALIST) == content


def test_only_what_was_uploaded_can_be_named_and_only_by_who_did(desk: Desk) -> None:
    file = desk.attach()
    for named, who in ((file, COLLEAGUE), ("0" * 64, SPECIALIST)):
        with pytest.raises(FormRefused) as refused:
            desk.send(named, who=who)
        assert [fault.path for fault in refused.value.faults] == ["scans.dossier"]
    forged = replace(file, name="khác.pdf", size=1, type="image/png")
    desk.send(forged)
    assert [file.record] == desk.runner.audit.history(desk.case, SYSTEM)[1].values["scans"]["dossier"]


def test_two_people_may_attach_the_same_file_and_each_has_their_own(desk: Desk) -> None:
    mine, theirs = desk.attach("của tôi.pdf"), desk.attach("của anh.pdf", who=COLLEAGUE)
    assert mine.sha256 == theirs.sha256 and desk.stored == 2
    desk.runner.attachments.remove(desk.case, WEIGH, mine.sha256, COLLEAGUE)
    desk.send(mine)
    assert desk.read(mine) == PDF


def test_the_same_file_again_is_there_once_under_its_new_name(desk: Desk) -> None:
    desk.attach("cũ.pdf")
    assert desk.attach("mới.pdf").name == "mới.pdf" and desk.stored == 1


def test_a_form_with_files_sent_twice_has_one_effect_and_one_answer(desk: Desk) -> None:
    first = desk.send(desk.attach().sha256, key="k")
    again = desk.attach()  # what a browser does that sends the whole form once more
    assert desk.send(again.sha256, key="k") == first and desk.stored == 1


def test_files_are_stored_for_open_tasks_of_ones_lanes_without_another_owner(desk: Desk) -> None:
    for who in (CLERK, NEIGHBOUR):
        with pytest.raises(TaskUnknown):
            desk.attach(who=who)
    desk.runner.tasks.claim(desk.case, WEIGH, COLLEAGUE, desk.now)
    with pytest.raises(TaskTaken):
        desk.attach()
    desk.send(who=COLLEAGUE)
    with pytest.raises(TaskClosed):
        desk.attach(who=COLLEAGUE)
    assert desk.stored == 0


def test_a_form_without_a_field_for_files_takes_none(desk: Desk) -> None:
    desk.start(CODE)
    with pytest.raises(NoFilesHere):
        desk.runner.attachments.add(desk.case, COUNT, "đơn.pdf", BytesIO(PDF), CLERK, desk.now)
    assert desk.stored == 0


def test_another_province_learns_nothing_of_a_file(desk: Desk) -> None:
    file = desk.attach()
    desk.send(file)
    for case in (desk.case, 99):
        with pytest.raises(CaseUnknown):
            desk.runner.attachments.get(case, file.sha256, NEIGHBOUR)
    for digest in ("0" * 64, "", "\x00", "%", file.sha256.upper()):
        with pytest.raises(FileUnknown):
            desk.runner.attachments.get(desk.case, digest, SPECIALIST)


def test_too_large_a_file_and_one_in_disguise_leave_nothing_behind(desk: Desk) -> None:
    desk.runner.attachments.storage_limits = StorageLimits(1, 500, 100)
    with pytest.raises(FileTooLarge, match=r"đơn\.pdf"):
        desk.attach(content=PDF + b"x" * 1024 * 1024)
    with pytest.raises(FileDisguised):
        desk.attach(content=b"<svg onload='alert(1)'/>")
    assert desk.stored == 0


def test_a_case_has_room_for_so_many_files_and_bytes_even_when_they_come_at_once(desk: Desk) -> None:
    desk.runner.attachments.storage_limits = StorageLimits(1, 500, 5)

    def attach(number: int) -> bool:
        try:
            return bool(desk.attach(f"{number}.pdf", PDF + bytes([number])))
        except CaseFull:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attach, range(12))) == 5
    desk.runner.attachments.storage_limits = StorageLimits(1, 1, 100)
    desk.attach("vừa.pdf", PDF + b"x" * 1_048_000)
    with pytest.raises(CaseFull, match=r"tổng cộng 1 MB"):
        desk.attach("thừa.pdf", PDF + b"y" * 1_000)


def test_what_was_removed_leaves_its_room(desk: Desk) -> None:
    file = desk.attach()
    desk.runner.attachments.remove(desk.case, WEIGH, file.sha256, SPECIALIST)
    assert desk.stored == 0
    desk.send(desk.attach())
    desk.runner.attachments.remove(desk.case, WEIGH, file.sha256, SPECIALIST)
    assert desk.read(file) == PDF, "what the journal names stays"


def test_after_a_day_a_file_is_swept_unless_an_entry_or_a_draft_names_it(desk: Desk) -> None:
    forgotten, drafted = desk.attach("quên.pdf"), desk.attach("nháp.jpg", JPEG)
    values = {"scans": {"dossier": [drafted.sha256]}}
    desk.runner.tasks.save_draft(desk.case, WEIGH, values, SPECIALIST, desk.now)
    desk.later(hours=23)
    assert desk.runner.attachments.sweep(desk.now) == 0
    desk.later(hours=2)
    assert desk.runner.attachments.sweep(desk.now) == 1
    with pytest.raises(FileUnknown):
        desk.read(forgotten, SPECIALIST)
    desk.later(days=1)
    desk.runner.tick()
    desk.runner.tasks.submit(
        desk.case, WEIGH, {"decision": "Đạt", "late_reason": "chờ", **values}, SPECIALIST, desk.now
    )
    desk.later(days=9)
    desk.runner.tick()
    assert desk.read(drafted) == JPEG


def test_the_files_of_what_an_incident_stopped_are_kept_to_be_tried_again(desk: Desk) -> None:
    file = desk.attach()
    values = {"decision": "Đạt", "scans": {"dossier": [file.record]}}
    command = Submit(WEIGH, values)
    desk.runner.transactions.record_incident(desk.case, EngineFault(reason="x"), command, SPECIALIST, desk.now)
    desk.later(days=2)
    assert desk.runner.attachments.sweep(desk.now) == 0 and desk.read(file) == PDF


def test_an_upload_cut_off_in_the_middle_is_gone_and_takes_no_room(desk: Desk) -> None:
    class Cut(BytesIO):
        """Breaks off in the second reading."""

        rounds = 0

        def seek(self, at: int, whence: int = 0, /) -> int:
            self.rounds += whence == 0 and at == 0
            return super().seek(at, whence)

        def read(self, size: int | None = -1, /) -> bytes:
            if self.rounds == 3 and self.tell() > attachments.PIECE:
                raise OSError("gone")
            return super().read(size)

    with pytest.raises(OSError, match="gone"):
        desk.runner.attachments.add(desk.case, WEIGH, "a.png", Cut(PNG + b"x" * 2_000_000), SPECIALIST, desk.now)
    assert desk.stored == 0


def test_a_file_altered_or_lost_behind_our_back_is_found_and_the_entry_named(desk: Desk) -> None:
    desk.send(desk.attach())
    seq = desk.row.seq
    for change, what in (
        ("UPDATE attachment_piece SET content = substr(content, 2)", "file altered"),
        ("DELETE FROM attachment_piece", "file altered"),
        ("DELETE FROM attachment", "file missing"),
    ):
        with desk.runner.database.change() as tx:
            tx.execute(text(change))
        found = desk.runner.attachments.check(desk.case, SYSTEM)
        assert found and (found.facts["seq"], found.facts["what"]) == (seq, what)
    assert desk.proved(), "the replay itself needs no content"
    with pytest.raises(CaseUnknown):
        desk.runner.attachments.check(99, SYSTEM)
