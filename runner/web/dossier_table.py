"""The papers of a dossier in one table: which came in, as originals or copies, how many, and the scan of each.

A form asks for them in fields whose keys begin alike (``dossier_items``, ``dossier_originals``, ``dossier_copies``,
``dossier_counts``; ``dossier_scan_<paper>`` for the scans), with a suffix where a procedure has several lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from runner.domain.form import Form
from runner.reports.receipt import COPIES, COUNTS, ITEMS, ORIGINALS
from runner.web.form import Part

SCAN: Final = "dossier_scan"
FEW: Final = ("", "1", None)
"""What stands in the number of a paper that came once."""
SPARE: Final = 100
"""Places of rows that are not kept yet come behind those that are: a list has fewer than this."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A row: a paper of the decision. `place` is its row in the list of numbers, `name` its label without what it has
    in it, which is `detail`; `needed`: the dossier is not complete without it."""

    value: str
    name: str
    detail: str
    needed: bool
    ticked: bool
    original: bool
    copy: bool
    count: str
    place: int
    scan: Part | None


def gathered(parts: Sequence[Part]) -> tuple[Part, ...]:
    """`parts` with the fields of each list of papers made one table."""
    by_key = {part.path: part for part in parts if part.component.key}
    taken: set[str] = set()
    found: dict[str, Part] = {}
    for part in parts:
        if part.component.type == "checklist" and part.path.startswith(ITEMS):
            suffix = part.path.removeprefix(ITEMS)
            beside = [by_key.get(f"{prefix}{suffix}") for prefix in (ORIGINALS, COPIES, COUNTS)]
            scans = {each.value: by_key.get(f"{SCAN}{suffix}_{each.value}") for each in part.component.options}
            found[part.path] = _table(part, beside, scans)
            taken |= {each.path for each in (*beside, *scans.values()) if each}
    return tuple(_inside(part, found) for part in parts if part.path not in taken or not part.component.key)


def _inside(part: Part, found: Mapping[str, Part]) -> Part:
    if part.component.key and part.path in found:
        return found[part.path]
    return replace(part, parts=gathered(part.parts)) if part.component.type == "group" else part


def _table(items: Part, beside: Sequence[Part | None], scans: Mapping[str, Part | None]) -> Part:
    originals, copies, counts = beside
    numbers = _numbers(counts)
    needed = {option.value for option in items.component.needed}
    papers = []
    for place, option in enumerate(items.component.options):
        name, _, detail = option.label.partition("\n")
        row, count = numbers.get(option.value, (SPARE + place, ""))
        papers.append(
            Paper(
                value=option.value,
                name=name.rstrip(";. "),
                detail=detail,
                needed=option.value in needed,
                ticked=option.value in items.value,
                original=originals is not None and option.value in originals.value,
                copy=copies is not None and option.value in copies.value,
                count=count or "1",
                place=row,
                scan=scans[option.value],
            )
        )
    return replace(items, papers=tuple(papers), beside=tuple(beside))


def _numbers(counts: Part | None) -> dict[str, tuple[int, str]]:
    """The row and the number of each paper that came several times."""
    found: dict[str, tuple[int, str]] = {}
    for place, row in enumerate(counts.rows if counts else ()):
        cells = {part.component.key: part.value for part in row}
        found[str(cells.get("paper"))] = place, str(cells.get("copies") or "")
    return found


def settled(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """What was typed into the tables, as the form takes it: papers that came once, or not at all, are not counted."""
    for key in [each for each in form.fields if each.startswith(COUNTS)]:
        ticked, rows = values.get(f"{ITEMS}{key.removeprefix(COUNTS)}"), values.get(key)
        if isinstance(ticked, list) and isinstance(rows, list):
            values[key] = [row for row in rows if row.get("copies") not in FEW and row.get("paper") in ticked]
    return values
