"""The files of a procedure draft: which names a content root has for them, and how large each may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from runner import bpmn
from runner.dmn import reader
from runner.domain import form as forms
from runner.domain import toml
from runner.domain.toml.syntax import load
from runner.errors import Refused
from runner.services import content

_NAME: Final = re.compile(
    r"(?P<folder>bpmn/(?P<province>[a-z][a-z0-9-]{0,30})(?P<called>/called)?|forms|scenarios)/"
    r"(?P<stem>[A-Za-z0-9][A-Za-z0-9_.-]{0,99})\.(?P<kind>bpmn|toml|dmn|form|txt)"
)
SCENARIOS: Final = "scenarios/"
"""The folder of the scenarios of a procedure: part of a draft and of a content root, never of a version."""
_LIMITS: Final = {
    "bpmn": bpmn.MAX_BYTES,
    "toml": toml.MAX_BYTES,
    "dmn": reader.MAX_BYTES,
    "form": forms.MAX_BYTES,
    "txt": 300_000,
}


class FileForeign(Refused):
    """Tệp {name} không thuộc thủ tục {procedure}. Bản nháp gồm sơ đồ, số liệu và lời của quyết định (.toml, .txt), bảng phí, quy trình được gọi của tỉnh (thư mục bpmn), biểu mẫu (forms/<mã>.form) và kịch bản (scenarios/<tên>.toml)."""  # noqa: E501


class FilesTooMany(Refused):
    """Bản nháp có hơn {limit} tệp."""


def limit(name: str) -> int:
    """The most bytes of a file with this name; 0 where the draft has no place for it."""
    found = _NAME.fullmatch(name)
    return _LIMITS[found["kind"]] if found else 0


def province_facts(code: str) -> str:
    """The name of the file with the facts of the province of the procedure `code`."""
    return f"bpmn/{code.partition('/')[0]}/province.toml"


def decision_text(code: str) -> str:
    """The name of the file with the decision's text as it was pasted: part of a draft, but of no version."""
    return f"bpmn/{code}.txt"


def scenarios(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The scenarios among `files`."""
    return {name: data for name, data in files.items() if name.startswith(SCENARIOS)}


def check(code: str, files: Mapping[str, bytes | None]) -> None:
    """Raises `FileForeign` or `FileOversized` for a file that a draft of the procedure `code` cannot have."""
    for name, data in files.items():
        if not _belongs(code, name):
            raise FileForeign(name=name[:200], procedure=code)
        if data is not None and len(data) > limit(name):
            raise content.FileOversized(name=name, limit=limit(name))


def check_count(names: Iterable[str]) -> None:
    """Raises `FilesTooMany`."""
    if len(set(names)) > content.MAX_FILES:
        raise FilesTooMany(limit=content.MAX_FILES)


def left(before: Iterable[str], changed: Mapping[str, bytes | None]) -> set[str]:
    """The names of the files that there are after a change."""
    return ({*before} | changed.keys()) - {name for name, data in changed.items() if data is None}


def _belongs(code: str, name: str) -> bool:
    found = _NAME.fullmatch(name)
    if not found:
        return False
    province, own = code.split("/", 1)
    kind, stem = found["kind"], found["stem"]
    match found["folder"]:
        case "forms":
            return kind == "form"
        case "scenarios":
            return kind == "toml"
        case _ if found["called"]:
            return kind == "bpmn" and content.is_code(f"{found['province']}/{stem}")
        case _:
            return found["province"] == province and (
                kind == "dmn" or stem == own or f"{stem}.{kind}" == "province.toml"
            )


def title(code: str, files: Mapping[str, bytes]) -> str:
    """What the facts among `files` call the procedure, whatever else is wrong with them; else its code."""
    try:
        found = load(files.get(f"bpmn/{code}.toml", b"")).get("title")
    except toml.TomlInvalid:
        found = None
    return found if isinstance(found, str) and found else code
