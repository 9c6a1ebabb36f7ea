"""A TOML file as frozen values: what is no TOML, and at which line everything stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from runner.domain import toml
from runner.domain.toml import Location, TomlInvalid, TomlTooLarge, lines
from runner.domain.toml.types import Text
from runner.language import speaking
from tests.world import ROOT


@dataclass(frozen=True)
class Names:
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: Text
    other: Text = ""


def refusal(data: bytes) -> str:
    with pytest.raises(TomlInvalid) as caught:
        toml.read(Names, data, lambda _: ())
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence", "english"),
    [
        (b"\nname = ", "dòng 2, cột 7: giá trị này không đúng", "line 2, column 7: this value is not valid"),
        (b"name = x", "dòng 1, cột 8: giá trị này không đúng", "text must be in quotes"),
        (b'name = "x" y', "dòng 1, cột 12: sau một giá trị phải xuống dòng.", "followed by a new line"),
        (b"name\n", "dòng 1, cột 5: sau khóa phải là dấu “=”.", "followed by “=”"),
        ("tên = 1".encode(), "dòng 1, cột 2: sau khóa phải là dấu “=”.", "followed by “=”"),
        ("được = 1".encode(), "dòng 1, cột 1: dòng này không phải “khóa = giá trị”", "neither “key = value”"),
        (b"a.= 1", "dòng 1, cột 3: khóa viết bằng a–z", "any other key must be in quotes"),
        (b"[x\n", "dòng 1, cột 3: thiếu dấu “]” ở cuối tên bảng.", "“]” is missing"),
        (b"[[x]\n", "dòng 1, cột 4: thiếu dấu “]]” ở cuối tên bảng.", "“]]” is missing"),
        (b"name = 1\nname = 2\n", "dòng 2, cột 9: khóa này đã có giá trị ở trên.", "already has a value above"),
        (b"[x]\n[x]\n", "dòng 2, cột 3: bảng này đã có ở trên.", "already given above"),
        (b"x = {}\nx.y = 1\n", "dòng 2, cột 8: bảng viết trong { }", "cannot be added to elsewhere"),
        (b"x = {a = 1, a = 2}", "dòng 1, cột 18: khóa này đã có giá trị trong cùng bảng.", "in the same table"),
        (b"x = [1, 2\ny = 3", "dòng 2, cột 1: danh sách thiếu dấu “,”", "the list lacks a “,”"),
        (b"x = {a = 1\n", "dòng 1, cột 11: bảng trong { } thiếu dấu “,”", "the table in { } lacks a “,”"),
        (b'x = "a\n', "dòng 1, cột 7: ký tự này không được có trong chuỗi chữ", "text of several lines"),
        (b'x = """a\n', "dòng 1, cột 9: chuỗi chữ thiếu dấu nháy đóng.", "lacks its closing quote"),
        (b"x = '''a\nb", "dòng 2, cột 2: chuỗi chữ thiếu dấu nháy đóng.", "lacks its closing quote"),
        (rb'x = "C:\q"', "dòng 1, cột 10: dấu “\\” trong chuỗi chữ phải viết là “\\\\”.", "must be written"),
        (rb'x = "\u12"', "mã ký tự sau “\\u” không đúng.", "not that of a character"),
        (rb'x = "\ud800"', "mã ký tự sau “\\u” không đúng.", "not that of a character"),
        (b"x = 2026-02-30", "dòng 1, cột 5: ngày giờ này không có.", "no such date"),
        (b"# \x01", "dòng 1, cột 3: ký tự này không được có ở đây.", "must not stand here"),
        (b"x = 1\ny = '\xff'", "dòng 2, cột 6: tệp không phải là UTF-8.", "not UTF-8"),
        (b"x = " + b"9" * 5000, "có số quá dài.", "a number is too long."),
        (b"x = " + b"[" * 100_000, "danh sách hay bảng lồng nhau quá sâu.", "nested too deeply"),
        (b".".join([b"a"] * 90_000) + b" = 1", "dòng 1: có hơn 200 dấu chấm.", "more than 200 dots"),
    ],
)
def test_what_is_no_toml_is_told_in_the_language_of_its_reader_with_its_place(
    data: bytes, sentence: str, english: str
) -> None:
    assert sentence in refusal(data)
    with speaking("en"):
        assert english in refusal(data)


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    marked = b'\xef\xbb\xbfname = "x"\n'
    assert toml.read(Names, marked, lambda _: ()) == Names("x")
    assert lines(marked) == {(): 1, ("name",): 1}
    assert refusal(b"\xef\xbb\xbfname = x") == refusal(b"name = x")
    assert "dòng 1, cột 1:" in refusal(b"\xef\xbb\xbf" + marked)


def test_a_file_is_bounded() -> None:
    with pytest.raises(TomlTooLarge, match="lớn 200001 byte, vượt mức cho phép là 200000 byte"):
        toml.read(Names, b"#" * (toml.MAX_BYTES + 1), lambda _: ())


def test_faults_without_end_are_counted_and_told_up_to_a_limit() -> None:
    message = refusal(b"".join(b"x%d = 1\n" % number for number in range(2_000)))
    assert message.startswith("có 2001 chỗ chưa đúng:\n- dòng 1: thiếu khóa “name”.\n- dòng 1: khóa “x0” không có")
    assert message.endswith("\n… và 1801 chỗ nữa.") and len(message.splitlines()) == 202


def test_a_key_brings_no_control_characters_to_a_terminal_and_no_length() -> None:
    assert refusal(b'name = "x"\n"\\u001b[31m" = 1') == 'dòng 2: khóa “"\\u001b[31m"” không có trong quy ước.'
    assert len(refusal(b'name = "x"\n' + b"n" * 100_000 + b" = 1")) < 200


def test_a_text_of_blanks_alone_says_nothing() -> None:
    assert refusal(rb'name = " \t\u001c\u00a0"') == "dòng 1: khóa “name” không được để trống."


def places(value: object, at: Location = ()) -> Iterator[Location]:
    """Where every value of a file stands."""
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*at, key))


TRICKY = rb'''# [comment] = "x"
a."b.c" . 'd' = [ 1, # ]
  { x = "}", 'y z' = """ \""" ]
  """ },
  [[ 2026-03-02 08:00:00, "," ], []],
]
s = """
a \" [x] """""
t = "\\"
[u . v]
w = {}
[[u.rows]]
n = 1
[[u.rows]] # x
[[u.rows.deep]]
m = 'x\'
[u.rows.deep.er]
z = -0.5
'''


def test_every_value_has_the_line_at_which_it_begins() -> None:
    found = lines(TRICKY.replace(b"\n", b"\r\n"))
    assert set(found) == set(places(tomllib.loads(TRICKY.decode())))
    at = {"d": 2, "y z": 3, "s": 7, "t": 9, "w": 11, "n": 13, "m": 16, "z": 18}
    assert {place[-1]: line for place, line in found.items() if place and place[-1] in at} == at
    assert [found["u", "rows", row] for row in (0, 1)] == [12, 14] and found["u", "rows"] == 12
    assert [found["a", "b.c", "d", item] for item in (0, 1, 2)] == [2, 3, 5] and found["u",] == 10


FILES = [*ROOT.glob("bpmn/*/*.toml"), *ROOT.glob("tests/procedures/*/*.toml")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_of_a_real_file_has_its_line(path: Path) -> None:
    data = path.read_bytes()
    found, text = lines(data), data.decode().splitlines()
    assert set(found) == set(places(tomllib.loads(data.decode())))
    assert [at for at, line in found.items() if at and isinstance(at[-1], str) and at[-1] not in text[line - 1]] == []
