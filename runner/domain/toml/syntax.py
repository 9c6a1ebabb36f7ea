"""The bytes of a TOML file as plain tables. Syntax errors are in the reader's language, with line and column."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any, Final

from runner.domain.toml.fault import Fault, TomlInvalid, TomlTooLarge
from runner.unicode import composed_values

MAX_BYTES: Final = 200_000
MAX_DOTS: Final = 200
"""In one line: the time that tomllib takes for a dotted key grows with the square of its parts."""

_AT: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_ELSE: Final = "cách viết không đúng TOML."
_REASONS: Final[Mapping[str, str]] = {
    "Invalid statement": "dòng này không phải “khóa = giá trị” hay “[bảng]”.",
    "Expected newline or end of document": "sau một giá trị phải xuống dòng.",
    "Expected '='": "sau khóa phải là dấu “=”.",
    "Expected ']'": "thiếu dấu “]” ở cuối tên bảng.",
    "Expected ']]'": "thiếu dấu “]]” ở cuối tên bảng.",
    "Invalid initial character for a key": "khóa viết bằng a–z, A–Z, 0–9, “_”, “-”; khóa khác phải đặt trong dấu nháy.",
    "Cannot declare": "bảng này đã có ở trên.",
    "Cannot overwrite": "khóa này đã có giá trị ở trên.",
    "Cannot mutate": "bảng viết trong {{ }} hay danh sách viết trong [ ] không thêm được ở chỗ khác.",
    "Cannot redefine": "bảng này đã có ở trên.",
    "Duplicate inline table key": "khóa này đã có giá trị trong cùng bảng.",
    "Unclosed array": "danh sách thiếu dấu “,” hoặc dấu “]”.",
    "Unclosed inline table": "bảng trong {{ }} thiếu dấu “,” hoặc dấu “}}”.",
    "Unterminated string": "chuỗi chữ thiếu dấu nháy đóng.",
    "Expected": "chuỗi chữ thiếu dấu nháy đóng.",
    "Unescaped '\\'": "dấu “\\” trong chuỗi chữ phải viết là “\\\\”.",
    "Invalid hex value": "mã ký tự sau “\\u” không đúng.",
    "Escaped character": "mã ký tự sau “\\u” không đúng.",
    "Illegal character": "ký tự này không được có trong chuỗi chữ; chuỗi nhiều dòng đặt trong ba dấu nháy.",
    "Found invalid character": "ký tự này không được có ở đây.",
    "Invalid date": "ngày giờ này không có.",
    "Invalid value": "giá trị này không đúng; chữ phải đặt trong dấu nháy.",
}
"""What tomllib complains about, by how the complaint begins; the longest that fits counts."""


def load(data: bytes) -> dict[str, Any]:
    """The tables of a file, its texts composed.

    Raises `TomlInvalid` with the one fault that keeps it from being read.
    """
    if len(data) > MAX_BYTES:
        raise TomlTooLarge(len(data), MAX_BYTES)
    data = data.removeprefix(BOM_UTF8)  # Windows' Notepad writes one
    for number, line in enumerate(data.splitlines(), start=1):
        if line.count(b".") > MAX_DOTS:
            raise TomlInvalid([Fault((), "có hơn {limit} dấu chấm.", {"limit": MAX_DOTS}, number)])
    try:
        tables: dict[str, Any] = composed_values(tomllib.loads(data.decode()))
        return tables
    except UnicodeDecodeError as error:
        raise TomlInvalid([_after(data[: error.start], "tệp không phải là UTF-8.")]) from None
    except RecursionError:
        raise TomlInvalid([Fault((), "danh sách hay bảng lồng nhau quá sâu.")]) from None
    except ValueError as error:
        raise TomlInvalid([_fault(str(error), data)]) from None


def _fault(complaint: str, data: bytes) -> Fault:
    found = _AT.fullmatch(complaint)
    if found is None:  # a number with thousands of digits
        return Fault((), "có số quá dài.")
    fitting = [start for start in _REASONS if found[1].startswith(start)]
    reason = _REASONS[max(fitting, key=len)] if fitting else _ELSE
    return Fault((), reason, {}, int(found[2]), int(found[3])) if found[2] else _after(data.rstrip(), reason)


def _after(before: bytes, reason: str) -> Fault:
    """A fault right after these bytes."""
    column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
    return Fault((), reason, {}, before.count(b"\n") + 1, column)
