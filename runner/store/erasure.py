"""Lawful erasure: the entries whose payloads may go, who asked and who decided, and what goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Executable, bindparam, delete, func, insert, select, text, update

from runner.store import attachment_table, erasure_table, table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert


@dataclass(frozen=True, slots=True)
class Request:
    """That a case be erased: asked by the account `by`, by a `ground`. `verdict` is "" until somebody decides."""

    id: int
    case: int
    ground: str
    by: str
    at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    verdict: str = ""


_OF_CASE: BindParameter[int] = bindparam("case_id")
_ROW, _ASKED, _MAIL = erasure_table.erasure.c, erasure_table.erasure_request.c, erasure_table.mail_erasure.c

_NAMED = Prepared(select(_ROW.seq, _ROW.entry).where(_ROW.case == _OF_CASE))
_NAME = insert(erasure_table.erasure)
_ERASE: Mapping[str, Executable] = {
    "sqlite": update(table.journal)
    .where(table.journal.c.case == _OF_CASE, table.journal.c.seq == bindparam("entry_seq"))
    .values(payload=None, salt=None),
    "postgresql": text("SELECT erase_payload(:case_id, :entry_seq)"),
}
_DRAFTS = delete(table.draft).where(table.draft.c.case == _OF_CASE)
_ANSWERS = select(table.idempotency.c.actor, table.idempotency.c.key, table.idempotency.c.answer)
_FORGET = delete(table.idempotency).where(
    table.idempotency.c.actor == bindparam("who"), table.idempotency.c.key == bindparam("sought")
)
_FILES = select(attachment_table.attachment.c.id).where(attachment_table.attachment.c.case == _OF_CASE)
_PIECES = delete(attachment_table.attachment_piece).where(attachment_table.attachment_piece.c.attachment.in_(_FILES))
_ATTACHMENTS = delete(attachment_table.attachment).where(attachment_table.attachment.c.case == _OF_CASE)
_MESSAGE = update(table.outbox).where(table.outbox.c.key == bindparam("sought")).values({"values": bindparam("what")})
_KEYS = select(table.outbox.c.key).where(table.outbox.c.case == _OF_CASE).order_by(table.outbox.c.key)
_QUEUE = upsert(erasure_table.mail_erasure)
_QUEUED = select(_MAIL.case, _MAIL.at).order_by(_MAIL.case)
_DONE = delete(erasure_table.mail_erasure).where(_MAIL.case == _OF_CASE, _MAIL.at == bindparam("since"))

_REQUESTS = select(*columns(erasure_table.erasure_request, Request))
_PENDING = _REQUESTS.where(_ASKED.verdict == "").order_by(_ASKED.id)
_REQUEST = _REQUESTS.where(_ASKED.id == bindparam("sought"))
_GROUNDS = select(_ASKED.id, _ASKED.ground).where(_ASKED.case == _OF_CASE)
_REWORD = (
    update(erasure_table.erasure_request).where(_ASKED.id == bindparam("sought")).values(ground=bindparam("stated"))
)
_LAST = select(func.coalesce(func.max(_ASKED.id), 0))
_ASK = insert(erasure_table.erasure_request)
_DECIDE = (
    update(erasure_table.erasure_request)
    .where(_ASKED.id == bindparam("sought"), _ASKED.verdict == "")
    .values(decided_by=bindparam("who"), decided_at=bindparam("moment"), verdict=bindparam("answer"))
)


# -- the journal -------------------------------------------------------------------------------------------------------


def named(tx: Transaction, case: int) -> dict[int, int]:
    """The entries of a case that may be without payload, each with the entry of the erasure that names it."""
    return dict(_NAMED.all(tx, {"case_id": case}))


def erase(tx: Transaction, case: int, entry: int, seqs: Iterable[int]) -> None:
    """Erase the payloads and salts of entries, which the erasure `entry` of the journal names.

    Their hashes stay, so the chain still holds. The database refuses it for entries that the erasure does not name.
    """
    for seq in sorted(seqs):
        tx.execute(_NAME, {"case": case, "seq": seq, "entry": entry})
        tx.execute(_ERASE[tx.dialect.name], {"case_id": case, "entry_seq": seq})


# -- what goes with it -------------------------------------------------------------------------------------------------


def forget(tx: Transaction, case: int) -> None:
    """Delete what was typed and attached in a case, and the answers to repeated requests about it."""
    for statement in (_DRAFTS, _PIECES, _ATTACHMENTS):
        tx.execute(statement, {"case_id": case})
    gone = [{"who": actor, "sought": key} for actor, key, answer in tx.execute(_ANSWERS) if _about(answer, case)]
    if gone:
        tx.execute(_FORGET, gone)


def rewrite(tx: Transaction, messages: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the values of messages of the outbox anew, by their keys."""
    for key, values in messages.items():
        tx.execute(_MESSAGE, {"sought": key, "what": dict(values)})


def queue(tx: Transaction, case: int, at: datetime) -> None:
    """Let the worker take away the e-mails that were sent for a case until now."""
    tx.execute(_QUEUE[tx.dialect.name], {"case": case, "at": at})


def queued(tx: Transaction) -> list[tuple[int, datetime]]:
    """The cases whose e-mails are to go, each with the moment of its erasure."""
    return [(case, at) for case, at in tx.execute(_QUEUED)]


def keys(tx: Transaction, case: int) -> list[str]:
    """The keys of every message that a case has ever queued."""
    return list(tx.scalars(_KEYS, {"case_id": case}))


def done(tx: Transaction, case: int, at: datetime) -> None:
    """Nothing is left to take away of the erasure of that moment."""
    tx.execute(_DONE, {"case_id": case, "since": at})


def _about(answer: object, case: int) -> bool:
    return isinstance(answer, dict) and answer.get("case") == case


# -- who asks and who decides ------------------------------------------------------------------------------------------


def pending(tx: Transaction) -> list[Request]:
    """The requests that nobody has decided, in their order."""
    return [Request(*row) for row in tx.execute(_PENDING)]


def request(tx: Transaction, id: int) -> Request | None:
    """One request."""
    found = tx.execute(_REQUEST, {"sought": id}).first()
    return Request(*found) if found else None


def ask(tx: Transaction, case: int, ground: str, by: str, at: datetime) -> Request:
    """Keep a new request."""
    made = Request((tx.scalar(_LAST) or 0) + 1, case, ground, by, at)
    tx.execute(_ASK, row_values(made))
    return made


def reword(tx: Transaction, case: int, without: Callable[[str], str]) -> None:
    """Keep the grounds of every request about a case without what was erased."""
    for id, ground in tx.execute(_GROUNDS, {"case_id": case}).all():
        tx.execute(_REWORD, {"sought": id, "stated": without(ground)})


def decide(tx: Transaction, id: int, by: str, at: datetime, verdict: str) -> bool:
    """Keep what was decided; False where somebody was faster."""
    return tx.execute(_DECIDE, {"sought": id, "who": by, "moment": at, "answer": verdict}).rowcount == 1
