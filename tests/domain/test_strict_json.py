"""JSON from outside is read strictly: what programs would read differently, or lose, is refused by its fault."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest

from runner.domain.strict_json import MAX_DEPTH, Fault, JsonInvalid, read

MOST = 500_000


def test_values_come_out_as_they_are_and_numbers_exactly() -> None:
    text = '{"a": [1, -2.50, 1e2, true, null, "hồ sơ \U0001f4c4"], "b": {"a": {}}}'
    found = read(text.encode(), MOST)
    assert found == {"a": [1, Decimal("-2.5"), Decimal(100), True, None, "hồ sơ \U0001f4c4"], "b": {"a": {}}}
    assert isinstance(found["a"][1], Decimal) and read(b"0.1", MOST) == Decimal("0.1")


@pytest.mark.parametrize(
    ("data", "fault", "what"),
    [
        (b"", Fault.SYNTAX, ""),
        (b"{", Fault.SYNTAX, ""),
        (b"{} {}", Fault.SYNTAX, ""),
        (b"\xff", Fault.ENCODING, ""),
        ('{"a": "ế"}'.encode("utf-16"), Fault.ENCODING, ""),
        ('{"a": "ế"}'.encode("utf-16-be"), Fault.ENCODING, ""),
        (b'{"a": "b\x07"}', Fault.CONTROL, ""),
        (b'{"a": "b\nc"}', Fault.CONTROL, ""),
        ('{"\u1ebf": 1, "e\u0302\u0301": 2}'.encode(), Fault.NAME_TWICE, "\u1ebf"),
        (b"NaN", Fault.SYNTAX, ""),
        (b"[-Infinity]", Fault.SYNTAX, ""),
        (b"[" + b"9" * 5_000 + b"]", Fault.SYNTAX, ""),
        (b'{"a": {"b": 1, "c": 2, "b": 1}}', Fault.NAME_TWICE, "b"),
        (b'{"' + b"x" * 100 + b'": 1, "' + b"x" * 100 + b'": 1}', Fault.NAME_TWICE, "x" * 64),
        (b"1e400", Fault.NUMBER, "1e400"),
        (b"1e99999999999999999999", Fault.NUMBER, "1e99999999999999999999"),
        (b"0.12345678901234567890", Fault.NUMBER, "0.12345678901234567890"),
        (b'"\\u0000"', Fault.TEXT, ""),
        (b'{"\\ud800": 1}', Fault.TEXT, ""),
        (b"[" * 100_000, Fault.DEPTH, ""),
        (b'"' + b"x" * MOST + b'"', Fault.SIZE, ""),
    ],
)
def test_what_is_no_such_json_is_refused_by_its_fault(data: bytes, fault: Fault, what: str) -> None:
    with pytest.raises(JsonInvalid) as refusal:
        read(data, MOST)
    assert (refusal.value.fault, refusal.value.what) == (fault, what)


def test_texts_and_names_come_out_composed_however_they_were_written() -> None:
    assert read('{"e\u0302\u0301": ["o\u031b\u0309"], "b": {"c": "\\u0065\\u0301"}}'.encode(), MOST) == {
        "\u1ebf": ["\u1edf"],
        "b": {"c": "\u00e9"},
    }


def test_a_byte_order_mark_before_utf_8_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbf{}", MOST) == {}


def test_a_flood_of_combining_marks_costs_no_time() -> None:
    flood, started = "a" + "\u0323\u0301" * 100_000, time.perf_counter()
    assert read(json.dumps(flood).encode(), 2_000_000) == flood
    assert time.perf_counter() - started < 1


def test_objects_and_lists_stand_in_each_other_so_deep_and_no_deeper() -> None:
    read(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH, MOST)
    with pytest.raises(JsonInvalid) as refusal:
        read(b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), MOST)
    assert refusal.value.fault is Fault.DEPTH
