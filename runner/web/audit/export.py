"""Lists of cases as files (CSV, XLSX). What is taken away, why and with which SHA-256 is told before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Response, g, request
from werkzeug.wsgi import wrap_file

from runner.domain.calendar import local_date
from runner.language import say
from runner.services import text_rules
from runner.web import current, register, workbook

TITLE = "Danh sách hồ sơ kiểm tra"
TYPES = {"csv": "text/csv", "xlsx": workbook.TYPE}


class _Counted:
    """Rows that are counted as they are read."""

    def __init__(self, rows: Iterable[Sequence[workbook.Cell]]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Sequence[workbook.Cell]]:
        for row in self._rows:
            self.count += 1
            yield row


def answer(
    what: str, rows: Iterable[Sequence[workbook.Cell]], ground: str, kind: str, asked: Mapping[str, str]
) -> Response:
    """The rows of the register's columns as a file, the record told of it. Raises `ReasonMissing` without a ground."""
    stated, kind = text_rules.reason(ground), "xlsx" if kind == "xlsx" else "csv"
    counted = _Counted(rows)
    file = _xlsx(counted) if kind == "xlsx" else _csv(counted)
    facts = {"ground": stated, "asked": dict(asked), "count": counted.count, "format": kind, "sha256": _digest(file)}
    current.runner().readings.export(what, g.person, facts, current.now())
    response = Response(wrap_file(request.environ, file), mimetype=TYPES[kind], direct_passthrough=True)
    name = f"kiem-tra-{local_date(current.now()):%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _digest(file: BinaryIO) -> str:
    """The SHA-256 of a file, which is then at its beginning again."""
    found = sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _csv(rows: Iterable[Sequence[workbook.Cell]]) -> BinaryIO:
    file: BinaryIO = TemporaryFile()  # noqa: SIM115  (closed by the response)
    file.write(("\ufeff" + register.line_of([say(head) for head in register.HEADS])).encode())
    for row in rows:
        file.write(register.line_of(row).encode())
    file.seek(0)
    return file


def _xlsx(rows: Iterable[Sequence[workbook.Cell]]) -> BinaryIO:
    columns = [(say(head), width) for head, width in register.HEADS.items()]
    return workbook.written(say(TITLE), columns, rows, current.now())
