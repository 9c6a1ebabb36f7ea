"""What a condition compares is of one type; types come from the forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from runner.bpmn import read
from runner.dmn import reader as decisions
from runner.domain import form as forms
from runner.lint import Content, Finding
from tests.dmn.tables import rule, table
from tests.engine.diagrams import chain, document, element, end, exclusive, flow, service, start, user
from tests.lint.findings import findings, flagged

CHOICES = [{"value": each, "label": each.upper()} for each in ("site", "post", "portal")]
FIELDS: list[dict[str, Any]] = [
    {"type": "radio", "key": "place", "label": "Nơi", "values": CHOICES, "validate": {"required": True}},
    {"type": "select", "key": "urgency", "label": "Mức khẩn", "values": CHOICES[:2]},
    {"type": "checkbox", "key": "agreed", "label": "Đồng ý"},
    {"type": "number", "key": "copies", "label": "Số bản"},
    {"type": "datetime", "subtype": "date", "key": "issued", "dateLabel": "Ngày cấp"},
    {"type": "datetime", "subtype": "datetime", "key": "visited", "dateLabel": "Lúc đến"},
    {"type": "checklist", "key": "papers", "label": "Giấy tờ", "values": CHOICES},
    {"type": "textfield", "key": "remark", "label": "Ghi chú", "validate": {"maxLength": 50}},
    {
        "type": "group",
        "path": "owner",
        "label": "Chủ",
        "components": [{"type": "textfield", "key": "name", "label": "Tên", "validate": {"maxLength": 50}}],
    },
    {
        "type": "dynamiclist",
        "path": "rows",
        "label": "Bản kê",
        "components": [
            {"type": "number", "key": "pages", "label": "Trang"},
            {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Ngày"},
        ],
    },
]


def form(id: str, *fields: Mapping[str, Any]) -> forms.Form:
    return forms.read(json.dumps({"type": "default", "id": id, "components": list(fields)}).encode())


def content(*more: forms.Form | None) -> Content:
    return Content({"ask": form("ask", *FIELDS), **{each.id: each for each in more if each}})


def branch(condition: str, *more: str, default: bool = True) -> bytes:
    """A gateway `g` behind a task that asks the fields above, with a flow ``g_yes`` for `condition`."""
    ends = [end("yes") + flow("g", "yes", condition)]
    ends += [end(f"e{n}") + flow("g", f"e{n}", each) for n, each in enumerate(more)]
    gateway = exclusive("g", **({"default": "g_no"} if default else {}))
    if default:
        ends.append(end("no") + flow("g", "no"))
    return document(start(), user("q", form="ask"), service("n"), gateway, *ends, chain("s", "q", "n", "g"))


def said(condition: str) -> list[str]:
    """What is said of a condition, after its own text."""
    told = findings(branch(condition), "types", content())
    assert all((each.severity, each.element) == ("error", "g_yes") for each in told)
    return [str(each.facts["reason"]) for each in told]


@pytest.mark.parametrize(
    "condition",
    [
        'place = "site"',
        'place in ["site", "post"]',
        "agreed",
        "agreed = true and not(agreed)",
        "copies > 5 or copies between 1 and 3",
        "copies * 2 + 1 <= 10",
        'issued > date("2026-01-01")',
        'issued >= @"2026-01-01" and issued.year = 2026',
        'issued + duration("P1M") < date(visited)',
        'visited - date and time("2026-01-01T08:00:00") > duration("PT8H")',
        'list contains(papers, "site") and count(papers) > 1',
        'contains(remark, "a") and string length(remark) > 3',
        'owner.name != "An" and owner.name != null',
        "remark = null or null = issued",
        "some row in rows satisfies row.pages > copies and row.day < issued",
        'papers = ["post", "site"] or papers = [] or rows.pages = [1, null]',
        "sum(rows.pages) > 10 and max(rows.day) < issued",
        'if agreed then place = "site" else if copies > 1 then null else agreed',
        'case_number = null or starts with(string(copies), "1")',
        'number(remark) > 5 and date(remark) > date("2026-01-01")',
    ],
)
def test_a_condition_whose_types_fit_is_accepted(condition: str) -> None:
    assert flagged(branch(condition), "types", content()) == []


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("place = 1", '“place” là chữ còn “1” là số, nên “=” không bao giờ có kết quả. Hãy viết: place = "1"'),
        ('copies > "5"', '“copies” là số còn “"5"” là chữ, nên “>” không bao giờ có kết quả. Hãy viết: copies > 5'),
        ('"5" < copies', '“"5"” là chữ còn “copies” là số, nên “<” không bao giờ có kết quả. Hãy viết: 5 < copies'),
        (
            'agreed = "true"',
            '“agreed” là có/không còn “"true"” là chữ, nên “=” không bao giờ có kết quả. Hãy viết: agreed = true',
        ),
        (
            'issued > "1/2/2026"',
            '“issued” là ngày tháng còn “"1/2/2026"” là chữ, nên “>” không bao giờ có kết quả. '
            'Hãy viết: issued > date("2026-02-01")',
        ),
        (
            "issued <= visited",
            "“issued” là ngày tháng còn “visited” là ngày giờ, nên “<=” không bao giờ có kết quả. "
            "Hãy viết: issued <= date(visited)",
        ),
        (
            'papers = "site"',
            '“papers” là danh sách còn “"site"” là chữ, nên “=” không bao giờ có kết quả. '
            'Hãy viết: list contains(papers, "site")',
        ),
        ("copies = agreed", "“copies” là số còn “agreed” là có/không, nên “=” không bao giờ có kết quả."),
        ('copies in ["a"]', '“copies” là số còn “"a"” là chữ, nên “=” không bao giờ có kết quả.'),
        ("copies between 1 and issued", "“copies” là số còn “issued” là ngày tháng, nên “<=” không bao giờ có kết quả"),
        ("copies > null", "“copies” là số còn “null” là giá trị rỗng, nên “>” không bao giờ có kết quả."),
        ("agreed > false", "“agreed” là có/không, không so lớn nhỏ bằng “>” được."),
        ('place = "sight"', 'Trường “place” không có lựa chọn “sight”; các lựa chọn là: "site", "post", "portal".'),
        (
            'list contains(papers, "c")',
            'Trường “papers” không có lựa chọn “c”; các lựa chọn là: "site", "post", "portal".',
        ),
        (
            "list contains(papers, 1)",
            "“papers” là chữ còn “1” là số, nên “list contains” không bao giờ có kết quả. "
            'Hãy viết: list contains(papers, "1")',
        ),
        (
            'contains(papers, "site")',
            'Hàm contains không nhận “papers”, là danh sách. Hãy viết: list contains(papers, "site")',
        ),
        ('contains(copies, "a")', "Hàm contains không nhận “copies”, là số."),
        ("sum(papers) > 1", "Hàm sum không nhận “papers”, là danh sách."),
        ('plce = "site"', "Không biểu mẫu nào hỏi trường “plce”; có phải “place” (chữ) không?"),
        ("Issued = null", "Không biểu mẫu nào hỏi trường “Issued”; có phải “issued” (ngày tháng) không?"),
        ("zebra = null", "Không biểu mẫu nào hỏi trường “zebra”."),
        ('owner.nam = "An"', "Không biểu mẫu nào hỏi trường “owner.nam”; có phải “owner.name” (chữ) không?"),
        ("issued.yaer = 2026", "“issued” là ngày tháng, không có phần “yaer”; các phần là: year, month, day"),
        ("copies.year = 2026", "“copies” là số, không có phần nào tên “year”."),
        ("every row in rows satisfies row.page = 1", "Không biểu mẫu nào hỏi trường “row.page”; có phải “row.pages”"),
        (
            "some row in rows satisfies count(papers) = row.pages",
            "Trong phần satisfies chỉ dùng được dòng đang xét và những giá trị đơn của hồ sơ, không dùng được “papers”",
        ),
        ('date("2026-1-1") < issued', '“2026-1-1” không đọc được bằng hàm date; hãy viết như date("2026-01-01").'),
        ('date("tomorrow") < issued', '“tomorrow” không đọc được bằng hàm date; hãy viết như date("2026-01-31").'),
        (
            'visited > date and time("2026-01-01T08:00@Asia/Ho_Chi_Minh")',
            "“2026-01-01T08:00@Asia/Ho_Chi_Minh” không đọc được bằng hàm date and time; "
            'hãy viết như date and time("2026-01-31T17:00:00+07:00").',
        ),
        ('"site"', '“"site"” là chữ, không cho biết đúng hay sai; hãy so sánh nó với một giá trị.'),
        ("agreed and place", "“place” là chữ, không cho biết đúng hay sai; hãy so sánh nó với một giá trị."),
        ('if agreed then copies > 1 else "site"', '“"site"” là chữ, không cho biết đúng hay sai'),
        ("copies + 1", "“copies + 1” là số, không cho biết đúng hay sai; hãy so sánh nó với một giá trị."),
        ("issued + 1 > issued", "Không tính được “issued + 1”: bên trái là ngày tháng, bên phải là số."),
        ("-null = 1", "Không tính được “-null”, vì đó là giá trị rỗng."),
        ("copies + null > 1", "Không tính được “copies + null”: bên trái là số, bên phải là giá trị rỗng."),
        ('["c"] = papers', 'Trường “papers” không có lựa chọn “c”; các lựa chọn là: "site", "post", "portal".'),
        ("issued > date(2026, 2, 30)", "“date(2026, 2, 30)” không bao giờ có giá trị, dù hồ sơ thế nào"),
        ("copies > 1 / 0", "“1 / 0” không bao giờ có giá trị"),
        ("-place = 1", "Không tính được “-place”, vì đó là chữ."),
    ],
)
def test_what_can_only_be_null_is_an_error_that_names_the_type_and_what_to_write(condition: str, sentence: str) -> None:
    assert any(each.startswith(sentence) for each in said(condition))


def test_names_are_not_judged_where_a_form_is_missing() -> None:
    lost = document(
        start(),
        user("q", form="ask"),
        user("r", form="lost"),
        exclusive("g", default="g_no"),
        end("yes"),
        end("no"),
        flow("g", "yes", 'unheard = 1 and copies > "5"'),
        flow("g", "no"),
        chain("s", "q", "r", "g"),
    )
    [told] = findings(lost, "types", content())

    assert "copies" in str(told.facts["reason"])
    assert flagged(lost, "types") == []


def test_a_called_process_asks_what_its_callers_ask() -> None:
    called = document(
        start(),
        exclusive("g", default="g_no"),
        end("yes"),
        end("no"),
        flow("g", "yes", "unheard = 1"),
        flow("g", "no"),
        chain("s", "g"),
    )
    caller = document(start("s1"), element("callActivity", "c", calledElement="p"), end("e1"), chain("s1", "c", "e1"))

    assert flagged(called, "types", Content(called=True)) == []
    beside = Content(content().forms, diagrams=[read(caller)], called=True)
    assert flagged(called, "types", beside) == [("error", "g_yes")]


def test_one_name_is_one_kind_of_value_in_all_forms() -> None:
    text = {"type": "textfield", "key": "issued", "label": "Ngày cấp", "validate": {"maxLength": 20}}
    both = document(start(), user("q", form="ask"), user("r", form="again"), end(), chain("s", "q", "r", "e"))
    [told] = findings(both, "types", content(form("again", text)))

    assert (told.severity, told.element) == ("error", "r")
    assert told.message == "Trường “issued” là chữ ở biểu mẫu “again” nhưng là ngày tháng ở “ask”: hãy đổi tên."
    assert flagged(both, "types", content(form("again", FIELDS[4]))) == []


def test_a_called_process_asks_no_other_kind_of_value_than_its_caller() -> None:
    text = {"type": "textfield", "key": "issued", "label": "Ngày cấp", "validate": {"maxLength": 20}}
    called = document(start(), user("r", form="again"), end(), chain("s", "r", "e"))
    [told] = findings(called, "types", content(form("again", text)))

    assert (told.element, told.facts["other"]) == ("r", "ask")


def test_what_differs_between_forms_is_of_no_known_type() -> None:
    text = {"type": "textfield", "key": "copies", "label": "Số bản", "validate": {"maxLength": 20}}
    known, whole = content(form("again", text)).types(read(branch('copies = "2"')))

    assert whole
    assert known["copies"].name == "Any"


def test_conditions_of_forms_are_held_to_the_types_too() -> None:
    def hidden(condition: str) -> forms.Form:
        below = {"type": "checkbox", "key": "more", "label": "Thêm", "conditional": {"hide": condition}}
        return form("ask", *FIELDS, below)

    def told(condition: str) -> list[Finding]:
        return findings(branch("agreed"), "types", Content({"ask": hidden(condition)}))

    assert told('=issued < date("2026-01-01")') == []
    [fault] = told('=issued < "2026-01-01"')
    assert (fault.element, fault.facts["part"]) == ("q", "Thêm")
    assert 'date("2026-01-01")' in str(fault.facts["reason"])


def test_a_decision_table_asks_for_what_its_columns_compare_with() -> None:
    def told(*inputs: tuple[str, str]) -> list[str]:
        cells = {"string": '"a"', "number": "> 5", "date": '>= date("2026-01-01")', "boolean": "true"}
        made = decisions.read(table(rule(*(cells[kind] for _, kind in inputs), "1"), inputs=inputs))
        attributes = {"camunda:decisionRef": "phi", "camunda:resultVariable": "fee"}
        asking = element("businessRuleTask", "b", **attributes)
        data = document(start(), user("q", form="ask"), asking, end(), chain("s", "q", "b", "e"))
        found = findings(data, "types", Content(content().forms, {"phi": made}))
        assert all((each.severity, each.element) == ("error", "b") for each in found)
        return [str(each.facts["reason"]) for each in found]

    assert told(("place", "string"), ("copies", "number"), ("issued", "date"), ("agreed", "boolean")) == []
    assert told(("received", "date"), ("procedure", "string"), ("issued.year", "number")) == []
    assert told(("issued", "string")) == ["Cột “issued” so với chữ, nhưng điều nó hỏi là ngày tháng."]
    assert told(("visited", "date")) == ["Cột “visited” so với ngày tháng, nhưng điều nó hỏi là ngày giờ."]
    assert told(("isued", "date")) == ["Không biểu mẫu nào hỏi trường “isued”; có phải “issued” (ngày tháng) không?"]


# -- a gateway without a default ---------------------------------------------------------------------------------------


def uncovered(*conditions: str) -> list[str]:
    told = findings(branch(*conditions, default=False), "exclusive", content())
    assert all((each.severity, each.element) == ("error", "g") for each in told)
    return [str(each.facts.get("answer", "?")) for each in told]


def test_a_gateway_without_a_default_covers_what_the_forms_let_people_choose() -> None:
    assert uncovered('place = "site"', 'place = "post"') == ['place = "portal"']
    assert uncovered('place = "site"', 'place != "site"') == []
    assert uncovered('place = "site"', 'place in ["post", "portal"]') == []
    assert uncovered('place = "site"', 'place = "post"', 'place = "portal"') == []
    assert uncovered("agreed", "not(agreed)") == []
    assert uncovered("agreed", 'place = "site"') == ['agreed = false, place = "post"']


def test_what_may_be_left_empty_is_an_answer_too() -> None:
    assert uncovered('urgency = "site"', 'urgency = "post"') == ["urgency = null"]
    assert uncovered('urgency = "site"', 'urgency = "post"', "urgency = null") == []
    assert uncovered('urgency = "site"', 'not(urgency = "site")') == []


def test_a_condition_that_is_neither_true_nor_false_leaves_no_way() -> None:
    assert uncovered("place > 3", 'place in ["site", "post", "portal"]') == ['place = "site"']


def test_answers_without_bounds_need_a_default_unless_one_condition_denies_the_other() -> None:
    assert uncovered('remark = "a"', 'remark = "b"') == ["?"]
    assert uncovered("copies > 5", "copies <= 5") == ["?"]
    assert uncovered('owner.name > "A"', 'not(owner.name > "A")') == ["?"]  # left empty, it is neither
    assert uncovered("copies > 5", "not(copies > 5)") == ["?"]
    assert uncovered("copies = null or copies > 5", "not(copies = null or copies > 5)") == []
    assert uncovered('remark = "a"', 'not(remark = "a")') == []
    assert uncovered("count(papers) > 1", "not(count(papers) > 1)") == []
