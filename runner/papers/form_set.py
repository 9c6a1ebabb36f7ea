"""A set of forms: a folder of this room with a template for each paper, and a table that names them.

A province's papers change as a set, by a circular: the facts of a procedure name its set, so it is part of the version,
and a case keeps the set that it began with. Another circular is another folder; no code names a paper's words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from runner.errors import NotFound
from runner.papers import paper

TABLE: Final = "set.toml"


class FormSetUnknown(NotFound):
    """Bộ mẫu giấy tờ “{code}” không có trong phần mềm này."""


class FormMissing(NotFound):
    """Bộ mẫu giấy tờ “{code}” không có giấy này."""


class PaperKind(StrEnum):
    """What a paper is for; a set has a form for each that its circular knows."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    CONTROL_SLIP = "control-slip"
    REGISTER = "register"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form: its `code` in the circular (``Mẫu 01``), its `title`, its template, and whom each copy is for.

    A paper without `copies` is printed once.
    """

    code: str
    title: str
    template: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSet:
    """The forms of one circular, by what they are for."""

    code: str
    title: str
    forms: Mapping[PaperKind, PaperForm]

    def form(self, kind: PaperKind) -> PaperForm:
        """Raises `FormMissing`."""
        if kind not in self.forms:
            raise FormMissing(code=self.code)
        return self.forms[kind]


def form_set(code: str) -> FormSet:
    """The set called `code`, the name of its folder. Raises `FormSetUnknown`."""
    if code not in known():
        raise FormSetUnknown(code=code)
    return _read(paper.TEMPLATES / code)


def known() -> tuple[str, ...]:
    """The codes of the sets that this software has."""
    return tuple(sorted(table.parent.name for table in paper.TEMPLATES.glob(f"*/{TABLE}")))


@cache
def _read(folder: Path) -> FormSet:
    table = tomllib.loads((folder / TABLE).read_text("utf-8"))
    forms = {
        PaperKind(kind): PaperForm(
            form["code"], form["title"], f"{folder.name}/{form['template']}", tuple(form.get("copies", ()))
        )
        for kind, form in table["papers"].items()
    }
    return FormSet(folder.name, table["title"], forms)
