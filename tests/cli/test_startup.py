"""What a command imports: nothing that it does not need, so that it begins at once. `bench/startup.py` measures it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Terminal
from tests.world import ROOT

DATABASE = {"sqlalchemy", "asyncio"}  # SQLAlchemy always imports asyncio
MIGRATIONS = {"alembic", "mako"}
ENGINE = {"SpiffWorkflow", "runner.engine"}
DIAGRAMS = {"lxml", "runner.bpmn", "runner.feel"}
LINTER = {"runner.lint"}
HOLIDAYS = {"holidays", "dateutil"}
FACTS = {"pydantic"}
WEB = {"flask", "werkzeug", "jinja2", "gunicorn"}
PICTURES = {"runner.drawing", "reportlab", "svglib", "resvg_py", "PIL"}
OTHERS = {"apscheduler", "argon2", "smtplib", "babel", "pygments"}
UNUSED = {"holidays.countries", "sqlalchemy.dialects.postgresql"}  # what libraries import unless they are kept from it
EVERYTHING = DATABASE | MIGRATIONS | ENGINE | DIAGRAMS | LINTER | HOLIDAYS | FACTS | WEB | PICTURES | OTHERS | UNUSED

PROBE = """
import sys
from runner.cli import main
report = sys.argv.pop()
try:
    main()
finally:
    with open(report, "w") as file:
        print(*sys.modules, file=file)
"""


def imported(terminal: Terminal, *words: object) -> set[str]:
    """Everything of `EVERYTHING` that a process of its own has imported when the command has ended well."""
    report = terminal.folder / "modules"
    command = [sys.executable, "-c", PROBE, "--database", terminal.url, *map(str, words), str(report)]
    done = subprocess.run(command, cwd=terminal.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return EVERYTHING & set(report.read_text().split())


def test_a_list_of_the_commands_imports_none(bare: Terminal) -> None:
    for words in (["--version"], ["--help"], []):
        assert imported(bare, *words) == set()


def test_a_deadline_counted_without_a_database_needs_holidays_and_facts_only(bare: Terminal) -> None:
    words = ["due", "ha-tinh", "--from", "2022-09-26T09:00", "--days", "5", "--content", ROOT]
    assert imported(bare, *words) == HOLIDAYS | FACTS


def test_what_only_reads_a_list_needs_no_engine(office: Terminal) -> None:
    office.world().runner.demonstration.mark()
    for words in (["person"], ["token"], ["tasks", "--as", "one_stop_clerk@ben-tre"]):
        assert imported(office, *words) == DATABASE


def test_what_runs_a_case_checks_no_facts_and_needs_no_migrations_linter_holidays_or_pages(
    office: Terminal, intake: Callable[..., Path]
) -> None:
    office.world().runner.demonstration.mark()
    for words in (
        ["start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre", "--values", intake()],
        ["submit", "1", "Task_1_receive#1", "--as", "one_stop_clerk@ben-tre", "--values", intake()],
        ["case", "1"],
    ):
        assert imported(office, *words) - {"babel"} == DATABASE | ENGINE | DIAGRAMS


def test_a_command_ends_without_a_search_for_garbage_among_its_modules(bare: Terminal) -> None:
    probe = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count())); from runner.cli import main; main()"
    )
    command = [sys.executable, "-c", probe, "--version"]
    done = subprocess.run(command, cwd=bare.folder, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) > 1000


def test_a_database_of_this_version_is_not_migrated_again(office: Terminal) -> None:
    assert imported(office, "init") & MIGRATIONS == set()


def test_the_linter_needs_no_database(bare: Terminal) -> None:
    linter = ENGINE | DIAGRAMS | FACTS | LINTER | HOLIDAYS | {"runner.drawing"}  # it proves limits on the calendar
    assert imported(bare, "lint", ROOT / "bpmn/ben-tre/39.bpmn") == linter
