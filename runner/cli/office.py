"""``motcua office``: a demonstration that looks like an office at work, with dossiers of both provinces in every state.

Made by really running them with a clock that is moved, up to now: deadlines, pauses and incidents are true.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from runner.app import DemoInProduction, Runner
from runner.cli import text
from runner.cli.command import Reply, command
from runner.cli.console import Console, content_root
from runner.cli.demo import MAIL, NotForDemo
from runner.cli.operator import machine
from runner.cli.parameter import CONTENT
from runner.demo import script
from runner.demo.stage import Stage
from runner.domain.case import CaseStatus
from runner.domain.channel import Channel, ChannelKind
from runner.domain.person import SYSTEM
from runner.language import say
from runner.reports.people import work

OPENED = timedelta(days=60)
"""So long before today the procedures were deployed: before the first dossier came, even over the longest holidays."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Of passwords: those that look like no digit and no other letter."""


@command("office", "Trình diễn: khoảng 40 hồ sơ của hai tỉnh ở mọi trạng thái, chạy thật với thời gian được dời.")
@CONTENT
def office(console: Console, content: Path | None) -> Reply:
    runner = prepared(console)
    if runner.demonstration.played():
        return Reply({"cases": []}, [say("Hồ sơ trình diễn đã có sẵn; dữ liệu được giữ nguyên.")])
    cases = play(runner, content_root(content))
    said = say(
        "Đã tạo {count} hồ sơ trình diễn; {open} hồ sơ đang được giải quyết.",
        count=len(cases),
        open=len(_open(runner, cases)),
    )
    return Reply({"cases": cases}, [said])


def prepared(console: Console) -> Runner:
    """The runner of this call, on a database that only holds a demonstration, with its people.

    Raises `NotForDemo` where there are other people or cases, and `DemoInProduction`.
    """
    if console.settings.production:
        raise DemoInProduction
    console.settings = replace(console.settings, mail=MAIL)
    runner = console.runner
    if not runner.demonstration.marked():
        if runner.people.all() or runner.audit.cases():
            raise NotForDemo(database=console.place)
        runner.demonstration.mark()
    known = {person.id for person in runner.people.all()}
    for person in script.people():
        if person.id not in known:
            runner.people.save(person)
    return runner


def open_accounts(runner: Runner) -> str:
    """Give every account of the demonstration one password, and return it: the same as before, if there was one."""
    if password := runner.accounts.demonstration():
        return password
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    runner.accounts.demonstrate([person.id for person in script.people()], password, runner.clock.now())
    return password


def play(runner: Runner, root: Path) -> list[int]:
    """Play every dossier up to now, and say which cases they became."""
    now, via = runner.clock.now(), Channel(ChannelKind.CLI, machine=machine())
    people = [replace(each, via=via) for each in script.people()]
    runner.procedures.deploy(root / "bpmn", SYSTEM, now - OPENED)
    dossiers = script.dossiers(runner.procedures.calendar, now)
    cases = Stage(runner, people, root).play(dossiers, now)
    runner.demonstration.keep_played()
    return cases


def listing(runner: Runner) -> Iterator[str]:
    """The people of the demonstration as lines: account, name, what they do and where."""
    heads = tuple(map(say, ("Tài khoản", "Họ tên", "Tỉnh", "Vai trò")))
    places, people = runner.organisations.all(), script.people()
    yield from text.table([(each.id, each.name, *work(places, each)) for each in people], heads)


def _open(runner: Runner, cases: list[int]) -> list[int]:
    administrator = script.people()[-1]
    return [case for case in cases if runner.cases.get(case, administrator)[0].status == CaseStatus.OPEN]
