"""What a command takes from start to end: CPU time of its process, as a multiple of Python's own in the same run."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from statistics import median
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory

from bench.figure import Figure
from runner.app import Runner
from runner.config import Settings
from runner.domain.person import SYSTEM, Lane, Person

ROUNDS = 20
ROOT = Path(__file__).parent.parent
CODE = "ben-tre/39"
CLERK = Person("clerk", "Clerk", frozenset({("ben-tre", Lane.ONE_STOP_CLERK)}))
INTAKE = {
    "applicant_name": "Công ty TNHH Chuyển phát Xứ Dừa",
    "applicant_address": "12 Đồng Khởi, thành phố Bến Tre",
    "contact_name": "Võ Thị Lan",
    "contact_phone": "0900 000 139",
    "request_content": "Đổi địa chỉ trụ sở",
    "dossier_papers": [{"paper": "Văn bản thông báo thay đổi", "kind": "original", "copies": 1}],
    "intake_decision": "complete",
    "result_place": "centre",
}
DUE = ("due", "ha-tinh", "--from", "2022-09-26T09:00", "--days", "5", "--content", str(ROOT))
COMMANDS = {
    ("--version",): 8,
    ("--help",): 8,
    DUE: 18,
    ("lint", str(ROOT / f"bpmn/{CODE}.bpmn")): 40,
    ("person", "list"): 40,
    ("tasks", "--as", CLERK.id): 40,
    ("incidents", "list"): 40,
    ("case", "1"): 40,
    ("start", CODE, "--as", CLERK.id): 60,
    ("submit", "1", "Task_1_receive#1", "--as", CLERK.id, "--values", "intake.json"): 60,
}
"""What is measured, and how many times Python's own CPU time it may take."""


def commands() -> Iterator[Figure]:
    """Every command of `COMMANDS`; those that need a database find one with a case as it was just taken in."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _office(folder / "office.db")
        (folder / "intake.json").write_text(json.dumps(INTAKE), encoding="utf-8")
        took: dict[tuple[str, ...], list[float]] = {words: [] for words in ((), *COMMANDS)}
        for _ in range(ROUNDS + 1):  # the first round only fills Python's cache of compiled modules
            for words, times in took.items():
                copyfile(folder / "office.db", folder / "motcua.db")
                times.append(_cpu(words, folder))
        python, *others = (median(times[1:]) for times in took.values())
        for (words, most), cpu in zip(COMMANDS.items(), others, strict=True):
            detail = f"{cpu * 1000:.0f} ms; python {python * 1000:.0f} ms"
            yield Figure(f"CPU of motcua {words[0]}", cpu / python, "× python", most, False, detail)


def _office(file: Path) -> None:
    """A database with one procedure, one clerk and one case that waits for the clerk."""
    runner = Runner(Settings(database=f"sqlite:///{file}"))
    runner.migrate()
    now = runner.clock.now()
    runner.people.save(CLERK)
    runner.procedures.deploy(ROOT / f"bpmn/{CODE}.bpmn", SYSTEM, now)
    runner.cases.start(CODE, CLERK, now)
    runner.close()


def _cpu(words: tuple[str, ...], folder: Path) -> float:
    """Seconds of CPU, user and system, that a process takes for the command; without words, for nothing at all."""
    code = "from runner.cli import main; main()" if words else "pass"
    database = "missing.db" if words == DUE else "motcua.db"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"MOTCUA_DATABASE": f"sqlite:///{folder / database}", "MOTCUA_MAIL": f"spool:{folder / 'mail'}"}
    process = Popen([sys.executable, "-c", code, *words], cwd=folder, env=environment, stdout=DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return usage.ru_utime + usage.ru_stime
