"""Forms: what a form-js schema may hold, and what of what is typed in reaches a case."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.domain.form import Form, check, errors, read
from runner.domain.form.validation import MAX_FAULTS, MAX_ROWS
from runner.domain.journal import canonical, parsed


def schema(*components: dict[str, Any], **others: object) -> bytes:
    return json.dumps({"type": "default", "id": "test", "components": components} | others).encode()


def form(*components: dict[str, Any]) -> Form:
    return read(schema(*components))


def text(key: str = "name", most: int = 100, **others: Any) -> dict[str, Any]:
    validate = {"maxLength": most} | others.pop("validate", {})
    return {"type": "textfield", "key": key, "label": "Tên doanh nghiệp", "validate": validate} | others


def field(type: str, key: str = "value", **others: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "label": "Giá trị"} | others


def choice(type: str, *values: str, key: str = "value", **others: Any) -> dict[str, Any]:
    return field(type, key, values=[{"value": value, "label": value.title()} for value in values], **others)


def nested(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": "group", "path": "around", "components": [component]}


def answered(component: dict[str, Any], raw: object) -> object:
    """What a form of one component makes of `raw`; the test fails if it finds a fault."""
    answer, faults = check(form(component), {component["key"]: raw}, {})
    assert not faults, faults
    return answer[component["key"]]


def refused(component: dict[str, Any], raw: object) -> str:
    """The sentence about `raw` in a form of one component."""
    _, (fault,) = check(form(component), {component["key"]: raw}, {})
    assert fault.path == component["key"]
    return fault.message


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_form_keeps_its_tree_and_finds_its_fields_by_path() -> None:
    made = form(
        {"type": "text", "text": "# Tiếp nhận hồ sơ\nKiểm tra hồ sơ."},
        {"type": "group", "label": "Người nộp", "path": "applicant", "components": [text("name")]},
        {"type": "group", "components": [field("number", "copies")]},
        {"type": "dynamiclist", "label": "Giấy tờ", "path": "papers", "components": [text("title")]},
        {"type": "separator"},
    )
    assert made.title == "Tiếp nhận hồ sơ"
    assert list(made.fields) == ["applicant.name", "copies", "papers"]
    assert [component.type for component in made.components] == ["text", "group", "group", "dynamiclist", "separator"]


def test_a_form_without_a_heading_is_called_by_its_id() -> None:
    assert form(text()).title == "test"


def test_a_byte_order_mark_is_no_part_of_a_form() -> None:
    marked = b"\xef\xbb\xbf" + schema(text())
    assert read(marked) == form(text())
    with pytest.raises(errors.NotForm):
        read(b"\xef\xbb\xbf" + marked)


def test_what_a_modeler_writes_besides_is_accepted() -> None:
    data = schema(
        text(layout={"row": "Row_1", "columns": None}, id="Field_1"),
        schemaVersion=18,
        exporter={"name": "Camunda Modeler", "version": "5.30"},
        executionPlatform="Camunda Platform",
        executionPlatformVersion="7.22.0",
    )
    assert list(read(data).fields) == ["name"]


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ({"type": "html", "id": "h", "content": "<script>"}, "html"),
        ({"type": "iframe", "id": "i", "url": "https://example.com"}, "iframe"),
        ({"type": "expression", "key": "e", "expression": "=1"}, "expression"),
        ({"type": "button", "label": "OK"}, "button"),
        ({"type": "documentPreview"}, "documentPreview"),
    ],
)
def test_an_unsupported_component_is_refused_by_name(component: dict[str, Any], name: str) -> None:
    with pytest.raises(errors.UnknownComponent, match=name):
        form(component)


@pytest.mark.parametrize(
    ("component", "name"),
    [
        (text(disabled=True), "disabled"),
        (text(properties={"a": "b"}), "properties"),
        (text(conditional={"hide": "=true", "show": "=true"}), "show"),
        (text(validate={"format": "x"}), "format"),
        (field("number", serializeToString=True), "serializeToString"),
        (field("select", values=[{"value": "a", "label": "A"}], valuesExpression="=x"), "valuesExpression"),
        (field("radio", values=[{"value": "a", "label": "A", "onclick": "x"}]), "onclick"),
        (choice("checklist", "a", properties={"needs": "a"}), "needs"),
        ({"type": "text", "text": "Chào", "html": "x"}, "html"),
    ],
)
def test_an_unsupported_attribute_is_refused_by_name(component: dict[str, Any], name: str) -> None:
    with pytest.raises(errors.UnknownAttribute, match=name):
        form(component)


def test_an_unsupported_attribute_of_the_form_itself_is_refused_by_name() -> None:
    with pytest.raises(errors.UnknownAttribute, match="script"):
        read(schema(text(), script="x"))


@pytest.mark.parametrize(
    "key",
    [
        "typename",
        "now",
        "case_due",
        "case_number",
        "fee_amount",
        "late_reason",
        "_task",
        "__builtins__",
        "__class__",
        "if",
        "and",
        "null",
        "not",
        "date",
        "count",
        "contains",
        "working_days_before",
        "session_close",
        "day_close",
    ],
)
@pytest.mark.parametrize("type", ["textfield", "dynamiclist", "group"])
def test_a_reserved_key_is_refused_wherever_it_stands(key: str, type: str) -> None:
    component = text(key) if type == "textfield" else {"type": type, "label": "L", "path": key, "components": [text()]}
    with pytest.raises(errors.ReservedKey, match=key):
        form(
            {"type": "dynamiclist", "label": "L", "path": "rows", "components": [component]}
            if type == "textfield"
            else component
        )


@pytest.mark.parametrize("key", ["a.b", "a b", "tên", "1a", "a-b", "a" * 65, "a[0]", "a\n", "$a", "ｎａｍｅ"])
def test_a_key_that_is_no_plain_name_is_refused(key: str) -> None:
    with pytest.raises((errors.BadKey, errors.WrongAttribute)):
        form(text(key))


def test_a_key_stands_once_in_its_place_and_may_stand_again_in_another() -> None:
    group = {"type": "group", "components": [text("name")]}
    with pytest.raises(errors.DoubledKey, match="name"):
        form(text("name"), group)
    assert list(form(text("name"), group | {"path": "other"}).fields) == ["name", "other.name"]


@pytest.mark.parametrize("type", ["textfield", "textarea"])
@pytest.mark.parametrize("validate", [{}, {"required": True}, {"maxLength": None}])
def test_a_text_without_a_greatest_length_is_refused(type: str, validate: dict[str, Any]) -> None:
    with pytest.raises(errors.AttributeMissing, match="maxLength"):
        form(field(type, validate=validate))


@pytest.mark.parametrize(
    ("component", "attribute"),
    [
        (text(most=10_001), "maxLength"),
        (text(most=0), "maxLength"),
        (text(validate={"minLength": 101}), "maxLength"),
        (text(validate={"minLength": True}), "minLength"),
        (text(validate={"required": "yes"}), "required"),
        (text() | {"validate": []}, "validate"),
        (text(label="\u202eevil"), "label"),
        (field("number", validate={"min": 2, "max": 1}), "min"),
        (field("number", validate={"min": "=x"}), "min"),
        (field("number", validate={"max": 10**20}), "max"),
        (field("number", decimalDigits=16), "decimalDigits"),
        (field("select", values=[]), "values"),
        (choice("select", "a", "a"), "values"),
        (field("select", values=[{"value": 1, "label": "A"}]), "value"),
        (field("datetime", subtype="week"), "subtype"),
        (field("datetime", subtype="time", disallowPassedDates=True), "disallowPassedDates"),
        (field("datetime", subtype="date", properties={"working_day": "yes"}), "working_day"),
        (field("datetime", subtype="date", properties={"after": "now"}), "after"),
        (field("datetime", subtype="date", properties={"earliest": "today"}), "earliest"),
        (field("datetime", subtype="date", properties={"latest": "26/09/2022"}), "latest"),
        (field("datetime", subtype="date", properties={"earliest": "2026-01-02", "latest": "2026-01-01"}), "earliest"),
        (field("datetime", subtype="time", properties={"latest": "today"}), "properties"),
        (choice("radio", "a", properties={"until_due": "b"}), "until_due"),
        (choice("radio", "a", properties={"needed": "a", "needed_when": "=true"}), "properties"),
        (field("datetime", subtype="datetime", properties={"after": "case_due"}), "properties"),
        (choice("checklist", "a", properties={"needed": "a"}), "needed"),
        (choice("checklist", "a", properties={"needed": "a, b", "needed_when": "=true"}), "needed"),
        (choice("checklist", "a", properties={"among": "others"}), "among"),
        (nested(choice("checklist", "a", properties={"needed": "a", "needed_when": "=true"})), "properties"),
        (field("datetime", subtype="time", timeSerializingFormat="utc_offset"), "timeSerializingFormat"),
        (text(conditional={"hide": "name = 1"}), "hide"),
    ],
)
def test_a_wrong_attribute_is_named(component: dict[str, Any], attribute: str) -> None:
    with pytest.raises(errors.WrongAttribute, match=f"“{attribute}”"):
        form(component)


@pytest.mark.parametrize("attribute", ["label", "key", "type"])
def test_a_field_needs_its_label_its_key_and_its_type(attribute: str) -> None:
    component = text()
    del component[attribute]
    with pytest.raises(errors.AttributeMissing, match=attribute):
        form(component)


@pytest.mark.parametrize(
    "hide",
    ["=1 +", "=__import__('os')", "=a.b()", "=x ** 2", "=for i in x return i", "=" + "(" * 500, "=" + "1+" * 900],
)
def test_a_condition_that_is_not_feel_is_refused_with_the_reason(hide: str) -> None:
    with pytest.raises(errors.BadExpression, match="“hide” của thành phần “name”"):
        form(text(conditional={"hide": hide}))


def test_a_condition_sees_only_fields_above_it() -> None:
    below, above = text("reason", conditional={"hide": '=decision = "ok"'}), text("decision")
    with pytest.raises(errors.LooksAhead, match=r"“reason” dùng trường “decision”"):
        form(below, above)
    with pytest.raises(errors.LooksAhead):
        form(text("reason", conditional={"hide": "=reason = null"}))
    assert form(above, below)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{",
        b'{"type":"default"}x',
        b"[" * 50_000,
        b'{"a":' * 20_000,
        b'{"type":"default","type":"default"}',
        b'{"type":NaN}',
        b'{"n":1e99999999999999999999}',
        b"1" * 5_000,
        b'{"\\ud800": 1}',
        b'{"type":"default","id":"a","components":[7]}',
    ],
)
def test_bytes_that_are_no_form_are_refused(data: bytes) -> None:
    with pytest.raises(errors.FormInvalid):
        read(data)


def test_a_form_is_bounded_in_bytes_in_components_and_in_depth() -> None:
    with pytest.raises(errors.FormTooLarge):
        read(b" " * 100_001)
    assert len(form(*(text(f"f{n}") for n in range(300))).fields) == 300
    with pytest.raises(errors.TooManyComponents, match="300"):
        form(*({"type": "separator"} for _ in range(301)))

    def nested(depth: int) -> dict[str, Any]:
        return text() if depth == 1 else {"type": "group", "components": [nested(depth - 1)]}

    assert form(nested(5))
    with pytest.raises(errors.TooDeep, match="5"):
        form(nested(6))


@pytest.mark.parametrize(("drawn", "rows"), [({}, 0), ({"defaultRepetitions": 0}, 0), ({"defaultRepetitions": 50}, 50)])
def test_a_list_says_how_many_rows_it_shows_at_first(drawn: dict[str, Any], rows: int) -> None:
    [made] = form({"type": "dynamiclist", "label": "L", "path": "l", "components": [text()], **drawn}).components
    assert made.rows == rows


@pytest.mark.parametrize("rows", [-1, 51, 1.5, "1", True])
def test_a_list_that_shows_no_fit_number_of_rows_is_refused(rows: object) -> None:
    drawn = {"type": "dynamiclist", "label": "L", "path": "l", "components": [text()], "defaultRepetitions": rows}
    with pytest.raises(errors.WrongAttribute, match="defaultRepetitions"):
        form(drawn)


def test_a_list_within_a_list_is_refused() -> None:
    inner = {"type": "dynamiclist", "label": "Trong", "path": "inner", "components": [text()]}
    with pytest.raises(errors.ListInList, match="inner"):
        form({"type": "dynamiclist", "label": "Ngoài", "path": "outer", "components": [inner]})


@pytest.mark.parametrize(
    ("pattern", "good", "bad", "example"),
    [
        (r"^[0-9]{10}(-[0-9]{3})?$", "0101234567-001", "0101234567-1", "1234567890"),
        (r"^\d{12}$", "012345678901", "٠١٢٣٤٥٦٧٨٩٠١", "123456789012"),
        (r"^[0-9]+/(GP|XN)-STTTT$", "12/GP-STTTT", "12/QD-STTTT", "1/GP-STTTT"),
        (r"^H[0-9]{2}\.[A-Z]{1,3}$", "H27.AB", "H27xAB", "H12.A"),
    ],
)
def test_a_plain_pattern_must_match_the_whole_text(pattern: str, good: str, bad: str, example: str) -> None:
    component = text(validate={"pattern": pattern})
    assert answered(component, good) == good
    assert refused(component, bad) == f"“Tên doanh nghiệp” không đúng định dạng; hãy viết như {example}."
    assert refused(component, good + "x")


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^((a))$",
        r"^(a)\1$",
        "^(?=a)a$",
        "^(?i)a$",
        "^a*a*a*a*b$",
        "^.*.*.*.*$",
        "a",
        "^a",
        "a$",
        "^[a$",
        "^(a$",
        "^a)$",
        "^*$",
        "^a**$",
        "^a{3,2}$",
        "^[z-a]$",
        "^a|b$",
        "^[a--b]$",
        "^a{1000}$",
        r"^\$",
        r"^\x41$",
        "^" + "a" * 300 + "$",
        "^[[:alpha:]]$",
        "^(?P<x>a)$",
        "^[a&&b]$",
    ],
)
def test_a_pattern_that_could_take_long_or_mean_two_things_is_refused(pattern: str) -> None:
    with pytest.raises(errors.BadPattern):
        form(text(validate={"pattern": pattern}))


@pytest.mark.parametrize("pattern", [r"^a{0,45}a{0,45}a{0,45}b$", r"^.*.*b$", "^(a?|a?|a?)a?a?a?a?a?a?a?a?a?a?b$"])
def test_the_slowest_pattern_that_is_accepted_refuses_at_once(pattern: str) -> None:
    component = text(most=300, validate={"pattern": pattern})
    made = form(component)
    started = time.perf_counter()
    check(made, {"name": "a" * 300}, {})
    assert time.perf_counter() - started < 0.5


def test_email_and_phone_are_patterns_by_name() -> None:
    assert answered(text(validate={"validationType": "email"}), "a.b@stttt.hatinh.gov.vn") == "a.b@stttt.hatinh.gov.vn"
    assert refused(text(validate={"validationType": "email"}), "a.b@" + "x" * 80)
    with pytest.raises(errors.WrongAttribute, match="validationType"):
        form(text(validate={"validationType": "url"}))


@pytest.mark.parametrize(
    "pattern", [r"^(b|c|)d?\s\S\w\W\D.$", "^[^ -~]{2}$", r"^Số (1|2)?\.\d{0,3}$", r"^[A-Z]*-?\[[^a]+$", "^a{0,0}b{3,}$"]
)
def test_the_example_of_a_pattern_is_accepted(pattern: str) -> None:
    component = text(validate={"pattern": pattern})
    sentence = refused(component, "~~")
    assert answered(component, example := sentence.partition(" hãy viết như ")[2][:-1]) == example


PHONES = [
    "0239 3 856 789",
    "0275.3822.222",
    "+84 912-345-678",
    "(0275) 3822 222",
    "(+84) 275 3822 222",
    "+84 (275) 3822222",
    "(0275) 3822 222 máy lẻ 12",
    "02753822222, ext. 7",
    "(028) 38222222 (số lẻ: 105)",
    "0912345678/0913456789",
    "(0275) 3822 222 lẻ 1; 0912 345 678",
    "0912345678 hoặc 0913456789 x3",
]
NO_PHONES = [
    "1234567",
    "(0275 3822 222",
    "0275) 3822 222",
    "(0275)",
    "091234567 máy lẻ",
    "0912345678/",
    "0" * 16,
    "gọi sau",
]


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_is_written_as_official_papers_have_it(number: str) -> None:
    assert answered(text(validate={"validationType": "phone"}), number) == number


@pytest.mark.parametrize("number", NO_PHONES)
def test_what_is_no_phone_gets_an_example(number: str) -> None:
    assert refused(text(validate={"validationType": "phone"}), number).endswith("; hãy viết như (0275) 3822 222.")


# -- values -----------------------------------------------------------------------------------------------------------


def test_a_text_is_trimmed_and_normalised() -> None:
    assert answered(text(), normalize("NFD", "  Bưu điện  ")) == "Bưu điện"


INVISIBLE = [
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2063\u206a\u2800\u3164",
    *"\ufe0f\ufeff\uffa0\ufff9\U0001d173\U000e0001\U000e0020\U000e01ef",
]


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_text_of_nothing_visible_is_empty(sign: str) -> None:
    for raw in (sign, f" {sign} {sign}", sign * 50):
        for type in ("textfield", "textarea"):
            assert answered(text(type=type), raw) is None
            assert refused(text(type=type, validate={"required": True}), raw) == "Hãy nhập “Tên doanh nghiệp”."
        assert answered(field("number"), raw) is None
        assert answered(field("datetime", subtype="date", dateLabel="Ngày"), raw) is None


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_nobody_sees_in_a_text_is_left_out(sign: str) -> None:
    code = text(validate={"pattern": "^[0-9]{10}$"})
    assert answered(code, f"13001{sign}23456{sign}") == "1300123456"
    assert answered(text(validate={"validationType": "phone"}), f"{sign}0912345678") == "0912345678"
    assert answered(text(validate={"validationType": "email"}), f"a@b.vn {sign}") == "a@b.vn"
    assert answered(text(), f"Bưu{sign} điê{sign}\u0323n") == "Bưu điện"
    assert answered(field("number"), f"1.250{sign}") == 1250


def test_a_row_of_nothing_visible_is_an_empty_row() -> None:
    rows = {"type": "dynamiclist", "label": "Giấy tờ", "path": "papers", "components": [text("title")]}
    answer, faults = check(form(rows), {"papers": [{"title": "\u200b"}, {"title": "Đơn"}]}, {})
    assert not faults and answer == {"papers": [{"title": "Đơn"}]}


@pytest.mark.parametrize("raw", ["a\x00b", "a\x1bb", "a\nb", "a\u202eb", "a\ud800b", "a\u2028b", "a\ufffeb"])
def test_a_character_that_no_document_can_show_is_refused(raw: str) -> None:
    assert refused(text(), raw) == "“Tên doanh nghiệp” có ký tự không được phép; hãy xóa và gõ lại."


def test_only_a_text_area_has_lines() -> None:
    area = text() | {"type": "textarea"}
    assert answered(area, "dòng một\r\ndòng hai\n") == "dòng một\ndòng hai"


def test_lengths_count_the_trimmed_text() -> None:
    component = text(most=5, validate={"minLength": 3})
    assert answered(component, " abcde ") == "abcde"
    assert refused(component, "abcdef") == "“Tên doanh nghiệp”: tối đa 5 ký tự."
    assert refused(component, "ab") == "“Tên doanh nghiệp”: tối thiểu 3 ký tự."


def test_a_flood_of_combining_marks_is_refused_before_it_is_normalised() -> None:
    started = time.perf_counter()
    assert "tối đa 100 ký tự" in refused(text(), "a" + "\u0323\u0301" * 500_000)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.250.000", 1_250_000),
        ("1.250", 1250),
        ("0,5", Decimal("0.5")),
        ("1.250.000,75", Decimal("1250000.75")),
        ("12", 12),
        ("-3", -3),
        ("0.125", Decimal("0.125")),
        ("1.25", Decimal("1.25")),
        ("2,50", Decimal("2.5")),
        (" 7 ", 7),
        (12, 12),
        (Decimal("0.5"), Decimal("0.5")),
        (0.1, Decimal("0.1")),
        (2.0, 2),
        (Decimal("5.00"), 5),
        ("-0", 0),
        (999_999_999_999_999, 999_999_999_999_999),
        ("0", 0),
    ],
)
def test_a_number_is_read_as_it_is_written_here(raw: object, value: object) -> None:
    result = answered(field("number"), raw)
    assert result == value and type(result) is type(value)


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1.25.000",
        "1,250,000",
        "1e3",
        "١٢",
        "--1",
        True,
        float("nan"),
        float("inf"),
        Decimal("sNaN"),
        [],
        {},
        "1 000",
        "1.250.000 đ",
    ],
)
def test_what_is_no_number_is_refused(raw: object) -> None:
    assert refused(field("number"), raw) == "“Giá trị” phải là một số, viết như 1.250.000 hoặc 0,5."


@pytest.mark.parametrize(
    "raw", ["1234567890123456", 10**4000, 1e300, Decimal("1e-999999"), "0,1234567890123456", 1e-30]
)
def test_a_number_that_json_cannot_keep_exactly_is_refused(raw: object) -> None:
    assert refused(field("number"), raw) == "“Giá trị”: tối đa 15 chữ số."


def test_a_number_keeps_its_limits_and_its_digits() -> None:
    component = field("number", validate={"min": 1000, "max": 2_500_000}, decimalDigits=2)
    assert answered(component, "1000,25") == Decimal("1000.25")
    assert refused(component, "999") == "“Giá trị” không được nhỏ hơn 1.000."
    assert refused(component, "2.500.001") == "“Giá trị” không được lớn hơn 2.500.000."
    assert refused(component, "1000,255") == "“Giá trị”: tối đa 2 chữ số sau dấu phẩy."
    assert refused(field("number", decimalDigits=0), "0,5") == "“Giá trị” phải là số nguyên."
    assert refused(field("number", decimalDigits=0), "1,250") == "“Giá trị” phải là số nguyên."
    assert answered(field("number"), "1,250") == Decimal("1.25")
    assert answered(field("number", decimalDigits=15), "100.000.000.000.000") == 10**14


@pytest.mark.parametrize(
    ("subtype", "raw", "value"),
    [
        ("date", "26/09/2022", "2022-09-26"),
        ("date", "1/9/2022", "2022-09-01"),
        ("date", "2022-09-26", "2022-09-26"),
        ("time", "14:30", "14:30"),
        ("time", "7:05", "07:05"),
        ("time", "07:05:00", "07:05"),
        ("datetime", "26/09/2022 14:30", "2022-09-26T14:30"),
        ("datetime", "2022-09-26T14:30", "2022-09-26T14:30"),
    ],
)
def test_dates_and_times_become_iso(subtype: str, raw: str, value: str) -> None:
    assert answered(field("datetime", subtype=subtype), raw) == value


@pytest.mark.parametrize(
    ("subtype", "raw", "example"),
    [
        ("date", "31/02/2022", "26/09/2022"),
        ("date", "2022-9-26", "26/09/2022"),
        ("date", "20220926", "26/09/2022"),
        ("date", "2022-W39-1", "26/09/2022"),
        ("date", "0000-01-01", "26/09/2022"),
        ("date", 20220926, "26/09/2022"),
        ("time", "25:00", "14:30"),
        ("time", "14h30", "14:30"),
        ("datetime", "26/09/2022", "26/09/2022 14:30"),
        ("datetime", "2022-09-26T14:30Z", "26/09/2022 14:30"),
        ("date", "9" * 10**6, "26/09/2022"),
    ],
)
def test_a_day_or_time_that_is_none_is_refused_with_an_example(subtype: str, raw: object, example: str) -> None:
    assert refused(field("datetime", subtype=subtype), raw).endswith(f"viết như {example}.")


MIDNIGHT = datetime(2026, 3, 2, 17, tzinfo=UTC)
"""Midnight of 3/3/2026 in Viet Nam."""


@pytest.mark.parametrize(
    ("subtype", "raw", "passed"),
    [
        ("date", "02/03/2026", True),
        ("date", "1999-01-01", True),
        ("date", "03/03/2026", False),
        ("date", "", False),
        ("datetime", "2026-03-02T23:59", True),
        ("datetime", "2026-03-03T00:00", False),
    ],
)
def test_a_day_that_has_passed_is_refused_where_only_coming_ones_are_allowed(
    subtype: str, raw: str, passed: bool
) -> None:
    made = form(field("datetime", subtype=subtype, disallowPassedDates=True))
    _, faults = check(made, {"value": raw}, {}, now=MIDNIGHT)
    message = "“Giá trị”: ngày này đã qua; hãy chọn từ ngày 03/03/2026 trở đi."
    assert [fault.message for fault in faults] == [message] * passed
    assert not check(form(field("datetime", subtype=subtype)), {"value": raw}, {}, now=MIDNIGHT)[1]


@pytest.mark.parametrize(
    ("facts", "taken", "refused"),
    [
        ({}, ("01/01/1900", "31/12/2100"), {"0026-09-26": "", "1026-09-26": "", "26/09/2206": "", "31/12/1899": ""}),
        ({"disallowPassedDates": True}, ("31/12/2100",), {"26/09/2206": "từ 03/03/2026 đến 31/12/2100"}),
        (
            {"properties": {"earliest": "2020-01-01", "latest": "2025-12-31"}},
            ("01/01/2020", "31/12/2025"),
            {
                "31/12/2019": "từ 01/01/2020 đến 31/12/2025, viết như 31/12/2025.",
                "01/01/2026": "từ 01/01/2020 đến 31/12/2025, viết như 31/12/2025.",
            },
        ),
        (
            {"properties": {"latest": "today"}},
            ("03/03/2026", "01/01/1900"),
            {
                "04/03/2026": "này chưa đến; hãy nhập ngày từ 01/01/1900 đến hôm nay, viết như 03/03/2026.",
                "26/09/2206": "này chưa đến; hãy nhập ngày từ 01/01/1900 đến hôm nay, viết như 03/03/2026.",
                "0026-03-03": "từ 01/01/1900 đến 03/03/2026, viết như 03/03/2026.",
            },
        ),
    ],
    ids=("any", "coming", "own", "past"),
)
@pytest.mark.parametrize("subtype", ["date", "datetime"])
def test_a_day_lies_in_the_window_of_its_field(
    subtype: str, facts: dict[str, Any], taken: tuple[str, ...], refused: dict[str, str]
) -> None:
    made, clock = form(field("datetime", subtype=subtype, **facts)), " 00:00" * (subtype == "datetime")
    for day in taken:
        assert not check(made, {"value": day + clock}, {}, now=MIDNIGHT)[1], day
    for day, said in refused.items():
        [fault] = check(made, {"value": day + clock}, {}, now=MIDNIGHT)[1]
        assert fault.message.startswith("“Giá trị”: ") and "ngày" in fault.message, fault.message
        assert (said or "từ 01/01/1900 đến 31/12/2100, viết như 03/03/2026.") in fault.message


def test_choices_are_those_of_the_form() -> None:
    assert answered(choice("radio", "yes", "no"), "yes") == "yes"
    assert answered(choice("select", "yes", "no"), "") is None
    assert answered(choice("checklist", "a", "b", "c"), ["c", "a", "c"]) == ["a", "c"]
    assert answered(choice("checklist", "a", "b"), "b") == ["b"]
    for wrong in ("YES", "maybe", True, 1, ["yes"], {"yes": 1}):
        assert refused(choice("radio", "yes", "no"), wrong) == "“Giá trị” có lựa chọn không nằm trong danh sách."
    assert refused(choice("checklist", "a"), ["a", ["a"]])


def test_a_choice_is_known_however_its_letters_are_written() -> None:
    for type in ("radio", "select"):
        assert answered(choice(type, "Tr\u1ea3 l\u1ea1i"), normalize("NFD", "Tr\u1ea3 l\u1ea1i")) == "Tr\u1ea3 l\u1ea1i"
        assert answered(choice(type, normalize("NFD", "\u1ebf")), "\u1ebf") == "\u1ebf"


def test_a_box_is_ticked_or_not() -> None:
    assert [answered(field("checkbox"), raw) for raw in (True, "on", "true", None, "", False, "false")] == [
        True
    ] * 3 + [False] * 4
    assert refused(field("checkbox"), "maybe") == "“Giá trị” chỉ nhận có hoặc không."


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        (text(), "Hãy nhập “Tên doanh nghiệp”."),
        (field("number"), "Hãy nhập “Giá trị”."),
        (field("datetime", subtype="date"), "Hãy nhập “Giá trị”."),
        (choice("radio", "a"), "Hãy chọn “Giá trị”."),
        (choice("select", "a"), "Hãy chọn “Giá trị”."),
        (choice("checklist", "a"), "Hãy chọn “Giá trị”."),
        (field("checkbox"), "Hãy đánh dấu vào ô “Giá trị”."),
    ],
)
def test_a_required_field_asks_for_what_is_missing(component: dict[str, Any], sentence: str) -> None:
    component = component | {"validate": component.get("validate", {}) | {"required": True}}
    assert refused(component, None) == refused(component, "") == sentence


def test_nought_and_no_are_answers() -> None:
    assert answered(field("number", validate={"required": True}), "0") == 0


def papers(**others: Any) -> dict[str, Any]:
    inside = [text("title", validate={"required": True}, label="Tên giấy tờ"), field("number", "copies")]
    return {"type": "dynamiclist", "path": "papers", "label": "Giấy tờ", "components": inside} | others


def test_rows_are_checked_one_by_one_and_named_by_their_number_on_the_page() -> None:
    rows = [{"title": "Đơn", "copies": "2"}, {"title": " ", "copies": ""}, {"copies": "1"}]
    answer, (fault,) = check(form(papers()), {"papers": rows}, {})
    assert answer["papers"][0] == {"title": "Đơn", "copies": 2}
    assert (fault.path, fault.message) == ("papers.2.title", "Hãy nhập “Giấy tờ 3: Tên giấy tờ”.")


def test_a_list_is_bounded_and_may_be_required() -> None:
    _, (fault,) = check(form(papers()), {"papers": [{"title": "x"}] * (MAX_ROWS + 1)}, {})
    assert fault.message == "“Giấy tờ”: tối đa 50 dòng."
    _, (fault,) = check(form(papers(validate={"required": True})), {"papers": [{"title": ""}]}, {})
    assert fault.message == "Hãy điền ít nhất một dòng vào “Giấy tờ”."
    for wrong in ("x", {"title": "x"}, [1], 7):
        _, (fault,) = check(form(papers()), {"papers": wrong}, {})
        assert fault.message == "“Giấy tờ” phải là một danh sách các dòng."


def test_faults_are_bounded() -> None:
    made = form(papers(components=[field("number", f"f{n}") for n in range(10)]))
    _, faults = check(made, {"papers": [{f"f{n}": "x" for n in range(10)}] * 50}, {})
    assert len(faults) == MAX_FAULTS


def test_an_answer_is_bounded_as_a_whole() -> None:
    made = form(*(text(f"f{n}", most=10_000) for n in range(25)))
    _, (fault,) = check(made, {f"f{n}": "x" * 9_000 for n in range(25)}, {})
    assert fault.path == "" and "200000 ký tự" in fault.message


# -- hidden fields ----------------------------------------------------------------------------------------------------


def decision(*more: dict[str, Any]) -> Form:
    hide = {"conditional": {"hide": '=decision != "refused"'}, "validate": {"maxLength": 100, "required": True}}
    return form(choice("radio", "granted", "refused", key="decision"), text("reason", **hide), *more)


def test_a_hidden_field_is_neither_asked_for_nor_taken() -> None:
    assert check(decision(), {"decision": "granted", "reason": "x"}, {}) == (
        {"decision": "granted", "reason": None},
        (),
    )
    answer, (fault,) = check(decision(), {"decision": "refused"}, {})
    assert answer["reason"] is None and fault.message == "Hãy nhập “Tên doanh nghiệp”."


def test_what_a_hidden_field_was_sent_decides_nothing_below_it() -> None:
    made = decision(text("appeal", conditional={"hide": "=reason = null"}))
    answer, _ = check(made, {"decision": "granted", "reason": "x", "appeal": "y"}, {"reason": "of an earlier round"})
    assert answer["appeal"] is None


def test_the_date_of_a_date_field_is_a_date_for_the_conditions_below_it() -> None:
    issued = {"type": "datetime", "subtype": "date", "key": "issued", "dateLabel": "Ngày cấp"}
    visited = {"type": "datetime", "subtype": "datetime", "key": "visited", "dateLabel": "Lúc đến"}
    rows = {"type": "dynamiclist", "path": "rows", "label": "Bản kê", "components": [issued]}
    early = text("early", conditional={"hide": '=issued >= date("2026-01-01")'})
    inside = {"type": "group", "components": [visited, text("later", conditional={"hide": "=date(visited) > issued"})]}
    some = text("old", conditional={"hide": "=not(some row in rows satisfies row.issued < issued)"})
    made = form(issued, early, inside, rows, some)
    sent = {"issued": "2/3/2026", "early": "x", "visited": "2026-03-02T08:00", "later": "y", "old": "z"}

    answer, faults = check(made, sent | {"rows": [{"issued": "1/3/2026"}]}, {})
    assert not faults
    assert answer == {
        "issued": "2026-03-02",
        "early": None,
        "visited": "2026-03-02T08:00",
        "later": "y",
        "rows": [{"issued": "2026-03-01"}],
        "old": "z",
    }
    answer, _ = check(made, sent | {"issued": "31/12/2025", "rows": [{"issued": "1/3/2026"}]}, {})
    assert (answer["early"], answer["later"], answer["old"]) == ("x", None, None)


def test_what_a_checklist_needs_may_depend_on_a_date() -> None:
    issued = {"type": "datetime", "subtype": "date", "key": "issued", "dateLabel": "Ngày cấp"}
    demand = {"needed": "a", "needed_when": "=issued.year < 2026"}
    made = form(issued, choice("checklist", "a", "b", key="papers", properties=demand))

    assert check(made, {"issued": "2026-01-01", "papers": ["b"]}, {})[1] == ()
    assert [fault.path for fault in check(made, {"issued": "2025-12-31", "papers": ["b"]}, {})[1]] == ["papers"]


def test_conditions_see_the_values_of_the_case() -> None:
    made = form(text("reason", conditional={"hide": "=complete"}))
    assert check(made, {"reason": "x"}, {"complete": True})[0] == {"reason": None}
    assert check(made, {"reason": "x"}, {"complete": "yes"})[0] == {"reason": "x"}


def test_all_of_a_hidden_group_is_hidden() -> None:
    hide = {"conditional": {"hide": "=true"}}
    group = {"type": "group", "path": "applicant", "components": [text(), papers()]} | hide
    answer, faults = check(form(group), {"applicant": {"name": "x", "papers": [{"title": "y"}]}}, {})
    assert (answer, faults) == ({"applicant": {"name": None, "papers": None}}, ())


def test_a_condition_in_a_row_sees_its_own_row_first() -> None:
    inside = [field("checkbox", "given"), text("note", conditional={"hide": "=given"})]
    made = form(papers(components=inside))
    rows = [{"given": True, "note": "x"}, {"given": False, "note": "y"}]
    answer, _ = check(made, {"papers": rows}, {"given": True})
    assert [row["note"] for row in answer["papers"]] == [None, "y"]


def test_an_emptied_field_is_null_so_that_an_earlier_value_does_not_survive() -> None:
    answer, _ = check(decision(), {"decision": ""}, {"decision": "refused"})
    assert answer == {"decision": None, "reason": None}


# -- what the whole answer demands -------------------------------------------------------------------------------------


def dossier() -> Form:
    needed = {"needed_when": '=decision = "complete"', "needed": "request, plan"}
    return form(
        choice("checklist", "request", "plan", "extra", key="items", properties=needed),
        choice("checklist", "request", "plan", "extra", key="copies", properties={"among": "items"}),
        {"type": "group", "components": [choice("radio", "complete", "supplement", key="decision")]},
    )


def test_what_a_choice_below_calls_complete_must_have_what_it_needs() -> None:
    _, (fault,) = check(dossier(), {"items": ["extra", "request"], "decision": "complete"}, {})
    assert (fault.path, fault.message) == ("items", "Hồ sơ đầy đủ phải có: Plan.")
    _, (fault,) = check(dossier(), {"decision": "complete"}, {})
    assert fault.message == "Hồ sơ đầy đủ phải có: Request; Plan."
    assert not check(dossier(), {"items": ["plan", "request"], "decision": "complete"}, {})[1]
    for decision in ("supplement", None):
        assert not check(dossier(), {"items": ["extra"], "decision": decision}, {})[1]


def test_what_is_ticked_among_others_must_be_ticked_there() -> None:
    _, (fault,) = check(dossier(), {"items": ["request"], "copies": ["request", "extra"], "decision": "supplement"}, {})
    assert (fault.path, fault.message) == ("copies", "“Giá trị” có mục chưa được đánh dấu ở “Giá trị”: Extra.")
    assert not check(dossier(), {"items": ["request"], "copies": ["request"], "decision": "supplement"}, {})[1]


def test_a_hidden_checklist_needs_nothing() -> None:
    hidden = choice("checklist", "a", conditional={"hide": "=true"}, properties={"needed": "a", "needed_when": "=true"})
    assert check(form(hidden), {}, {}) == ({"value": None}, ())


# -- anything is sent -------------------------------------------------------------------------------------------------

EVERYTHING = form(
    text("name", validate={"required": True, "pattern": "^[^<>]*$"}),
    text("note") | {"type": "textarea"},
    field("number", "amount", validate={"min": 0}, decimalDigits=2),
    field("checkbox", "agreed"),
    choice("checklist", "a", "b", key="ticked"),
    choice("radio", "eligible", "not_eligible", key="decision"),
    field("datetime", "day", subtype="date"),
    field("datetime", "moment", subtype="datetime"),
    {"type": "group", "path": "applicant", "components": [text("name"), choice("select", "x", "y", key="kind")]},
    {"type": "group", "components": [text("loose", conditional={"hide": "=agreed"})]},
    papers(),
)
SHAPE: dict[str, Any] = {
    "name": None,
    "note": None,
    "amount": None,
    "agreed": None,
    "ticked": None,
    "decision": None,
    "day": None,
    "moment": None,
    "applicant": {"name": None, "kind": None},
    "loose": None,
    "papers": [{"title": None, "copies": None}],
}

HOSTILE = st.sampled_from(
    [
        "decision",
        "owner",
        "assignee",
        "lane",
        "due",
        "case_due",
        "case_number",
        "typename",
        "__builtins__",
        "__class__",
        "__import__('os').system('x')",
        "late_reason",
        "_lead",
        "papers.0.title",
        "applicant.name",
        "applicant[name]",
        "{label}",
        "${7*7}",
        "%s",
        "eligible",
        "on",
        "true",
        "1.250.000",
        "0,5",
        "26/09/2022",
        "a",
        "\u202e",
        "\x00",
        "\ud800",
        "='x'",
    ]
)
NAMES = st.sampled_from([*SHAPE, "kind", "title", "copies"]) | HOSTILE | st.text(max_size=5)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.text(st.characters(), max_size=20)
    | HOSTILE
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def shaped(value: object, shape: object) -> bool:
    """Whether `value` has no key that `shape` has not, however deep, and every key that it has."""
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(shaped(value[name], shape[name]) for name in shape)
        )
    if isinstance(shape, list):
        return value is None or (isinstance(value, list) and all(shaped(item, shape[0]) for item in value))
    return not isinstance(value, dict) and (not isinstance(value, list) or value == [v for v in "ab" if v in value])


@settings(max_examples=500)
@given(
    st.dictionaries(NAMES, VALUES, max_size=12), st.dictionaries(NAMES, st.booleans() | st.text(max_size=3), max_size=3)
)
def test_only_declared_fields_ever_pass(values: dict[str, Any], case_values: dict[str, Any]) -> None:
    answer, faults = check(EVERYTHING, values, case_values)
    assert shaped(answer, SHAPE)
    assert parsed(canonical(answer)) == answer  # what the journal keeps is what was checked
    labels = {"Tên doanh nghiệp", "Giá trị", "Giấy tờ", "Tên giấy tờ"}
    for fault in faults:
        assert any(f"{label}”" in fault.message for label in labels)
        assert "{" not in fault.message and fault.message.endswith(".")


@settings(max_examples=100)
@given(
    st.fixed_dictionaries(
        {"name": st.text("abc ắ", min_size=1).filter(str.strip), "note": st.text("abc \r\n\tế")},
        optional={
            "amount": st.decimals(0, 10**9, places=2),
            "agreed": st.sampled_from(["on", "", True]),
            "ticked": st.sampled_from([["b", "a"], "a", []]),
            "decision": st.sampled_from(["eligible", ""]),
            "day": st.dates(date(1900, 1, 1), date(2100, 12, 31)).map("{:%d/%m/%Y}".format),
            "moment": st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)).map(  # noqa: DTZ001
                "{:%d/%m/%Y %H:%M}".format
            ),
            "papers": st.lists(st.fixed_dictionaries({"title": st.just(" x "), "copies": st.integers(0, 10**9)})),
        },
    )
)
def test_an_answer_that_is_sent_again_is_the_same_answer(values: dict[str, Any]) -> None:
    answer, faults = check(EVERYTHING, values, {})
    assert not faults
    assert check(EVERYTHING, answer, {}) == (answer, ())


ATTRIBUTES = st.sampled_from(
    [
        "type",
        "key",
        "path",
        "label",
        "components",
        "validate",
        "values",
        "conditional",
        "hide",
        "text",
        "maxLength",
        "pattern",
        "subtype",
        "dataSource",
        "columns",
        "id",
    ]
)
COMPONENTS = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ATTRIBUTES | NAMES, inner, max_size=6),
    max_leaves=20,
)


def id_or_message(data: bytes) -> str:
    """The id of the form in `data`, or the sentence that says why it is none."""
    try:
        return read(data).id
    except errors.FormInvalid as error:
        return str(error)


@settings(max_examples=200)
@given(COMPONENTS)
def test_whatever_a_modeler_writes_is_a_form_or_is_refused_in_a_sentence(component: object) -> None:
    for type in ("text", "textfield", "number", "select", "datetime", "group", "dynamiclist", "table"):
        made = component | {"type": type} if isinstance(component, dict) else component
        text = id_or_message(json.dumps({"type": "default", "id": "a", "components": [made]}, default=str).encode())
        assert text == "a" or (text.encode() and len(text) < 500)
