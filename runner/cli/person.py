"""``motcua person``: accounts and the lanes in which they work."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from getpass import getpass

import click

from runner.app import Runner
from runner.cli import text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.domain.person import SYSTEM, Person, Role
from runner.errors import Refused
from runner.language import say
from runner.services.access import OWN

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
_ACCOUNT = click.argument("account")


class AccountInvalid(Refused):
    """Tên tài khoản “{account}” không dùng được: chỉ gồm chữ cái không dấu, chữ số và . _ @ -, tối đa 100 ký tự."""


class PasswordsDiffer(Refused):
    """Hai lần nhập mật khẩu không giống nhau."""


class LaneUnknown(Refused):
    """Không có vai trò “{lane}”; các vai trò hiện có: {lanes}."""


@command("list", "Liệt kê tài khoản.")
def listing(console: Console) -> Reply:
    people = console.runner.people.all()
    rows = [(person.id, person.name, ", ".join(_lanes(person)) or "–") for person in people]
    heads = tuple(map(say, ("Tài khoản", "Họ tên", "Vai trò")))
    return Reply(
        [_facts(person) for person in people], text.table(rows, heads) if rows else [say("Chưa có tài khoản nào.")]
    )


@command("add", "Thêm tài khoản, hoặc ghi lại tài khoản đã có với đúng các vai trò này.")
@_ACCOUNT
@option("--name", required=True, metavar="TEXT", help="Họ tên.")
@option("--email", default="", metavar="TEXT", help="Thư điện tử để nhận thông báo.")
@option("--lane", "lanes", multiple=True, metavar="PROVINCE/LANE", help="Vai trò, như ha-tinh/specialist.")
def add(console: Console, account: str, name: str, email: str, lanes: Sequence[str]) -> Reply:
    runner = console.runner
    if not _ID.fullmatch(account) or account == SYSTEM.id:
        raise AccountInvalid(account=account)
    known = known_lanes(runner) if lanes else []
    for lane in lanes:
        if lane not in known:
            raise LaneUnknown(lane=lane, lanes=", ".join(known) or "–")
    groups = frozenset((province, lane) for province, _, lane in (each.partition("/") for each in lanes))
    person = Person(account, name, groups, email)
    runner.people.save(person, operator())
    return Reply(_facts(person), [say("Đã ghi tài khoản {account} ({name}).", account=account, name=name)])


@command("remove", "Đóng tài khoản.")
@_ACCOUNT
def remove(console: Console, account: str) -> Reply:
    runner = console.runner
    person = runner.people.get(account)
    runner.people.dismiss(account, operator())
    closed = replace(person, groups=frozenset())
    return Reply(_facts(closed), [say("Đã đóng tài khoản {account}.", account=account)])


@command("password", "Đặt mật khẩu đăng nhập; gõ hai lần, hoặc đưa vào một dòng qua đầu vào chuẩn.")
@_ACCOUNT
def password(console: Console, account: str) -> Reply:
    runner = console.runner
    person = console.person(account)
    runner.accounts.set_password(account, _typed(), runner.clock.now(), operator())
    return Reply(_facts(person), [say("Đã đặt mật khẩu cho tài khoản {account}.", account=account)])


def known_lanes(runner: Runner) -> list[str]:
    """The lanes and roles of provinces with an organisation, as ``province/lane``, ``province/role@agency``."""
    found = []
    for province in runner.organisations.all().values():
        agencies = [OWN, *province.agencies] if province.agencies else []
        limited = [f"{role}@{agency}" for role in Role for agency in agencies]
        found += [f"{province.code}/{each}" for each in (*province.lanes, *Role, *limited)]
    return sorted(found)


def _typed() -> str:
    """A password typed twice without being shown, or the line that a script pipes in. Raises `PasswordsDiffer`."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = (getpass(f"{say(each)}: ") for each in ("Mật khẩu", "Nhập lại mật khẩu"))
    if first != second:
        raise PasswordsDiffer
    return first


def _lanes(person: Person) -> list[str]:
    return sorted(f"{province}/{lane}" for province, lane in person.groups)


def _facts(person: Person) -> dict[str, object]:
    return {"id": person.id, "name": person.name, "email": person.email, "lanes": _lanes(person)}


person = group("person", "Tài khoản và vai trò.", [listing, add, remove, password])
