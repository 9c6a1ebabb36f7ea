"""What came out of a backup, looked at as a database: its counts, its log, and every case verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from runner.app import Runner
from runner.config import RecordSettings, Settings
from runner.domain.verification import Finding
from runner.errors import MotcuaError
from runner.store import snapshot
from runner.store.snapshot import Contents

SAMPLE: Final = 200
"""How many cases are verified where not all are."""

Progress = Callable[[int, int], None]
"""Called with how many cases are done, of how many."""


class CopyBroken(MotcuaError):
    """Bản chép không nguyên vẹn, SQLite báo: {what}. Hãy kiểm tra ổ đĩa và tệp đang chạy; không giữ bản này."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the database holds, how many of its cases were verified, and what does not agree in it."""

    contents: Contents
    cases: int
    verified: int
    findings: tuple[Finding, ...]


def alone(settings: Settings, url: str, folder: Path) -> Settings:
    """Settings for a database that is only looked at: no key, no heads, and its mail goes nowhere but `folder`."""
    record = RecordSettings(key=str(folder / "none.key"), heads=str(folder / "none.txt"))
    mail = f"spool:{folder / 'mail'}"
    return replace(settings, database=url, mail=mail, mail_ca="", record=record, database_role="")


def look(runner: Runner, seed: int | None, progress: Progress) -> Look:
    """Verify every case, or `SAMPLE` of them drawn by `seed`, and always what is beside them.

    The database of an earlier version is brought to this one when its rows are counted. Raises `CopyBroken`.
    """
    if faults := snapshot.faults(runner.database):
        raise CopyBroken(what="; ".join(faults[:3]))
    held = snapshot.contents(runner.database)
    runner.migrate()
    ids, now = runner.audit.cases(), runner.clock.now()
    if seed is None or len(ids) <= SAMPLE:
        report = runner.verification.run(now, watch=lambda done: progress(done, len(ids)))
        return Look(held, len(ids), len(ids), tuple(report.tally.findings))
    chosen = sorted(Random(seed).sample(ids, SAMPLE))  # noqa: S311
    cases = runner.verification.run(now, chosen=chosen, watch=lambda done: progress(done, SAMPLE))
    beside = runner.verification.log(now)
    return Look(held, len(ids), SAMPLE, (*cases.tally.findings, *beside.tally.findings))


def differences(told: Contents, held: Contents) -> Sequence[str]:
    """The tables in which `held` has another number of rows than `told`, and the log where it is another one."""
    names = sorted(told.rows.keys() | held.rows.keys())
    differing = [name for name in names if told.rows.get(name) != held.rows.get(name)]
    return differing + (["record_leaf"] if (told.leaves, told.root) != (held.leaves, held.root) else [])
