"""The application's role on PostgreSQL does its whole work, and cannot change what is kept for ever."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Table, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

import runner.store
from runner.app import Runner
from runner.config import Settings
from runner.domain.person import SYSTEM, Role
from runner.services.finding import Grade
from runner.store import rights
from runner.store.index import metadata
from runner.store.rights import RIGHTS, RoleMissing, RoleTooStrong, Standing
from runner.store.session import Database
from tests.procedures.dossier import Dossier
from tests.services.office import CLERK, COUNT, COUNTED
from tests.services.office import CODE as COMPONENTS
from tests.services.test_attachments import Desk
from tests.six_tasks import CODE, OFFICER, STEPS, SixTasks, values
from tests.web.every_component import PDF, PNG, deploy
from tests.world import person

APPLICANT = "Công ty Bưu chính Lam Giang Xanh"
ROLE = f"motcua_app_{os.getpid()}"
PASSWORD = "of the tests"  # noqa: S105
GUARDED = [name for name, given in RIGHTS.items() if not {"UPDATE", "DELETE"} & {*given}]
WRITES = {"update": {"UPDATE"}, "delete": {"DELETE"}, "insert": {"INSERT"}, "upsert": {"INSERT", "UPDATE"}}
ANEW = "on_conflict_do_update"
BY_TRIGGER = {("record_pending", "INSERT")}
"""What the triggers do with the role's own rights."""
BY_FUNCTION = {("journal", "UPDATE")}
"""What a statement does by a function of the owner where the database has roles."""

REFUSED = "permission denied|must be owner"
BY_OWNER = {("epoch", "INSERT")}
"""What is only done by who restores a backup."""

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def role_url(database_url: str) -> Iterator[str]:
    """The URL by which the application connects, with its rights given by the owner."""
    owner = Database(database_url)
    with owner.change() as tx:
        tx.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    try:
        rights.grant(owner, ROLE)
        yield make_url(database_url).set(username=ROLE, password=PASSWORD).render_as_string(hide_password=False)
    finally:
        with owner.change() as tx:
            tx.exec_driver_sql(f"DROP OWNED BY {ROLE}")
            tx.exec_driver_sql(f"DROP ROLE {ROLE}")
        owner.close()


def needed() -> dict[str, set[str]]:
    """What the statements in the source of the store do to which table, as `RIGHTS` has it."""
    found: dict[str, set[str]] = defaultdict(set)
    folder = Path(runner.store.__file__).parent
    for path in sorted(folder.glob("*.py")):
        module = import_module(f"runner.store.{path.stem}")
        for top in ast.parse(path.read_text("utf-8")).body:
            calls = [node for node in ast.walk(top) if isinstance(node, ast.Call)]
            anew = any(isinstance(call.func, ast.Attribute) and call.func.attr == ANEW for call in calls)
            for call in calls:
                name = ast.unparse(call.func)
                if name not in WRITES:
                    continue
                kept = any(word.arg == "keep" for word in call.keywords)
                does = WRITES["insert" if kept else "upsert" if anew and name == "insert" else name]
                for table in tables(module, call.args[0]):
                    found[table.name] |= does
    return found


def tables(module: object, named: ast.expr) -> list[Table]:
    """The tables that an expression in the source of a module means."""
    place = getattr(module, ast.unparse(named).split(".")[0], None)
    for part in ast.unparse(named).split(".")[1:]:
        place = getattr(place, part)
    return [place] if isinstance(place, Table) else []


def test_each_table_has_the_rights_that_statements_need_and_no_other() -> None:
    assert RIGHTS.keys() == {*metadata.tables, "alembic_version"}
    given = {(table, right) for table, granted in RIGHTS.items() for right in granted}
    needs = {(table, right) for table, does in needed().items() for right in does}
    assert given == needs - BY_FUNCTION - BY_OWNER | BY_TRIGGER


@on_postgres
def test_the_whole_life_of_a_case_needs_no_more_than_the_rights_of_the_application(
    role_url: str, tmp_path: Path
) -> None:
    world = SixTasks(role_url, tmp_path)
    case = world.runner.cases.start(CODE, OFFICER, world.now).case
    for step in STEPS:
        world.runner.tasks.claim(case, f"Task_{step}#1", OFFICER, world.now)
        world.runner.tasks.save_draft(case, f"Task_{step}#1", values(step), OFFICER, world.now)
        world.runner.tasks.submit(case, f"Task_{step}#1", values(step), OFFICER, world.now, f"key {step}")
        world.runner.tick()
    late = world.runner.cases.start(CODE, OFFICER, world.now).case
    world.later(days=30).runner.tick()
    assert world.runner.audit.replay(case, SYSTEM) is world.runner.audit.replay(late, SYSTEM) is None
    world.runner.audit.rebuild(late)
    world.runner.close()


