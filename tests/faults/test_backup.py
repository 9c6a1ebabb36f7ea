"""Faults 17 and 18: backups while people work, restored elsewhere; old ones too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from time import sleep

import pytest

from runner.app import Runner
from runner.backup.making import Made, make
from runner.backup.restoring import restore
from runner.config import RecordSettings, Settings
from runner.domain.person import SYSTEM
from runner.store import snapshot
from tests.backup.conftest import EmptyDatabase, empty, nothing, tools  # noqa: F401  # two are fixtures
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import FIRST, VALUES, another, figure, writing
from tests.six_tasks import CODE, OFFICER, STEPS
from tests.world import World

BACKUPS = figure(3, 50)
WRITERS = 3
PAUSE = figure(80, 400) / 1_000
"""Seconds between two changes of a writer, so that the cases of fifty backups do not become too many to replay."""


class Load:
    """Officers who begin cases and work on them; each case gets a number, and a letter is sent about it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = Lock()
        self.entries: dict[int, int] = {}
        """How many entries of each case have been acknowledged."""
        self.failed: list[BaseException] = []

    def acknowledged(self) -> dict[int, int]:
        with self.known:
            return dict(self.entries)

    @contextmanager
    def running(self) -> Iterator[None]:
        stop = Event()
        threads = [Thread(target=self._guarded, args=(stop, seed)) for seed in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
        assert self.failed == []

    def _guarded(self, stop: Event, seed: int) -> None:
        try:
            with closing(another(self.world)) as runner:
                self._work(runner, stop, Random(seed))
        except BaseException as error:
            self.failed.append(error)

    def _work(self, runner: Runner, stop: Event, random: Random) -> None:
        while not stop.is_set():
            case = runner.cases.start(CODE, OFFICER, self.world.now).case
            self._note(case, 1)
            for done, step in enumerate(STEPS[: random.randint(0, len(STEPS))], 2):
                runner.tasks.submit(case, f"Task_{step}#1", VALUES, OFFICER, self.world.now)
                self._note(case, done)
                sleep(PAUSE)

    def _note(self, case: int, entries: int) -> None:
        with self.known:
            self.entries[case] = entries


def test_backups_under_load_are_whole_and_what_is_restored_sends_nothing_and_gives_no_number_again(
    office: OpenOffice,
    empty: EmptyDatabase,  # noqa: F811
    tools: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    world, random = office(writing()), Random(17)
    load, made, seconds = Load(world), list[tuple[Made, dict[int, int]]](), list[float]()
    world.runner.close()
    heads = tmp_path / "heads.txt"
    record = RecordSettings(key=str(tmp_path / "record.key"), heads=str(heads))
    world.runner = Runner(replace(world.runner.settings, record=record, postgres_tools=tools), world.clock)
    world.runner.make_key("office.example/motcua")
    with load.running():
        for _ in range(BACKUPS):
            sleep(random.uniform(0, 0.1))
            world.clock.advance(timedelta(minutes=1))
            world.runner.tick()  # what is sent here waits in the backups before, and is done in those behind
            known = load.acknowledged()
            made.append((make(world.runner, tmp_path / "backups", SYSTEM, nothing), known))
    world.runner.finish()
    with world.runner.database.read() as tx:
        numbers = set(tx.exec_driver_sql('SELECT number FROM "case" WHERE number IS NOT NULL').scalars())
    assert len(list(world.spool.glob("*.eml"))) > 0
    for backup, known in made:
        assert backup.manifest.checked.findings == ()
        seconds.append(backup.manifest.checked.copying)
        settings = empty()
        restored = restore(settings, world.clock, backup.folder, "The disk broke.", SYSTEM, nothing, [heads])
        with closing(Runner(settings, world.clock)) as runner:
            assert snapshot.faults(runner.database) == []
            _has(runner, known)
            invariant.check(runner)
            _sends_nothing(runner, restored.held, Path(settings.mail.removeprefix("spool:")))
            _gives_nothing_twice(runner, load.entries.keys(), numbers)
    rows = [backup.manifest.rows["journal"] for backup, _ in made]
    print(f"{len(made)} backups of {rows[0]} to {rows[-1]} entries, copied in at most {max(seconds)} s")


def _has(runner: Runner, known: dict[int, int]) -> None:
    """Everything that was acknowledged before the backup began is there."""
    with runner.database.read() as tx:
        held = dict(tx.exec_driver_sql('SELECT "case", max(seq) FROM journal GROUP BY "case"').all())
    assert {case: held.get(case, 0) for case, entries in known.items() if held.get(case, 0) < entries} == {}


def _sends_nothing(runner: Runner, held: int, spool: Path) -> None:
    """Nothing goes out before an operator lets it."""
    now = runner.clock.now()
    assert runner.tick().delivered == runner.outbox.deliver(now + timedelta(days=1)) == 0
    assert len(runner.outbox.waiting()) == held
    assert not spool.exists()


def _gives_nothing_twice(runner: Runner, given: Collection[int], numbers: Collection[str]) -> None:
    """A new case has an id and a number that the office which was lost has given to none."""
    now = runner.clock.now()
    case = runner.cases.start(CODE, OFFICER, now).case
    runner.tasks.submit(case, FIRST, VALUES, OFFICER, now)
    number = runner.cases.get(case, OFFICER)[0].number
    assert case not in given and number and number not in numbers
    assert runner.verification.run(now).tally.findings == []
    held = len(runner.outbox.waiting())
    assert runner.outbox.release("Đã xem từng thư", SYSTEM, now) == runner.outbox.deliver(now) == held > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plain_copy_of_a_live_database_loses_what_its_log_holds(office: OpenOffice, tmp_path: Path) -> None:
    world = office()
    load = Load(world)
    with load.running():
        while len(load.acknowledged()) < 20:
            sleep(0.01)
        known = load.acknowledged()
        copy = tmp_path / "plain.db"
        copy.write_bytes((tmp_path / "motcua.db").read_bytes())
    with closing(Runner(Settings(f"sqlite:///{copy}"))) as runner:
        try:
            held = set(runner.audit.cases())
        except Exception:  # the copy has not even its tables
            held = set()
    assert known.keys() - held
