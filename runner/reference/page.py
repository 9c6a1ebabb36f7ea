"""The page of every key of facts and provinces, docs/facts.md in English and docs/facts.vi.md in Vietnamese."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_origin

from runner.domain.procedure import Procedure, Province
from runner.domain.toml import bare, keys, row, values_at
from runner.domain.toml.description import descriptions
from runner.domain.toml.types import ID
from runner.language import say
from runner.law.reader import NAME
from runner.law.rule import RuleFile
from runner.reference.schema import schema

_LONGEST: Final = 60
"""So much of an example is shown."""
_NAMES: Final[Mapping[str, str]] = {
    r"\S": "chữ, không rỗng",
    ID: "id: chữ thường không dấu, số, gạch nối",
    r"^(?!0+(\.0)?$)[0-9]{1,4}(?:\.[05])?$": "số ngày viết trong nháy, trên 0, tính đến nửa ngày",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "giờ và phút viết trong nháy",
}
"""What a text is, by its pattern."""


def page(content: Path) -> str:
    """The page in the current language, with examples from the files of the folder `content`."""
    files = sorted(content.glob("*/*.toml"))
    lines = [
        f"# {say('Tệp dữ kiện: mọi khóa')}",
        "",
        say(
            "Trang này được tạo từ các lớp đọc tệp bằng `make schema`. Kịch bản chạy thử: "
            "[scenarios.md](scenarios.md). Trình soạn thảo hiểu TOML gợi ý và kiểm tra khóa "
            "nhờ dòng đầu của tệp, `#:schema …`."
        ),
        "",
    ]
    for title, shape, own in (
        (say("Thủ tục: `bpmn/<tỉnh>/<mã>.toml`"), Procedure, [each for each in files if _kind(each) == "facts"]),
        (say("Tỉnh: `bpmn/<tỉnh>/province.toml`"), Province, [each for each in files if _kind(each) == "province"]),
        (
            say("Quy tắc: `bpmn/<tỉnh>/rules.toml`, của một thủ tục `bpmn/<tỉnh>/<mã>.rules.toml`"),
            RuleFile,
            [each for each in files if _kind(each) == "rules"],
        ),
    ):
        examples = [tomllib.loads(each.read_text(encoding="utf-8")) for each in own]
        lines += [f"## {title}", "", *_tables(shape, schema(shape), (), False, examples, {})]
    return "\n".join(lines)


def _kind(path: Path) -> str:
    """What kind of file it is, by its name."""
    if path.name.endswith(NAME):
        return "rules"
    return "province" if path.stem == "province" else "facts"


def _tables(
    shape: Any, made: Mapping[str, Any], at: Sequence[str], listed: bool, examples: Sequence[Any], told: dict[Any, str]
) -> Iterator[str]:
    """A table of the keys of `shape`, and those of the tables in it; `told` has each shape with its place."""
    known = made["$defs"][shape.__name__] if at else made
    if at:
        brackets = "[[{}]]" if listed else "[{}]"
        yield from (f"### `{brackets.format('.'.join(at))}`", "")
    yield f"| {say('khóa')} | {say('kiểu')} | {say('bắt buộc')} | {say('nghĩa')} | {say('ví dụ')} |"
    yield "|---|---|---|---|---|"
    for key, (_, required) in keys(shape).items():
        said = say("có") if required else ""
        text = say(descriptions(shape)[key]).replace("|", r"\|").replace("<", "&lt;")
        yield f"| `{key}` | {_type(known['properties'][key])} | {said} | {text} | {_example((*at, key), examples)} |"
    yield ""
    for key, (kind, _) in keys(shape).items():
        if keys(inner := row(bare(kind))):
            origin = get_origin(bare(kind))
            place = (*at, key, "<id>") if origin is Mapping else (*at, key)
            if inner in told:
                yield from (say("`[{table}]` có các khóa của `[{same}]`.", table=".".join(place), same=told[inner]), "")
                continue
            told[inner] = ".".join(place)
            yield from _tables(inner, made, place, origin is tuple, examples, told)


def _type(known: Mapping[str, Any]) -> str:
    """A type of the schema in words."""
    match known:
        case {"enum": words}:
            return say("một trong: {words}", words=", ".join(f"`{word}`" for word in words if word))
        case {"$ref": _}:
            return say("bảng")
        case {"type": "object", "patternProperties": _}:
            return say("bảng, với khóa là id")
        case {"type": "array", "maxItems": 2, "items": items}:
            return say("danh sách hai giá trị: {what}", what=_type(items))
        case {"type": "array", "minItems": _, "items": items}:
            return say("danh sách có ít nhất một mục: {what}", what=_type(items))
        case {"type": "array", "items": items}:
            return say("danh sách: {what}", what=_type(items))
        case {"type": "integer", "minimum": least, "maximum": most}:
            return say("số nguyên từ {least} đến {most}", least=least, most=most)
        case {"type": "boolean"}:
            return "`true`, `false`"
        case {"format": "date"}:
            return say("ngày, viết như 2022-06-24")
    return say(_NAMES[known["pattern"]] if "pattern" in known else "chữ, có thể rỗng")


def _example(at: Sequence[str], files: Sequence[Any]) -> str:
    """The first value of a key that says something, as TOML writes it; nothing for tables."""
    for file in files:
        for _, value in values_at(file, *at):
            if value not in ("", []) and not isinstance(value, dict):
                text = value.isoformat() if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)
                return f"`{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}`".replace("|", r"\|")
    return ""