@on_postgres
def test_files_come_and_go_by_the_rights_of_the_application(role_url: str, tmp_path: Path) -> None:
    desk = Desk(role_url, tmp_path)
    deploy(desk, tmp_path)
    desk.start(COMPONENTS)
    desk.runner.tasks.submit(desk.case, COUNT, COUNTED, CLERK, desk.now)
    kept, given_up = desk.attach(), desk.attach("ảnh.png", PNG)
    desk.send(kept)
    assert desk.read(kept) == PDF
    desk.later(days=2).runner.tick()
    assert desk.stored == 1, given_up
    assert desk.runner.verification.run(desk.now).tally.findings == []
    desk.runner.close()


@on_postgres
def test_what_the_law_erases_goes_through_the_owners_function_alone(role_url: str, tmp_path: Path) -> None:
    world = Dossier(role_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.on("2022-09-26 08:30", "Task_B1_receive", applicant_name=APPLICANT)
    requested, approved = person(Role.ADMINISTRATOR), person("director")
    world.runner.retention.erasures.carry_out(world.case, "Điều 16 Nghị định 13", requested, approved, world.now)
    world.at("2022-09-26 11:00")
    assert world.forget().proved()
    with world.runner.database.read() as tx:
        left = tx.execute(text("SELECT count(*) FROM journal WHERE payload LIKE :name"), {"name": f"%{APPLICANT}%"})
        assert left.scalar_one() == 0
    refused = pytest.raises(DBAPIError, match="no erasure in the journal names this entry")
    with refused, world.runner.database.change() as tx:
        tx.exec_driver_sql("SELECT erase_payload(1, 999)")
    world.runner.close()


@on_postgres
def test_the_application_cannot_change_what_is_kept_for_ever(role_url: str) -> None:
    application = Database(role_url)
    for table in GUARDED:
        column = next(iter(metadata.tables[table].columns)).name if table in metadata.tables else "version_num"
        for statement in (
            f'UPDATE "{table}" SET "{column}" = "{column}"',
            f'DELETE FROM "{table}"',
            f'TRUNCATE "{table}"',
            f'ALTER TABLE "{table}" ADD x int',
        ):
            with pytest.raises(ProgrammingError, match=REFUSED), application.change() as tx:
                tx.exec_driver_sql(statement)
    application.close()


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_change ON journal",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE public.beside (x int)",
        "SELECT setval('case_id', 1)",
        'TRUNCATE "case"',
        "DROP TABLE journal",
    ],
)
def test_the_application_cannot_take_the_guards_away(role_url: str, statement: str) -> None:
    database = Database(role_url)
    with pytest.raises(ProgrammingError, match=REFUSED), database.change() as tx:
        tx.execute(text(statement))
    database.close()


@on_postgres
def test_rights_given_by_hand_are_found_and_taken_back(role_url: str, database: Database) -> None:
    application = Database(role_url)
    assert rights.standing(application) == Standing(ROLE, superuser=False, owner=False, excess=())
    with database.change() as tx:
        tx.exec_driver_sql(f"GRANT UPDATE, TRUNCATE ON journal TO {ROLE}")
        tx.exec_driver_sql("GRANT DELETE ON blob TO PUBLIC")
    excess = (("blob", "DELETE"), ("journal", "TRUNCATE"), ("journal", "UPDATE"))
    assert rights.standing(application) == Standing(ROLE, superuser=False, owner=False, excess=excess)
    rights.grant(database, ROLE)
    assert rights.standing(application) == Standing(ROLE, superuser=False, owner=False, excess=())
    application.close()


@on_postgres
def test_the_owner_gives_the_rights_when_it_migrates_and_the_doctor_says_what_a_role_could_do(
    role_url: str, database_url: str, database: Database
) -> None:
    def said(url: str) -> tuple[Grade, str]:
        with closing(Runner(Settings(url))) as runner:
            found = {each.id: each for each in runner.doctor.examine(runner.clock.now())}
        return found["rights"].grade, found["rights"].sentence

    assert said(role_url) == (Grade.WELL, f"Vai trò {ROLE} chỉ có những quyền cần dùng.")
    assert (said(database_url)[0], "quản trị cả máy chủ" in said(database_url)[1]) == (Grade.MEND, True)
    with database.change() as tx:
        tx.exec_driver_sql(f"GRANT UPDATE, DELETE ON journal, blob TO {ROLE}")
    grade, sentence = said(role_url)
    assert (grade, "có quyền thừa DELETE, UPDATE trên blob, journal." in sentence) == (Grade.MEND, True)
    with closing(Runner(Settings(database_url, database_role=ROLE))) as owner:
        owner.migrate()
        assert owner.protect() == []
    assert said(role_url)[0] == Grade.WELL


@on_postgres
def test_a_role_that_is_not_there_or_owns_the_tables_is_refused(database: Database) -> None:
    with pytest.raises(RoleMissing, match="CREATE ROLE nobody_of_this_name LOGIN"):
        rights.grant(database, "nobody_of_this_name")
    owner = rights.standing(database)
    assert owner is not None
    assert (owner.superuser, owner.owner) == (True, True)
    with pytest.raises(RoleTooStrong):
        rights.grant(database, owner.role)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_has_no_roles(database: Database) -> None:
    rights.grant(database, "whoever")
    assert rights.standing(database) is None
