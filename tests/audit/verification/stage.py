"""A small office with something in every table that the record holds, and an insider who edits it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from runner.app import Runner
from runner.audit.sampling.samples import Draw
from runner.config import RecordSettings
from runner.domain.calendar_edit import days_set
from runner.domain.deployment import Decision, Revision
from runner.domain.epoch import Epoch
from runner.domain.person import Role
from runner.domain.record import RecordKind
from runner.domain.sample import Look, Severity
from runner.domain.submission import Submission
from runner.domain.token import Scope
from runner.domain.verification import Report
from runner.domain.working_day import Day
from runner.services.case_transaction import IncidentNoted
from runner.services.record_key import KeyFile
from runner.store import epoch, law, record_event, recount
from runner.store import submission as submissions
from runner.store.index import metadata
from tests.content import write
from tests.services.departments import role
from tests.services.office import (
    CLERK,
    CODE,
    COUNT,
    COUNTED,
    DIRECTOR,
    FACTS,
    FORMS,
    KEEPER,
    LAST,
    PROVINCE,
    SPECIALIST,
    WEIGH,
    diagram,
    form,
)
from tests.services.test_attachments import Desk
from tests.web.every_component import FORM, PDF

AUDITOR = role(Role.AUDITOR)
NAMED = form(
    "so-luong",
    {"type": "number", "key": "amount", "label": "Số lượng", "validate": {"required": True, "min": 1}},
    {"type": "textfield", "key": "applicant_name", "label": "Người nộp", "validate": {"maxLength": 100}},
)
"""The form of the count, with what a citizen may have erased."""
STORM = days_set(Day(date(2022, 9, 29), "off", "Nghỉ bão", "Công điện"))
NUMBERED = (
    diagram()
    .replace(
        '<sequenceFlow id="Flow_Start_here_Split" sourceRef="Start_here" targetRef="Split"/>',
        '<sequenceFlow id="Flow_Start_here_Number" sourceRef="Start_here" targetRef="Service_number"/>'
        '<sequenceFlow id="Flow_Number_Split" sourceRef="Service_number" targetRef="Split"/>',
    )
    .replace(
        '<parallelGateway id="Split"/>',
        '<serviceTask id="Service_number" name="Cấp số" camunda:type="external" camunda:topic="allot_number"/>'
        '<parallelGateway id="Split"/>',
    )
    .replace("<flowNodeRef>Split<", "<flowNodeRef>Service_number</flowNodeRef><flowNodeRef>Split<")
)
"""The office's procedure, whose cases get a number when they begin."""


RULE = """
[[rules]]
id = "one-opinion"
sentence = "Ý kiến được ghi nhiều nhất một lần."
sentence_en = "An opinion is written once at most."
pattern = "at-most"
task = { form = ["y-kien"] }
most = 9
source = { ours = "Chỉ để thử." }
"""
"""A rule of law of the office."""


