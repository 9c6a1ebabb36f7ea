"""A drill: back up, restore elsewhere, look at everything, and tell how long it took. Nothing of it stays."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runner.app import Runner
from runner.backup import checking, making
from runner.backup.checking import Progress
from runner.backup.making import Made
from runner.backup.restoring import Restored, restore
from runner.clock import stopwatch
from runner.domain.person import Person
from runner.errors import MotcuaError
from runner.language import say
from runner.services.head_file import HeadFile
from runner.store import private, snapshot


class DrillSent(MotcuaError):
    """Diễn tập không đạt: cơ sở dữ liệu khôi phục đã gửi {count} thông báo khi chưa ai cho gửi."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill came to: the backup and the restore, and the seconds that both took with everything looked at."""

    made: Made
    restored: Restored
    seconds: float


def drill(runner: Runner, folder: Path, person: Person, progress: Progress) -> Drilled:
    """Do all of it in `folder`, as in earnest, but on a database beside the office's own. Raises what both raise."""
    elapsed = stopwatch()
    with private.alone():
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".drill-") as aside:
        place = Path(aside)
        made = making.copied(runner, place, progress)
        with snapshot.scratch(runner.database, place) as url:
            settings = checking.alone(runner.settings, url, place)
            heads = [file] if (file := runner.settings.heads_file) and HeadFile(file).checkpoints() else []
            reason = say("Diễn tập khôi phục")
            restored = restore(settings, runner.clock, made.folder, reason, person, progress, heads)
            with closing(Runner(settings, runner.clock)) as other:
                if sent := other.tick().delivered:
                    raise DrillSent(count=sent)
    return Drilled(made, restored, elapsed())
