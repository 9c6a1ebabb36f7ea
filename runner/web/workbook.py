"""Tables as workbooks for spreadsheets (XLSX): texts stay texts, moments are dates, and nothing is ever computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final

from runner.clock import ZONE

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | datetime | None
"""What one cell holds; a moment is aware, and shown in local time."""

ROWS: Final = 1_048_575
"""Rows of a sheet below its head; more go on in a further sheet."""


def written(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]], now: datetime) -> BinaryIO:
    """The workbook as a temporary file, its rows written as they are read; `columns` are heads and widths in digits."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    file: BinaryIO = TemporaryFile()  # noqa: SIM115  (closed by the response)
    book = Workbook(file, {"constant_memory": True})
    book.set_properties({"title": title, "created": _local(now)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text, moment = book.add_format({"num_format": "@"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet, below = None, ROWS
    for row in rows:
        if below == ROWS or sheet is None:
            sheet, below = _sheet(book, columns, head), 0
        below += 1
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(below, column, _local(cell), moment)
            elif isinstance(cell, int):
                sheet.write_number(below, column, cell)
            elif cell:
                sheet.write_string(below, column, cell, text)
    if sheet is None:
        _sheet(book, columns, head)
    book.close()
    file.seek(0)
    return file


def _sheet(book: Workbook, columns: Sequence[tuple[str, int]], head: Format) -> Worksheet:
    """A sheet with its head, which stays in sight."""
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    return sheet


def _local(at: datetime) -> datetime:
    """A spreadsheet knows no zones."""
    return at.astimezone(ZONE).replace(tzinfo=None)
