"""The building blocks of the commands: click's own, in the language of the person, each command giving a `Reply`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import click

from runner.cli import text
from runner.language import say
from runner.unicode import composed

_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers: JSON values (for ``--json``), the same as lines for a person, and the exit code."""

    facts: object
    lines: Iterable[str]
    code: int = 0


class _Formatter(click.HelpFormatter):
    """Click's help pages with our words."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{say('Cách dùng')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(_HEADINGS.get(heading, heading)))


class _Context(click.Context):
    formatter_class = _Formatter


class _Spoken:
    """A help text in Vietnamese, translated when it is read."""

    @property
    def help(self) -> str | None:
        return say(self._help) if self._help else self._help

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text


class Option(_Spoken, click.Option):
    """An option whose help is translated."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace("[required]", say("[bắt buộc]")))


class Command(_Spoken, click.Command):
    """A command whose help is translated. Its function returns None or a `Reply`: lines, or JSON with ``--json``."""

    context_class = _Context
    allow_extra_args = True  # so that we say in our words what is wrong with them

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        if ctx.args and not isinstance(self, click.Group):
            raise click.UsageError(say("Thừa tham số: {what}.", what=" ".join(ctx.args)), ctx)
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = say("Xem hướng dẫn này.")
        return option

    def invoke(self, ctx: click.Context) -> int:
        as_json = ctx.params.pop(_JSON, False)
        reply = super().invoke(ctx)
        if not isinstance(reply, Reply):
            return reply or 0
        if as_json:
            written = json.dumps(reply.facts, ensure_ascii=False, indent=2, default=str)
            click.echo(re.sub(r"[\x7f-\x9f]", lambda sign: f"\\u{ord(sign[0]):04x}", written))  # as it did the others
        else:
            for line in reply.lines:
                click.echo(text.plain(line))
        return reply.code


class Group(Command, click.Group):
    """A group of commands, of which `default` is meant when none is named."""

    default = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if self.default and (not args or args[0] == "--json"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None:
            near = get_close_matches(name, self.commands, 1)
            hint = say("Có phải là “{name}”?", name=near[0]) if near else ""
            raise click.UsageError(f"{say('Không có lệnh “{name}”.', name=name)} {hint}".rstrip(), ctx)
        return super().resolve_command(ctx, args)


_JSON = "as_json"


class _Text(click.types.StringParamType):
    """Text as it was typed, composed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return composed(str(super().convert(value, param, ctx)))


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option of a command, of text unless its `type` is named; `help` is a Vietnamese template without gaps."""
    if not attributes.get("is_flag"):
        attributes.setdefault("type", _Text())
    return click.option(*names, cls=Option, **attributes)


def command(name: str, help: str) -> Callable[[Callable[..., Reply]], Command]:
    """A command that answers with a `Reply`, and so has ``--json``."""

    def made(function: Callable[..., Reply]) -> Command:
        command = click.command(name, cls=Command, help=help)(click.pass_obj(function))
        command.params.append(Option(["--json", _JSON], is_flag=True, help="In kết quả dạng JSON."))
        return command

    return made


def group(name: str, help: str, commands: Sequence[click.Command], kind: type[Group] = Group) -> Group:
    """A group of commands, of which the first is meant when none is named."""
    made = kind(name, help=help, commands=commands)
    made.default = str(commands[0].name)
    return made
