"""A command acts for somebody only on a demonstration, or after they have shown who they are."""

from __future__ import annotations

from typing import Any

import pytest

from runner.cli import console, person
from runner.cli.operator import machine
from runner.domain.channel import ChannelKind, Proof
from runner.domain.person import SYSTEM
from runner.services.accounts import Accounts
from runner.store import record_event
from tests.cli.conftest import Terminal
from tests.web.conftest import PASSWORD, QUICK

CLERK = "one_stop_clerk@ben-tre"
START = ("start", "ben-tre/39", "--as", CLERK)


@pytest.fixture
def real(office: Terminal) -> Terminal:
    """A terminal on an office that works, at which nobody is believed by their word."""
    office.known = False
    return office


def token(terminal: Terminal, account: str, *scopes: str) -> str:
    world = terminal.world()
    made = world.runner.accounts.create_token(account, "máy chủ", scopes, world.now)
    world.runner.close()
    return made


def started_by(terminal: Terminal) -> Any:
    world = terminal.world()
    [entry] = world.runner.audit.journal(1, SYSTEM)
    world.runner.close()
    return entry.via


def test_nobody_acts_for_another_by_naming_them(real: Terminal) -> None:
    refused = real(*START, code=3).stderr
    assert CLERK in refused and "MOTCUA_TOKEN" in refused
    assert real.json("replay", "--all")["cases"] == 0


def test_on_a_demonstration_everybody_may_be_anybody_and_the_machine_is_named(real: Terminal) -> None:
    real.world().runner.demonstration.mark()
    real(*START)
    via = started_by(real)
    assert (via.kind, via.machine, via.proof) == (ChannelKind.CLI, machine(), "")


def test_the_persons_own_token_identifies_them(real: Terminal) -> None:
    real.environment["MOTCUA_TOKEN"] = token(real, CLERK, "write")
    real(*START)
    via = started_by(real)
    assert (via.kind, via.token, via.machine) == (ChannelKind.CLI, "máy chủ", machine())


@pytest.mark.parametrize(
    ("account", "scope", "said"),
    [("specialist@ben-tre", "write", "không phải của"), (CLERK, "read", "quyền “write”")],
)
def test_the_token_of_another_or_one_that_only_reads_is_refused(
    real: Terminal, account: str, scope: str, said: str
) -> None:
    real.environment["MOTCUA_TOKEN"] = token(real, account, scope)
    assert said in real(*START, code=3).stderr


def test_the_password_is_asked_for_where_it_can_be_typed(real: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    world = real.world()
    Accounts(world.runner.database, QUICK).set_password(CLERK, PASSWORD, world.now)
    world.runner.close()
    typed = iter(["sai mật khẩu rồi đó", PASSWORD])
    monkeypatch.setattr(console, "getpass", lambda prompt: next(typed))
    monkeypatch.setattr(console, "interactive", lambda: True)
    assert "không đúng" in real(*START, code=3).stderr
    real(*START)
    assert started_by(real).proof == Proof.PASSWORD


def test_who_gives_accounts_passwords_and_tokens_is_told_by_the_account_of_the_machine(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person, "_typed", lambda: PASSWORD)
    world = office.world()
    with world.runner.database.read() as tx:
        last = record_event.events(tx)[-1].id
    world.runner.close()
    office("person", "add", "moi", "--name", "Người mới")
    office("person", "password", "moi")
    office("token", "create", "moi", "--name", "mã", "--scope", "write")
    office("token", "revoke", "moi", "--name", "mã")
    office("person", "remove", "moi")
    world = office.world()
    with world.runner.database.read() as tx:
        told = record_event.events(tx, last)
    world.runner.close()
    assert [each.kind for each in told] == ["person", "password", "token", "token", "person"]
    assert all(each.facts["via"] == {"kind": "cli", "machine": machine()} for each in told)
    assert office.json("replay", "--all")["found"] == 0
