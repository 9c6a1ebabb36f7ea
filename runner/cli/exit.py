"""The sentence and the exit code of each failure: the only place that knows the codes."""

from __future__ import annotations

import click

from runner.config import SettingInvalid
from runner.errors import Conflict, DiagramInvalid, Divergence, IncidentRaised, MotcuaError, NotBpmn, NotFound
from runner.language import say

OK = 0
FINDINGS = 1
"""Findings of the linter, or a case that does not replay."""
USAGE = 2
"""The command was misused, or the file is no BPMN diagram."""
REFUSED = 3
NOT_FOUND = 4
CONFLICT = 5
INCIDENT = 6
STOPPED = 130
"""By Ctrl-C, as shells have it."""

_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (click.Abort, STOPPED),
    (click.ClickException, USAGE),
    (SettingInvalid, USAGE),
    (NotBpmn, USAGE),
    (DiagramInvalid, FINDINGS),
    (Divergence, FINDINGS),
    (NotFound, NOT_FOUND),
    (FileNotFoundError, NOT_FOUND),
    (Conflict, CONFLICT),
    (IncidentRaised, INCIDENT),
)


def code(error: BaseException) -> int:
    """The exit code of an error; what has no other was refused."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), REFUSED)


def sentence(error: BaseException) -> str:
    """The sentence for the person."""
    match error:
        case Divergence():
            from runner.reports import vocabulary

            return vocabulary.divergence(error)
        case MotcuaError():
            return str(error)
        case click.Abort():
            return say("Đã dừng.")
        case click.UsageError():
            return _misuse(error)
        case click.ClickException():
            return error.format_message()
        case FileNotFoundError(filename=str() as name):
            return say("Không tìm thấy tệp {name}.", name=name)
        case OSError():
            return say("Máy không cho làm việc này: {reason}.", reason=error)
    raise error


def _misuse(error: click.UsageError) -> str:
    """What is wrong with the words of the command, and where its help is."""
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        message = say("Không có tùy chọn {name}.", name=error.option_name)
    elif isinstance(error, click.BadOptionUsage):
        message = say("Tùy chọn {name} cần một giá trị.", name=error.option_name)
    elif isinstance(error, click.BadParameter) and error.param is not None:
        message = _bad(error, error.param)
    if error.ctx is None:
        return message
    return f"{message}\n{say('Xem “{command} --help”.', command=error.ctx.command_path)}"


def _bad(error: click.BadParameter, param: click.Parameter) -> str:
    what = param.get_error_hint(error.ctx).replace("'", "")
    if isinstance(error, click.MissingParameter):
        return say("Thiếu {what}.", what=what)
    if isinstance(param.type, click.Choice):
        return say("{what}: hãy chọn một trong {choices}.", what=what, choices=", ".join(map(str, param.type.choices)))
    if isinstance(param.type, click.types.IntParamType):
        return say("{what} phải là một số nguyên.", what=what)
    return f"{what}: {error.message}"
