"""``motcua token``: the tokens by which other systems act for a person through the REST interface."""

from __future__ import annotations

from collections.abc import Sequence

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.domain.token import Scope, Token
from runner.language import say

_ACCOUNT = click.argument("account")
_NAME = option("--name", required=True, metavar="TEXT", help="Tên để nhận ra mã truy cập, như tên hệ thống dùng nó.")


@command("list", "Liệt kê mã truy cập của một tài khoản hoặc của mọi tài khoản, kể cả mã đã thu hồi.")
@click.argument("account", required=False)
def listing(console: Console, account: str | None) -> Reply:
    runner = console.runner
    people = [console.person(account)] if account else runner.people.all()
    tokens = [token for person in people for token in runner.accounts.tokens(person.id)]
    heads = tuple(map(say, ("Tài khoản", "Tên", "Quyền", "Tạo lúc", "Trạng thái")))
    rows = [(each.person, each.name, each.scopes, formatting.moment(each.created), _standing(each)) for each in tokens]
    return Reply(
        [_facts(each) for each in tokens], text.table(rows, heads) if rows else [say("Chưa có mã truy cập nào.")]
    )


@command("create", "Tạo mã truy cập; mã chỉ được in ra một lần này.")
@_ACCOUNT
@_NAME
@option("--scope", "scopes", multiple=True, required=True, metavar="|".join(Scope), help="Quyền của mã truy cập.")
def create(console: Console, account: str, name: str, scopes: Sequence[str]) -> Reply:
    runner = console.runner
    token = runner.accounts.create_token(account, name, scopes, runner.clock.now(), operator())
    kept = next(each for each in runner.accounts.tokens(account) if each.name == name.strip())
    warning = say("Hãy cất mã này ngay: hệ thống chỉ giữ mã băm và không in lại được.")
    return Reply(_facts(kept) | {"token": token}, [token, warning])


@command("revoke", "Thu hồi mã truy cập; yêu cầu kế tiếp dùng mã này bị từ chối.")
@_ACCOUNT
@_NAME
def revoke(console: Console, account: str, name: str) -> Reply:
    runner = console.runner
    runner.accounts.revoke_token(account, name, runner.clock.now(), operator())
    kept = next(each for each in runner.accounts.tokens(account) if each.name == name)
    return Reply(
        _facts(kept), [say("Đã thu hồi mã truy cập “{name}” của tài khoản {account}.", name=name, account=account)]
    )


def _standing(token: Token) -> str:
    if token.revoked is None:
        return say("còn hiệu lực")
    return say("thu hồi lúc {moment}", moment=formatting.moment(token.revoked))


def _facts(token: Token) -> dict[str, object]:
    return {
        "person": token.person,
        "name": token.name,
        "scopes": token.scopes.split(),
        "created": formatting.iso(token.created),
        "revoked": formatting.iso(token.revoked),
    }


token = group("token", "Mã truy cập để hệ thống khác làm việc qua giao diện REST.", [listing, create, revoke])
