"""The indexes of the tables, as the newest migration leaves them: what compares both needs them, no statement does.

Apart from the tables because those with a condition import PostgreSQL's dialect, on SQLite too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, text

from runner.store import (
    attachment_table,
    authoring_table,
    desk_table,
    epoch_table,
    erasure_table,
    impact_table,
    inbox_table,
    law_table,
    mining_table,
    record_table,
    sampling_table,
    table,
    verification_table,
)
from runner.store.search_table import case_officer, case_search

metadata = table.metadata
KEYED = (
    desk_table.desk_visit,
    epoch_table.epoch,
    inbox_table.saved_filter,
    law_table.law_revision,
    sampling_table.sample,
    sampling_table.sample_case,
    sampling_table.sample_remark,
    verification_table.verification,
)
"""Tables that need no index beside their keys."""


def _partial(name: str, *columns: Column[Any], where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


Index("case_list", table.case.c.province, table.case.c.status, table.case.c.id)
Index("case_due", table.case.c.province, table.case.c.due, table.case.c.id)
Index("case_delivered", table.case.c.province, table.case.c.result_delivered_at, table.case.c.id)
Index("case_procedure", table.case.c.province, table.case.c.procedure, table.case.c.id)
Index("case_settled", table.case.c.province, table.case.c.legal_clock_stopped_at)
_partial(
    "case_running",
    table.case.c.province,
    table.case.c.due,
    table.case.c.id,
    where="status = 'open' AND clock = 'running'",
)
_partial("case_draft", table.case.c.creator, table.case.c.id, where="status = 'draft'")
_partial("case_late", table.case.c.province, table.case.c.status, table.case.c.id, where="legal_clock_stopped_at > due")
_partial(
    "task_free",
    table.task.c.province,
    table.task.c.lane,
    table.task.c.due,
    table.task.c.case,
    table.task.c.id,
    where="closed IS NULL AND owner IS NULL",
)
_partial(
    "task_claimed",
    table.task.c.owner,
    table.task.c.due,
    table.task.c.case,
    table.task.c.id,
    where="closed IS NULL AND owner IS NOT NULL",
)
_partial(
    "task_held",
    table.task.c.province,
    table.task.c.lane,
    table.task.c.due,
    table.task.c.case,
    table.task.c.id,
    where="closed IS NULL AND owner IS NOT NULL",
)
_partial(
    "task_urgent",
    table.task.c.province,
    table.task.c.lane,
    table.task.c.waits,
    table.task.c.latest,
    table.task.c.case,
    table.task.c.id,
    table.task.c.owner,
    table.task.c.closed,  # what a count asks about stands in the index, so that it reads no row
    where="closed IS NULL AND owner IS NULL",
)
_partial(
    "task_urgent_own",
    table.task.c.owner,
    table.task.c.waits,
    table.task.c.latest,
    table.task.c.case,
    table.task.c.id,
    table.task.c.province,
    table.task.c.lane,
    table.task.c.closed,
    where="closed IS NULL AND owner IS NOT NULL",
)
_partial("timer_due", table.timer.c.due, table.timer.c.case, table.timer.c.id, where="due IS NOT NULL")
_partial("incident_open", table.incident.c.case, table.incident.c.id, where="closed IS NULL")
_partial("outbox_waiting", table.outbox.c.next_at, table.outbox.c.key, where="done_at IS NULL AND next_at IS NOT NULL")
Index("outbox_case", table.outbox.c.case)
Index("recount_pending", table.recount.c.waits, table.recount.c.case)
Index("mining_job_person", mining_table.mining_job.c.person, mining_table.mining_job.c.at)
Index("login_session_person", table.login_session.c.person)
Index("attachment_case", attachment_table.attachment.c.case, attachment_table.attachment.c.sha256)
_partial("attachment_pending", attachment_table.attachment.c.at, where="seq IS NULL")
_partial(
    "procedure_draft_open",
    authoring_table.procedure_draft.c.procedure,
    where="status IN ('editing', 'submitted', 'returned')",
    unique=True,
)
_partial("erasure_request_pending", erasure_table.erasure_request.c.case, where="verdict = ''", unique=True)
_partial("submission_pending", authoring_table.submission.c.procedure, where="verdict = ''", unique=True)
Index(
    "record_event_kind",
    record_table.record_event.c.kind,
    record_table.record_event.c.subject,
    record_table.record_event.c.id,
)
Index("record_event_list", record_table.record_event.c.kind, record_table.record_event.c.id)
Index("migration_order_source", impact_table.migration_order.c.source, impact_table.migration_order.c.version)
Index("migration_order_version", impact_table.migration_order.c.version, impact_table.migration_order.c.status)
Index("case_search_word", case_search.c.word, case_search.c.case)
Index("case_officer_person", case_officer.c.person, case_officer.c.case)
