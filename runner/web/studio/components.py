"""The designer's list of parts: which components a form may have, what a new one is like, and what of it can be edited.

It is what `runner.domain.form` reads: a browser gets it as JSON and offers nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from runner.domain.form.component import MAX_DIGITS, MAX_ROWS
from runner.domain.form.schema import MAX_TEXT
from runner.language import say

TEXT_LENGTH: Final = 250
LONG_TEXT_LENGTH: Final = 2000
"""The characters that a new field takes at most: of a line, of a paragraph."""


@dataclass(frozen=True, slots=True)
class Property:
    """One thing of a component that can be edited, at `path` in the schema.

    `kind`: ``line``, ``lines``, ``whole``, ``number``, ``flag``, ``choice``, ``pairs`` (of a label and its `names`),
    ``day``, ``key``, ``condition``, ``shown`` (a condition that hides, chosen from the fields above). `most` bounds a
    whole number. A ``flag`` is `on` where it is set.
    """

    path: str
    label: str
    kind: str = "line"
    hint: str = ""
    needed: bool = False
    most: int | None = None
    on: Any = True
    options: tuple[tuple[str, str], ...] = ()
    names: str = "value"


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of component. `group` is where it stands in the palette, "" for one that is known and not offered."""

    type: str
    name: str
    group: str
    properties: tuple[Property, ...]
    preset: dict[str, Any] = field(default_factory=dict)


def parts() -> list[Part]:
    """Every component that a form may have, in the order of the palette, in the reader's language."""
    ask, choose, show, hold = say("Trường nhập"), say("Trường chọn"), say("Trình bày"), say("Nhóm")
    group, rows = {"components": [], "showOutline": True}, {"isRepeating": True, "allowAddRemove": True}
    hidden = _hidden()
    return [
        Part("textfield", say("Dòng chữ"), ask, (*_asked(), *_length(), *_pattern()), _limited(TEXT_LENGTH)),
        Part("textarea", say("Đoạn chữ"), ask, (*_asked(), *_length()), _limited(LONG_TEXT_LENGTH)),
        Part("number", say("Con số"), ask, (*_asked(), *_bounds()), {"decimalDigits": 0, "validate": {"min": 0}}),
        Part("datetime", say("Ngày, giờ"), ask, (*_asked(), *_moment()), {"subtype": "date"}),
        Part("filepicker", say("Tệp đính kèm"), ask, (*_asked(), *_files())),
        Part("radio", say("Chọn một"), choose, (*_asked(), _options(), _until_due()), _two()),
        Part("checklist", say("Chọn nhiều"), choose, (*_asked(), _options(), _until_due(), *_demands()), _two()),
        Part("select", say("Danh sách chọn"), choose, (*_asked(), _options(), _until_due()), _two()),
        Part("checkbox", say("Ô đánh dấu"), choose, _asked()),
        Part("text", say("Đề mục, chữ"), show, (_text(), hidden), {"text": "# " + say("Đề mục")}),
        Part("table", say("Bảng để xem"), show, (_label(), *_table(), hidden), _sheet()),
        Part("separator", say("Đường kẻ"), show, (hidden,)),
        Part("group", say("Nhóm trường"), hold, (_label(), _path(), hidden), group),
        Part("dynamiclist", say("Danh sách nhiều dòng"), hold, (_label(), *_list(), hidden), group | rows),
        Part("spacer", say("Khoảng trống"), "", (hidden,)),
    ]


# -- what a new component is like --------------------------------------------------------------------------------------


def _limited(most: int) -> dict[str, Any]:
    return {"validate": {"maxLength": most}}


def _two() -> dict[str, Any]:
    return {"values": [{"value": f"option_{each}", "label": say("Lựa chọn {number}", number=each)} for each in (1, 2)]}


def _sheet() -> dict[str, Any]:
    return {"dataSource": "=papers", "columns": [{"key": "name", "label": say("Cột {number}", number=1)}]}


# -- what can be edited ------------------------------------------------------------------------------------------------


def _asked() -> tuple[Property, ...]:
    key = say("Tên của giá trị trong hồ sơ và trong điều kiện của sơ đồ: chữ không dấu, chữ số, dấu gạch dưới.")
    return (
        Property("label", say("Nhãn"), needed=True),
        Property("key", say("Mã trường"), "key", key, needed=True),
        Property("description", say("Hướng dẫn điền"), "lines"),
        Property("validate.required", say("Bắt buộc"), "flag"),
        _hidden(),
    )


def _label() -> Property:
    return Property("label", say("Nhãn"))


