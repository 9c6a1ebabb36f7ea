"""The ``motcua`` command. A module holds a few commands; a command calls one service and tells what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from runner.cli import (
    case,
    completion,
    conform,
    demo,
    drawing,
    due,
    exit,
    incident,
    lint,
    office,
    person,
    procedure,
    proof,
    scenario,
    serve,
    task,
    token,
    worker,
)
from runner.cli.command import Group, option
from runner.cli.console import Console
from runner.cli.text import WIDEST
from runner.errors import MotcuaError
from runner.language import LANGUAGES

HELP = "Một Cửa: giải quyết thủ tục hành chính theo sơ đồ BPMN, đúng lịch làm việc, có nhật ký dựng lại được."


class _Root(Group):
    """The command itself: opens the console, and turns every failure into a sentence and an exit code."""

    def main(  # type: ignore[override]  # it always ends the process, whatever `standalone_mode` says
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        try:
            with extra.pop("obj", None) or Console() as console:
                sys.exit(self._run(console, args, **extra))
        except MotcuaError as error:  # the environment itself is at fault
            click.echo(exit.sentence(error), err=True)
            sys.exit(exit.code(error))

    def _run(self, console: Console, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            extra["standalone_mode"] = False
            return int(super().main(args, completion.PROGRAM, obj=console, **extra) or 0)
        except (MotcuaError, click.ClickException, click.Abort, OSError) as error:
            click.echo(exit.sentence(error), err=True)
            return exit.code(error)


def _speak(context: click.Context, _: click.Parameter, language: str | None) -> None:
    if language:
        context.obj.speak(language)


def _use(context: click.Context, _: click.Parameter, database: str | None) -> None:
    if database:
        context.obj.use(database)


@click.command(
    "motcua", cls=_Root, help=HELP, invoke_without_command=True, context_settings={"max_content_width": WIDEST}
)
@option(
    "--database",
    metavar="URL",
    callback=_use,
    expose_value=False,
    help="Cơ sở dữ liệu: sqlite:///… hoặc postgresql+psycopg://… (biến MOTCUA_DATABASE).",
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=_speak,
    is_eager=True,
    expose_value=False,
    help="Ngôn ngữ (biến MOTCUA_LANG).",
)
@click.pass_context
def main(context: click.Context) -> None:
    """The entry point; its help is `HELP`."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for each in (
    procedure.init,
    procedure.deploy,
    procedure.enforce,
    lint.lint_files,
    conform.conform,
    scenario.try_files,
    due.due,
    case.start,
    task.tasks,
    task.claim,
    task.assign,
    task.release,
    task.draft,
    task.submit,
    case.message,
    case.cancel,
    case.show,
    drawing.lay_out,
    drawing.picture,
    serve.serve,
    worker.work,
    worker.tick,
    proof.replay,
    proof.rebuild,
    incident.incidents,
    person.person,
    token.token,
    demo.demo,
    office.office,
    completion.completion,
):
    main.add_command(each)
