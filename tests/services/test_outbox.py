"""Outbox messages: sent after the commit, once if all goes well, again if not; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from runner.domain.entry import AnswerRequest
from runner.domain.person import SYSTEM, Person
from runner.domain.record import RecordKind
from runner.services.mail import SpoolMail
from runner.services.outbox import LEASE, TRIES, MessageUnknown, NothingHeld, Outbox
from runner.services.text_rules import ReasonMissing
from runner.store import epoch, outbox, record_event, setting
from tests.services.office import CLERK, COUNT, DIRECTOR, PROVINCE, WEIGH, WEIGHED, Office


class Unreliable(SpoolMail):
    """A mail server that is down for its first `failures` e-mails."""

    def __init__(self, folder: Path, failures: int) -> None:
        super().__init__(folder)
        self.failures = failures
        self.asked: list[str] = []

    def send(self, key: str, to: Sequence[str], subject: str, text: str) -> None:
        self.asked.append(key)
        if len(self.asked) <= self.failures:
            raise ConnectionRefusedError("the server is down")
        super().send(key, to, subject, text)


def messages(office: Office) -> list[tuple[str, str]]:
    """What is in the spool: (to whom, subject)."""
    found = sorted((office.folder / "mail").glob("*.eml"))
    parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]
    return [(message["To"], message["Subject"]) for message in parsed]


def notifying(office: Office) -> Office:
    """The case waits for the e-mail to the director."""
    office.wait().deliver_message()
    return office


def test_an_email_is_sent_once_and_the_case_that_waited_for_it_goes_on(office: Office) -> None:
    notifying(office)
    assert (office.open, messages(office)) == ([], [])
    assert office.runner.outbox.deliver(office.now) == 1
    assert messages(office) == [(DIRECTOR.email, f"Hồ sơ #{office.case}: Báo lãnh đạo")]
    assert (office.open, office.kinds[-1]) == (["Task_last"], "answer")
    assert office.runner.outbox.deliver(office.now) == 0
    assert len(messages(office)) == 1
    assert office.proved()


def test_an_empty_outbox_does_not_wait_for_writers(office: Office) -> None:
    notifying(office)
    assert office.runner.outbox.deliver(office.now) == 1
    with office.runner.database.change(), ThreadPoolExecutor(1) as worker:
        assert worker.submit(office.runner.outbox.deliver, office.now).result(timeout=2) == 0


def test_a_message_to_a_lane_without_people_is_sent_to_no_address_and_the_case_goes_on(office: Office) -> None:
    office.runner.people.save(Person(DIRECTOR.id, DIRECTOR.name, frozenset(), DIRECTOR.email))
    notifying(office)
    assert office.runner.outbox.deliver(office.now) == 1
    assert (messages(office), office.open) == ([], ["Task_last"])


def test_an_email_goes_to_all_people_of_the_lane(office: Office) -> None:
    office.runner.people.save(Person("deputy", "Phó giám đốc", frozenset({(PROVINCE, "director")}), "deputy@mau.vn"))
    office.runner.people.save(Person("no-mail", "Không có thư", frozenset({(PROVINCE, "director")})))
    notifying(office)
    office.runner.outbox.deliver(office.now)
    assert [to for to, _ in messages(office)] == ["deputy@mau.vn, director@mau.vn"]


def test_a_letter_that_failed_is_sent_again_later_and_later(office: Office) -> None:
    notifying(office)
    server = Unreliable(office.folder / "mail", failures=3)
    outbox = Outbox(office.runner.transactions, server)
    for minutes, asked in ((0, 1), (0.9, 1), (0.1, 2), (1.9, 2), (0.1, 3), (3.9, 3)):
        office.later(minutes=minutes)
        assert outbox.deliver(office.now) == 0
        assert len(server.asked) == asked
    office.later(minutes=0.1)
    assert outbox.deliver(office.now) == 1
    assert len(set(server.asked)) == 1, "the same e-mail has the same key, by which a receiver drops a second copy"
    assert (len(messages(office)), office.open) == (1, ["Task_last"])
    assert office.proved()


def test_a_server_that_stays_down_is_left_alone_after_the_last_try(office: Office) -> None:
    notifying(office)
    server = Unreliable(office.folder / "mail", failures=100)
    outbox = Outbox(office.runner.transactions, server)
    for _ in range(TRIES + 2):
        outbox.deliver(office.now)
        office.later(hours=3)
    assert len(server.asked) == TRIES
    assert office.open == []


def test_what_a_dead_worker_had_claimed_is_done_by_the_next_after_the_lease(office: Office) -> None:
    notifying(office)
    with office.runner.database.change() as tx:
        [claimed] = outbox.claim(tx, office.now, office.now + LEASE, 10)
    assert office.runner.outbox.deliver(office.now) == 0
    office.later(seconds=LEASE.total_seconds() - 1)
    assert office.runner.outbox.deliver(office.now) == 0
    office.later(seconds=1)
    assert office.runner.outbox.deliver(office.now) == 1
    assert (claimed.topic, office.open) == ("notify_lane", ["Task_last"])


def test_a_letter_sent_for_a_case_that_was_withdrawn_meanwhile_stops_no_other(office: Office) -> None:
    notifying(office)
    office.runner.cases.cancel(office.case, "Rút hồ sơ", CLERK, office.now)
    office.begin()
    notifying(office)
    office.runner.outbox.deliver(office.now)
    assert office.open == ["Task_last"]
    assert office.runner.outbox.deliver(office.now) == 0


def test_a_worker_that_died_before_it_noted_the_answer_as_done_stops_no_other(office: Office) -> None:
    notifying(office)
    with office.runner.database.change() as tx:
        [message] = outbox.claim(tx, office.now, office.now, 10)
    # It sent the e-mail and answered the case; only the outbox does not know.
    with office.runner.transactions.case(office.case, SYSTEM, office.now) as case:
        case.do(AnswerRequest(message.task, {}))
    other = office.case
    office.begin()
    notifying(office).runner.outbox.deliver(office.now)
    assert office.open == ["Task_last"]
    office.case = other
    assert (office.kinds.count("answer"), office.open) == (1, ["Task_last"])
    assert office.runner.outbox.deliver(office.now) == 0


def test_a_late_task_is_told_to_the_leads_in_one_whole_sentence(office: Office) -> None:
    office.submit(COUNT, {"amount": "3"}, CLERK)
    office.at("2022-09-28 08:00")
    assert messages(office) == [("division_lead@mau.vn", f"Hồ sơ #{office.case}: việc “Việc Task_weigh” đã quá hạn")]
    office.submit(WEIGH, WEIGHED | {"late_reason": "Cân hỏng"})
    office.at("2022-09-28 09:00")
    assert len(messages(office)) == 1


@pytest.mark.parametrize("words", [3, 12, 30])
def test_a_subject_of_any_length_arrives_as_it_was_written(tmp_path: Path, words: int) -> None:
    subject = "Hồ sơ 000.00.06.H27-220926-0001: việc “" + " ".join(["thẩm định"] * words) + "” đã quá hạn"
    SpoolMail(tmp_path).send("1/late", ["lan@mau.vn"], subject, "Nội dung")
    [path] = tmp_path.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["Subject"] == subject
    assert message.get_content().strip() == "Nội dung"


def hold(office: Office) -> None:
    """Hold the messages, as a restore does."""
    with office.runner.database.change() as tx:
        setting.save(tx, epoch.HELD, epoch.YES)


def test_after_a_restore_nothing_is_sent_until_an_operator_releases_it_and_that_is_told(office: Office) -> None:
    notifying(office)
    hold(office)
    assert office.runner.outbox.held()
    assert office.runner.outbox.deliver(office.now) == 0
    [waiting] = office.runner.outbox.waiting()
    with pytest.raises(ReasonMissing):
        office.runner.outbox.release(" ", SYSTEM, office.now)
    assert office.runner.outbox.release("Không thư nào đã gửi", SYSTEM, office.now) == 1
    assert office.runner.outbox.deliver(office.now) == 1
    assert len(messages(office)) == 1
    with office.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.OUTBOX])
    facts = {"reason": "Không thư nào đã gửi", "keys": [waiting.key], "machine": ""}
    assert (told.subject, told.facts) == ("release", facts)
    with pytest.raises(NothingHeld):
        office.runner.outbox.release("lần nữa", SYSTEM, office.now)


def failing(*_: object) -> None:
    raise ConnectionError


def test_what_was_sent_before_the_restore_is_not_sent_again_and_its_case_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifying(office)
    [waiting] = office.runner.outbox.waiting()
    with pytest.raises(NothingHeld):
        office.runner.outbox.settle([waiting.key], "Đã gửi lúc sáng", SYSTEM, office.now)
    hold(office)
    with pytest.raises(MessageUnknown, match="none"):
        office.runner.outbox.settle([waiting.key, "none"], "Đã gửi lúc sáng", SYSTEM, office.now)
    with monkeypatch.context() as broken:
        broken.setattr(office.runner.outbox, "_answer", failing)
        with pytest.raises(ConnectionError):
            office.runner.outbox.settle([waiting.key], "Đã gửi lúc sáng", SYSTEM, office.now)
    assert office.runner.outbox.waiting() == [waiting], "what failed can be done again"
    office.runner.outbox.settle([waiting.key, waiting.key], "Đã gửi lúc sáng", SYSTEM, office.now)
    office.runner.outbox.release("Đã xem từng thư", SYSTEM, office.now)
    assert office.runner.outbox.deliver(office.now) == 0
    assert (office.open, messages(office)) == (["Task_last"], [])
    assert office.proved()