def _hidden() -> Property:
    example = '=not(decision = "refuse")'
    hint = say(
        "Ẩn khi biểu thức này đúng: FEEL bắt đầu bằng dấu =, hỏi các trường đứng trên, như {example}.", example=example
    )
    return Property("conditional.hide", say("Hiện khi nào"), "shown", hint)


def _length() -> tuple[Property, ...]:
    return (
        Property("validate.maxLength", say("Tối đa (ký tự)"), "whole", needed=True, most=MAX_TEXT),
        Property("validate.minLength", say("Tối thiểu (ký tự)"), "whole", most=MAX_TEXT),
    )


def _pattern() -> tuple[Property, ...]:
    kinds = [("", say("Chữ bất kỳ")), ("email", say("Thư điện tử")), ("phone", say("Điện thoại"))]
    hint = say("Biểu thức chính quy từ ^ đến $, như {example}; chỉ dùng với “Theo mẫu riêng”.", example="^[0-9]{12}$")
    return (
        Property(
            "validate.validationType", say("Dạng chữ"), "choice", options=(*kinds, ("custom", say("Theo mẫu riêng")))
        ),
        Property("validate.pattern", say("Mẫu riêng"), hint=hint),
    )


def _bounds() -> tuple[Property, ...]:
    return (
        Property("validate.min", say("Nhỏ nhất"), "number"),
        Property("validate.max", say("Lớn nhất"), "number"),
        Property("decimalDigits", say("Số chữ số sau dấu phẩy"), "whole", most=MAX_DIGITS),
    )


def _moment() -> tuple[Property, ...]:
    kinds = (("date", say("Ngày")), ("time", say("Giờ")), ("datetime", say("Ngày và giờ")))
    return (
        Property("subtype", say("Hỏi"), "choice", needed=True, options=kinds),
        Property("disallowPassedDates", say("Chỉ từ hôm nay trở đi"), "flag"),
        Property("properties.latest", say("Chỉ đến hôm nay"), "flag", on="today"),
        Property("properties.working_day", say("Chỉ ngày làm việc"), "flag", on="true"),
        Property("properties.after", say("Chỉ sau ngày hẹn trả kết quả"), "flag", on="case_due"),
        Property("properties.earliest", say("Không sớm hơn ngày"), "day"),
    )


def _files() -> tuple[Property, ...]:
    hint = say("Để trống là PDF, JPEG, PNG, OFD. Viết như {example}.", example=".pdf,.docx")
    return Property("multiple", say("Nhận nhiều tệp"), "flag"), Property("accept", say("Loại tệp"), hint=hint)


def _options() -> Property:
    return Property("values", say("Các lựa chọn"), "pairs", needed=True)


def _until_due() -> Property:
    hint = say("Mã của lựa chọn bị từ chối khi hồ sơ đã quá hạn.")
    return Property("properties.until_due", say("Lựa chọn chỉ dùng khi chưa quá hạn"), hint=hint)


def _demands() -> tuple[Property, ...]:
    marked = say("Mã các lựa chọn, cách nhau bằng dấu phẩy.")
    among = say("Mã của một trường chọn nhiều khác: ở đây chỉ đánh dấu được điều đã đánh dấu ở đó.")
    return (
        Property("properties.needed", say("Phải đánh dấu đủ"), hint=marked),
        Property("properties.needed_when", say("khi"), "condition", say("Biểu thức FEEL bắt đầu bằng dấu =.")),
        Property("properties.among", say("Chỉ trong số đã đánh dấu ở"), hint=among),
    )


def _text() -> Property:
    hint = say("Dòng bắt đầu bằng # là đề mục, bằng - là gạch đầu dòng; **chữ đậm**.")
    return Property("text", say("Nội dung"), "lines", hint)


def _table() -> tuple[Property, ...]:
    hint = say("Danh sách để xem, bắt đầu bằng dấu =, như {example}.", example="=papers")
    return (
        Property("dataSource", say("Dữ liệu"), "condition", hint, needed=True),
        Property("columns", say("Các cột"), "pairs", needed=True, names="key"),
    )


def _path() -> Property:
    hint = say(
        "Để trống: các trường trong nhóm đứng ở mức ngoài. Có mã: chúng nằm dưới mã này, như {example}.",
        example="applicant.name",
    )
    return Property("path", say("Mã nhóm"), "key", hint)


def _list() -> tuple[Property, ...]:
    return (
        Property("path", say("Mã danh sách"), "key", needed=True),
        Property("validate.required", say("Phải có ít nhất một dòng"), "flag"),
        Property("defaultRepetitions", say("Số dòng trống ban đầu"), "whole", most=MAX_ROWS),
    )
