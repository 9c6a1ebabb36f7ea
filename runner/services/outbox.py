"""The outbox: messages of cases to the world outside the database. Sent after the commit, at least once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from runner import formatting
from runner.domain.case import Case
from runner.domain.entry import AnswerRequest, Submit
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, Person
from runner.domain.record import RecordKind
from runner.domain.redaction import MARK
from runner.domain.task import Task
from runner.engine.errors import CaseClosed, RequestGone
from runner.errors import NotFound, Refused
from runner.language import say
from runner.services import text_rules
from runner.services.access import CaseUnknown
from runner.services.case_transaction import CaseTransactions
from runner.services.mail import Mail
from runner.store import case as cases
from runner.store import epoch, outbox, record_event, registry
from runner.store.outbox import QueuedMessage
from runner.store.session import Transaction


class NothingHeld(Refused):
    """Hộp thư đi không bị giữ; không có gì để cho gửi."""


class MessageUnknown(NotFound):
    """Không có thông báo {key} đang chờ gửi."""


BATCH = 50
LEASE = timedelta(seconds=60)
"""How long a claimed message belongs to one process; after that another one may claim it."""
TRIES = 8
BACKOFF = timedelta(minutes=1)
"""The wait after the first failure; it doubles with each further one, up to about two hours."""

log = logging.getLogger(__name__)


class Outbox:
    """Sends the messages of the outbox. Any number of processes may do so at once."""

    def __init__(self, transactions: CaseTransactions, mail: Mail) -> None:
        self.transactions = transactions
        self.mail = mail

    def deliver(self, now: datetime) -> int:
        """Send every message that is due at `now` (aware); how many it sent."""
        done = 0
        while messages := self._claim(now):
            done += sum(self._deliver(message, now) for message in messages)
        return done

    def held(self) -> bool:
        """Whether nothing is sent because the database was restored, and no operator has released it."""
        with self.transactions.database.read() as tx:
            return epoch.held(tx)

    def waiting(self) -> list[QueuedMessage]:
        """Every message that is not done, the oldest first."""
        with self.transactions.database.read() as tx:
            return outbox.waiting(tx)

    def release(self, reason: str, person: Person, now: datetime) -> int:
        """Send what is held from now on; how many messages that are. Raises `NothingHeld`."""
        stated = text_rules.reason(reason)
        with self.transactions.database.change() as tx:
            if not epoch.held(tx):
                raise NothingHeld
            epoch.release(tx)
            keys = [message.key for message in outbox.waiting(tx)]
            facts = {"reason": stated, "keys": keys, "machine": person.via.machine if person.via else ""}
            record_event.append(tx, RecordKind.OUTBOX, person.id, now, "release", facts)
        return len(keys)

    def settle(self, keys: Sequence[str], reason: str, person: Person, now: datetime) -> None:
        """Note that messages were sent before the database was restored: they are not sent again, and what waits for
        them goes on. Raises `NothingHeld`, `MessageUnknown`.

        As at a delivery the case gets its answer first: where that fails, the message waits, and this can be repeated.
        """
        stated = text_rules.reason(reason)
        with self.transactions.database.read() as tx:
            chosen = self._chosen(tx, keys)
        for message in chosen:
            if message.task:
                self._answer(message, message.task, now)
        with self.transactions.database.change() as tx:
            for message in self._chosen(tx, keys):
                outbox.done(tx, message.key, now, {"sent_before": True})
            done = sorted(message.key for message in chosen)
            facts = {"reason": stated, "keys": done, "machine": person.via.machine if person.via else ""}
            record_event.append(tx, RecordKind.OUTBOX, person.id, now, "settle", facts)

    @staticmethod
    def _chosen(tx: Transaction, keys: Sequence[str]) -> list[QueuedMessage]:
        """The held messages with these keys, each once."""
        if not epoch.held(tx):
            raise NothingHeld
        found = {message.key: message for message in outbox.waiting(tx)}
        if unknown := next((key for key in keys if key not in found), None):
            raise MessageUnknown(key=unknown)
        return [found[key] for key in dict.fromkeys(keys)]

    def _claim(self, now: datetime) -> list[QueuedMessage]:
        """Claim the next messages, none while they are held. Reads first: an empty outbox takes no write lock."""
        with self.transactions.database.read() as tx:
            if not outbox.due(tx, now) or epoch.held(tx):
                return []
        with self.transactions.database.change() as tx:
            return outbox.claim(tx, now, now + LEASE, BATCH)

    def _deliver(self, message: QueuedMessage, now: datetime) -> bool:
        try:
            result = self._send(message)
            if message.task:
                self._answer(message, message.task, now)
        except Exception as error:  # e.g. no mail server, or an incident: the other messages go on
            log.warning("outbox message %s failed (try %s): %s", message.key, message.tries, error)
            again = now + BACKOFF * 2 ** (message.tries - 1) if message.tries < TRIES else None
            with self.transactions.database.change() as tx:
                outbox.retry(tx, message.key, again)
            return False
        with self.transactions.database.change() as tx:
            outbox.done(tx, message.key, now, result)
        return True

    def _answer(self, message: QueuedMessage, request: str, now: datetime) -> None:
        """Give the case the result that it waits for."""
        try:
            with self.transactions.case(message.case, SYSTEM, now) as case:
                case.do(AnswerRequest(request, {}))
        except (CaseClosed, RequestGone):  # answered before, or no longer waiting
            log.info("outbox message %s was done for a case that does not wait for it", message.key)

    def _send(self, message: QueuedMessage) -> dict[str, object]:
        """Send the message by e-mail; the result counts the addresses."""
        with self.transactions.database.read() as tx:
            case = cases.get(tx, message.case)
            if case is None:
                raise CaseUnknown(case=message.case)
            element = message.values.get("element")
            node = self.transactions.versions.get(tx, case.version).definition.nodes.get(str(element))
            task = cases.task(tx, case.id, str(message.values.get("task", "")))
            lanes = self._told(tx, case, message, task)
            members = [each for lane in sorted(lanes) for each in registry.members(tx, case.province, lane)]
            answer = _last_submission(tx, case.id, str(message.values.get("done_by", "")))
        number = case.number or f"#{case.id}"
        if message.topic == "notify_late" and task:
            subject = say("Hồ sơ {number}: việc “{task}” đã quá hạn", number=number, task=task.name)
        else:
            subject = say("Hồ sơ {number}: {what}", number=number, what=node.name if node else message.topic)
        if answer:
            at = formatting.moment(answer.at)
            subject = say("{subject} (người trả lời: {name}, {at})", subject=subject, name=answer.who.name, at=at)
        to = [person.email for person in members if person.email]
        if message.topic == "notify_applicant" and (email := str(message.values.get("email", ""))):
            to = [email] if email != MARK else []
        if to:
            self.mail.send(message.key, to, subject, say("{subject}.\n\nMột Cửa", subject=subject))
        return {"sent": len(to)}

    def _told(self, tx: Transaction, case: Case, message: QueuedMessage, task: Task | None) -> frozenset[str]:
        """The lanes that a message is for: of a late task those who lead its people, else the one that it names."""
        versions = self.transactions.versions
        place = versions.organisation_in_force(tx, case.province) or versions.get(tx, case.version).province
        if message.topic == "notify_late" and task:
            return place.leads(task.lane)
        lane = str(message.values.get("lane", ""))
        return frozenset({place.performer(lane)} if lane else ())


def _last_submission(tx: Transaction, case: int, element: str) -> Entry | None:
    """The entry that last completed the task `element` of the case; None without any."""
    done = (each for each in cases.entries(tx, case) if isinstance(each.body, Submit)) if element else ()
    return next((each for each in reversed([*done]) if each.body.task.partition("#")[0] == element), None)
