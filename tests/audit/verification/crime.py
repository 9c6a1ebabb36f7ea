"""Somebody with the database's password and our source code, and the heads that were kept out of their reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import text

from runner.domain.journal import Entry, canonical, digest, seal
from runner.domain.record import RecordEvent, entry_leaf, event_leaf
from runner.domain.verification import Report
from runner.record import merkle
from runner.record.note import notes
from runner.store import case as cases
from runner.store import record_event
from tests.audit.verification.stage import Insider, Stage


class Crime:
    """The office, the insider, and the heads that somebody outside has kept since before the deed."""

    def __init__(self, stage: Stage, url: str) -> None:
        self.stage, self.insider, self.url = stage, Insider(url), url
        stage.signed()
        self.kept = stage.heads()

    def entries(self, case: int) -> list[Entry]:
        with self.stage.runner.database.read() as tx:
            return cases.entries(tx, case)

    def write(self, entry: Entry) -> None:
        """Write an entry over the one of its number."""
        self.insider.do(
            "UPDATE journal SET actor = :actor, payload = :payload, payload_sha256 = :digest, previous = :previous,"
            ' state = :state, hash = :hash WHERE "case" = :case AND seq = :seq',
            **{name: getattr(entry, name) for name in ("actor", "payload", "previous", "state", "hash", "case", "seq")},
            digest=entry.payload_sha256,
        )

    def restamp(self, case: int, seq: int, **changed: Any) -> None:
        """Change an entry and seal it and all behind it anew, as if it had always been so; the row fits, too."""
        previous = b""
        for entry in self.entries(case):
            if entry.seq < seq:
                continue
            fresh = replace(entry, **changed) if entry.seq == seq else replace(entry, previous=previous)
            body = digest(fresh.payload or "", fresh.salt)
            parts = (case, fresh.seq, fresh.at, fresh.actor, fresh.kind, body, fresh.state, fresh.previous)
            previous = seal(*parts)
            self.write(replace(fresh, payload_sha256=body, hash=previous))
        self.insider.do('UPDATE "case" SET head = :head WHERE id = :case', head=previous, case=case)

    def relog(self) -> None:
        """Compute the whole log again over what now stands there, heads in the database taken away."""
        runner = self.stage.runner
        with runner.database.read() as tx:
            leaves = tx.execute(text('SELECT "index", "case", seq FROM record_leaf ORDER BY "index"')).all()
            events = {each.id: each for each in record_event.events(tx)}
            stored = {
                (case, seq): hash for case, seq, hash in tx.execute(text('SELECT "case", seq, hash FROM journal'))
            }
        rows: list[dict[str, Any]] = []
        for _, case, seq in leaves:
            if case == 0 and seq in events:
                data = event_leaf(seq, events[seq].hash)
            elif (case, seq) in stored:
                data = entry_leaf(case, seq, stored[case, seq])
            else:
                continue
            rows.append({"i": len(rows), "case": case, "seq": seq, "hash": merkle.leaf_hash(data)})
        node = merkle.nodes_of([row["hash"] for row in rows])
        with self.insider.editing() as tx:
            for table in ("record_leaf", "record_node", "record_head", "record_pending"):
                tx.execute(text(f"DELETE FROM {table}"))
            tx.execute(
                text('INSERT INTO record_leaf ("index", "case", seq, hash) VALUES (:i, :case, :seq, :hash)'), rows
            )
            for index in range(len(rows) >> 8):
                made = {"i": index, "hash": node(8, index)}
                tx.execute(text('INSERT INTO record_node (level, "index", hash) VALUES (8, :i, :hash)'), made)

    def tell(self, id: int, **changed: Any) -> None:
        """Write an event over itself, its hash too."""
        with self.stage.runner.database.read() as tx:
            before = record_event.event(tx, id)
        assert before is not None
        after = replace(before, **changed)
        made = RecordEvent.make(after.id, after.at, after.actor, after.kind, after.province, after.subject, after.facts)
        facts = canonical(made.facts)
        statement = "UPDATE record_event SET facts = :facts, subject = :subject, hash = :hash WHERE id = :id"
        self.insider.do(statement, facts=facts, subject=made.subject, hash=made.hash, id=id)

    def event(self, kind: str, subject: str = "") -> RecordEvent:
        with self.stage.runner.database.read() as tx:
            found = [each for each in record_event.events(tx, kinds=[kind]) if not subject or each.subject == subject]
        return found[-1]

    # -- who looks -----------------------------------------------------------------------------------------------------

    def outside(self) -> Report:
        """The log against the heads that somebody kept, as ``motcua verify --head FILE`` does it."""
        runner = self.stage.runner
        return runner.verification.log(self.stage.now, heads={"thanh tra": notes(self.kept)}, keys=runner.public_keys())

    def inside(self) -> Report:
        """Everything, as the worker does at night; the file of heads on the machine is the insider's."""
        (self.stage.keys / "heads.txt").write_text("", "utf-8")
        return self.stage.report()


def found(report: Report) -> set[str]:
    """The codes of what a verification found."""
    return {finding.what for finding in report.tally.findings}
