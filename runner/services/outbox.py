"""Errands: what a case asked for that happens outside the database. Done after the commit, at least once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from runner.domain.person import SYSTEM
from runner.engine.instance import CaseClosed, RequestGone
from runner.language import say
from runner.services.case_transaction import Act, CaseUnknown, Changes
from runner.services.mail import Mail
from runner.store import case as cases
from runner.store import outbox, registry
from runner.store.outbox import Letter

BATCH = 50
LEASE = timedelta(seconds=60)
"""How long an errand belongs to who claimed it; a process that dies leaves it to the next after that."""
TRIES = 8
BACKOFF = timedelta(minutes=1)
"""The wait after the first failure; it doubles with each, to some two hours."""

log = logging.getLogger(__name__)


class Errands:
    """Delivers the outbox. Any number of processes may do so at once."""

    def __init__(self, changes: Changes, mail: Mail) -> None:
        self.changes = changes
        self.mail = mail

    def deliver(self, now: datetime) -> int:
        """Do every errand that is due at `now` (aware), and say how many were done."""
        done = 0
        while letters := self._claim(now):
            done += sum(self._deliver(letter, now) for letter in letters)
        return done

    def _claim(self, now: datetime) -> list[Letter]:
        """The next letters, now ours. An outbox with nothing to do, as it mostly is, keeps nobody from writing."""
        with self.changes.database.read() as tx:
            if not outbox.due(tx, now):
                return []
        with self.changes.database.change() as tx:
            return outbox.claim(tx, now, now + LEASE, BATCH)

    def _deliver(self, letter: Letter, now: datetime) -> bool:
        try:
            result = self._do(letter)
            if letter.task:
                self._answer(letter, letter.task, now)
        except Exception as error:  # a server that does not answer, a case that is in trouble: the others are delivered
            log.warning("errand %s failed (try %s): %s", letter.key, letter.tries, error)
            again = now + BACKOFF * 2 ** (letter.tries - 1) if letter.tries < TRIES else None
            with self.changes.database.change() as tx:
                outbox.retry(tx, letter.key, again)
            return False
        with self.changes.database.change() as tx:
            outbox.done(tx, letter.key, now, result)
        return True

    def _answer(self, letter: Letter, request: str, now: datetime) -> None:
        """Tell the case that what it waits for is done."""
        act = Act("answer", {"request": request, "result": {}})
        try:
            self.changes.change(letter.case, SYSTEM, now, lambda *_: act)
        except (CaseClosed, RequestGone):  # it was told before, or waits no longer
            log.info("errand %s was done for a case that does not wait for it", letter.key)

    def _do(self, letter: Letter) -> dict[str, object]:
        """Tell whom the errand names; the result says how many addresses it went to."""
        with self.changes.database.read() as tx:
            case = cases.get(tx, letter.case)
            if case is None:
                raise CaseUnknown(case=letter.case)
            element = letter.values.get("element")
            node = self.changes.versions.get(tx, case.version).definition.nodes.get(str(element))
            task = cases.task(tx, case.id, str(letter.values.get("task", "")))
            lane = str(letter.values.get("lane", ""))
            members = registry.members(tx, case.province, lane) if lane else []
        number = case.number or f"#{case.id}"
        if letter.topic == "notify_late" and task:
            subject = say("Hồ sơ {number}: việc “{task}” đã quá hạn", number=number, task=task.name)
        else:
            subject = say("Hồ sơ {number}: {what}", number=number, what=node.name if node else letter.topic)
        to = [person.email for person in members if person.email]
        if letter.topic == "notify_applicant" and letter.values.get("email"):
            to = [str(letter.values["email"])]
        if to:
            self.mail.send(letter.key, to, subject, say("{subject}.\n\nMột Cửa", subject=subject))
        return {"sent": len(to)}
