"""``motcua incidents``: what stopped, to be tried again or closed by an administrator of the province."""

from __future__ import annotations

import click

from runner import formatting
from runner.cli import text
from runner.cli.case_summary import reply
from runner.cli.command import Reply, command, group
from runner.cli.console import Console
from runner.cli.parameter import CASE, PERSON, REASON
from runner.domain.case import Incident
from runner.language import say
from runner.reports import vocabulary

_INCIDENT = click.argument("incident", type=int)


@command("list", "Liệt kê sự cố còn mở.")
def listing(console: Console) -> Reply:
    found = console.runner.audit.incidents()
    facts = [
        {
            "case": case.id,
            "incident": each.id,
            "at": formatting.iso(each.at),
            "kind": each.kind,
            "message": sentence(each),
            "retry": each.attempt is not None,
        }
        for case, each in found
    ]
    rows = [(f"#{case.id}", str(each.id), formatting.moment(each.at), sentence(each)) for case, each in found]
    heads = tuple(map(say, ("Hồ sơ", "Sự cố", "Lúc", "Nội dung")))
    return Reply(facts, text.table(rows, heads) if rows else [say("Không có sự cố nào còn mở.")])


@command("retry", "Thử lại thao tác mà sự cố đã chặn.")
@CASE
@_INCIDENT
@PERSON
def retry(console: Console, case: str, incident: int, person: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.cases.retry(runner.audit.find(case), incident, who, runner.clock.now()), who)


@command("close", "Đóng sự cố mà không thử lại.")
@CASE
@_INCIDENT
@PERSON
@REASON
def close(console: Console, case: str, incident: int, person: str, reason: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    found = runner.audit.find(case)
    runner.cases.resolve(found, incident, reason, who, runner.clock.now())
    facts = {"case": found, "incident": incident}
    return Reply(facts, [say("Đã đóng sự cố {incident} của hồ sơ #{case}.", **facts)])


def sentence(incident: Incident) -> str:
    """What went wrong, in the language of the moment."""
    return vocabulary.incident(incident.template, incident.facts)


incidents = group("incidents", "Sự cố của hồ sơ: liệt kê, thử lại, đóng.", [listing, retry, close])