class Stage(Desk):
    """The office on the evening of a busy week; everything is in the log, and heads are signed."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self.keys = folder / "outside"
        self.keys.mkdir()
        record = RecordSettings(key=str(self.keys / "record.key"), heads=str(self.keys / "heads.txt"))
        self.runner.close()
        self.runner = Runner(replace(self.runner.settings, record=record), self.clock)

    @classmethod
    def new(cls, url: str, folder: Path) -> Stage:
        """The office before anything happens, with a key of its own."""
        path = write(folder / "content", CODE, NUMBERED, FACTS, FORMS | {"so-luong": NAMED})
        schema = {"type": "default", "id": "phieu", "components": FORM}
        (folder / "content/forms/phieu.form").write_text(json.dumps(schema), "utf-8")
        stage = cls(url, folder)
        KeyFile(stage.keys / "record.key").make("so-mau/motcua")
        stage.deploy(path, provinces=(PROVINCE,))
        return stage

    @classmethod
    def again(cls, url: str, folder: Path, found: Snapshot) -> Stage:
        """The office as it was, on a database that is so again."""
        stage = cls(url, folder)
        for name, data in found.files.items():
            (stage.keys / name).write_bytes(data)
        stage.clock.set(found.now)
        stage.case = found.case
        return stage

    def busy(self) -> Stage:
        """Something in every table that the record holds."""
        runner = self.runner
        runner.accounts.set_password(CLERK.id, "mười hai ký tự", self.now)
        for name in ("trục liên thông", "thử"):
            runner.accounts.create_token(SPECIALIST.id, name, [Scope.READ], self.now)
        runner.accounts.revoke_token(SPECIALIST.id, "thử", self.now)
        self._cases()
        runner.calendars.revise(PROVINCE, STORM, "Công điện 01", KEEPER, self.now)
        self._told()
        self.later(hours=1)
        runner.verification.nightly.work(self.clock.now())
        self.at("2022-10-08 02:00")
        while runner.verification.nightly.work(self.now):
            pass
        runner.verification.sample(self.now, KEEPER, seed=7)
        made = runner.samples.draw(Draw(PROVINCE, "Quý III", 2, seed=7), AUDITOR, self.now)
        for drawn in runner.samples.get(made.id, AUDITOR).cases:
            runner.samples.remark(made.id, drawn.case.id, Look.FOUND, Severity.LOW, "Thiếu", 1, AUDITOR, self.now)
        runner.samples.sign(made.id, AUDITOR, self.now)
        with runner.database.change() as tx:
            for number in range(260):  # enough leaves for a node of the second level
                record_event.append(tx, RecordKind.READ, "kiemtra", self.now, str(number), {"page": "journal"})
        self.signed()
        runner.tasks.claim(self.case, COUNT, CLERK, self.now)  # which is no leaf yet
        return self

    def signed(self) -> Stage:
        """Make leaves of everything, and sign."""
        self.runner.record_log.finish(self.now)
        return self

    def report(self) -> Report:
        """A verification of everything, by a process that has seen nothing."""
        return self.runner.verification.run(self.now)

    def heads(self) -> str:
        """Every head that was signed, as somebody outside keeps them."""
        return (self.keys / "heads.txt").read_text("utf-8")

    # -- what happens --------------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        self.start(CODE)
        self.runner.tasks.submit(self.case, COUNT, COUNTED, CLERK, self.now)
        self.send(self.attach("đơn đề nghị.pdf", PDF + b"x" * 1_200_000), self.attach("ảnh.pdf", PDF))
        self.runner.cases.message(self.case, "supplement_received", CLERK, self.now)
        self.later(minutes=5).runner.tick()
        self.runner.tasks.submit(self.case, LAST, {}, CLERK, self.now)
        self.start(CODE)  # withdrawn
        self.runner.cases.cancel(self.case, "Rút hồ sơ", CLERK, self.now)
        self.start(CODE)  # withdrawn, and erased
        self.runner.tasks.submit(self.case, COUNT, COUNTED | {"applicant_name": "Lê Văn Tám"}, CLERK, self.now)
        self.runner.cases.cancel(self.case, "Rút hồ sơ", CLERK, self.now)
        self.runner.retention.erasures.carry_out(self.case, "Điều 16 Nghị định 13/2023", KEEPER, DIRECTOR, self.now)
        self.start(CODE)  # an incident, and another person's try
        self.runner.tasks.claim(self.case, WEIGH, SPECIALIST, self.now)
        file = self.attach("biên bản.pdf")
        with suppress(IncidentNoted):
            self.send(file)
        self.start(CODE)  # late
        self.runner.tasks.claim(self.case, COUNT, CLERK, self.now)
        self.at("2022-09-28 08:30")
        self.start(CODE)

    def _told(self) -> None:
        runner, now = self.runner, self.now
        version = runner.procedures.in_force(CODE, now).digest
        with runner.database.change() as tx:
            recount.decide(tx, Decision(PROVINCE, 2, True, now, DIRECTOR.id, "Đồng ý"))
            made = Submission(0, CODE, PROVINCE, version, None, None, None, "", "Ghi chú", now, KEEPER.id)
            made = submissions.add(tx, made)
            law.revise(tx, Revision(PROVINCE, 1, now, KEEPER.id, "Ban hành"), {"rules.toml": RULE.encode()})
            decided = {"verdict": "approved", "decided": now, "decided_by": DIRECTOR.id, "reason": ""}
            submissions.decide(tx, replace(made, effective=now, **decided))
        restored = Epoch(1, now, "lan", "Ổ đĩa hỏng", "ab" * 32, now, 3, 5, 1_000, 0, 1_000, 200, date(2022, 9, 30))
        with runner.database.change() as tx:
            case, last, _ = epoch.last(tx)
            epoch.begin(tx, replace(restored, last_case=case, last_event=last), 10)
        self.start(CODE)


class Insider:
    """Edits a database behind the program's back, and puts everything back again."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self.engine: Engine = create_engine(url, connect_args={"isolation_level": None} if self.sqlite else {})

    @contextmanager
    def editing(self) -> Iterator[Connection]:
        """A transaction without guards, which are there again when it ends."""
        with self.engine.begin() as tx:
            if self.sqlite:
                tx.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                tx.execute(text("SET LOCAL session_replication_role = replica"))
                yield tx
                return
            triggers = tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _ in triggers:
                tx.exec_driver_sql(f'DROP TRIGGER "{name}"')
            yield tx
            for _, sql in triggers:
                tx.exec_driver_sql(sql)

    def do(self, *statements: str, **values: Any) -> None:
        """Execute statements without guards."""
        with self.editing() as tx:
            for statement in statements:
                tx.execute(text(statement), values)

    def close(self) -> None:
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a busy stage has: the rows of each table, the counters of PostgreSQL, key and heads, the time."""

    rows: dict[str, list[dict[str, Any]]]
    counters: list[tuple[str, int]]
    files: dict[str, bytes]
    now: datetime
    case: int

    @classmethod
    def of(cls, stage: Stage, insider: Insider) -> Snapshot:
        """What a stage has now."""
        with insider.engine.connect() as tx:
            names = [table.name for table in metadata.sorted_tables]
            rows = {name: [dict(row._mapping) for row in tx.execute(text(f'SELECT * FROM "{name}"'))] for name in names}
            counted = text("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
            counters = [] if insider.sqlite else [(name, last) for name, last in tx.execute(counted)]
        files = {path.name: path.read_bytes() for path in stage.keys.iterdir()}
        return cls(rows, counters, files, stage.now, stage.case)

    def put_back(self, insider: Insider) -> None:
        """Make the database what it was."""
        with insider.editing() as tx:
            for name in reversed(self.rows):
                tx.execute(text(f'DELETE FROM "{name}"'))
            for name, rows in self.rows.items():
                if rows:
                    columns, values = (", ".join(form.format(each) for each in rows[0]) for form in ('"{}"', ":{}"))
                    tx.execute(text(f'INSERT INTO "{name}" ({columns}) VALUES ({values})'), rows)
            for name, last in self.counters:
                tx.execute(text(f"SELECT setval('{name}', {last})"))


_BUSY: dict[bool, Snapshot] = {}


def busy(url: str, folder: Path) -> Stage:
    """A busy stage on an empty database: played once for each kind of database, put in place after that."""
    insider = Insider(url)
    try:
        if found := _BUSY.get(insider.sqlite):
            found.put_back(insider)
            return Stage.again(url, folder, found)
        stage = Stage.new(url, folder).busy()
        _BUSY[insider.sqlite] = Snapshot.of(stage, insider)
    finally:
        insider.close()
    return stage
