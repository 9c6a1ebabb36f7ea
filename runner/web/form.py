"""Forms on pages: a `Form` laid out for the templates, and what a browser sends made into plain values again.

Nothing is decided here: what is right, and what is hidden, `runner.domain.form` says; a page only shows it.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from runner import feel
from runner.domain.form import Attachment, Component, FieldFault, Form, check
from runner.domain.form.attachment import named
from runner.domain.form.component import FILES
from runner.domain.form.type import types_of
from runner.domain.journal import canonical
from runner.reports import vocabulary

if TYPE_CHECKING:
    from runner.web.dossier_table import Paper

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_FILES: Mapping[str, Attachment] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a form as a page shows it.

    `id` is that of its element, `path` the name of its field. `value` is what stands in it: text, or a list of what is
    ticked, or whether it is, or the files that were attached. `hidden`: what was chosen above makes it superfluous.
    `parts` are those of a group, `rows` the parts of each row of a list, `table` the cells of a table. `papers` are the
    rows of the table as which a list of papers is shown, `beside` the parts
    for which that table stands too: originals, copies and numbers, None where none are asked.
    """

    component: Component
    id: str
    path: str
    value: Any
    faulty: bool
    hidden: bool
    parts: tuple[Part, ...] = ()
    rows: tuple[tuple[Part, ...], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    papers: tuple[Paper, ...] = ()
    beside: tuple[Part | None, ...] = ()


# -- showing -----------------------------------------------------------------------------------------------------------


def parts(
    form: Form,
    values: Mapping[str, Any],
    known: Mapping[str, Any],
    faults: Iterable[FieldFault] = (),
    files: Mapping[str, Attachment] = _NO_FILES,
) -> tuple[Part, ...]:
    """The parts of `form`, filled with `values` (typed or of the case), where the case's values are `known`.

    `files` are those that can be named in it, by SHA-256.
    """
    return _Layout({fault.path for fault in faults}, files).parts(form.components, values, known, "part", "")


def find(parts: Iterable[Part], path: str) -> Part | None:
    """The field at `path`, among `parts` and in their groups."""
    for part in parts:
        if (found := part if part.path == path and part.component.key else find(part.parts, path)) is not None:
            return found
    return None


def hidden(parts: Iterable[Part]) -> Iterator[str]:
    """The ids of the parts that have a condition and do not show."""
    for part in parts:
        if part.hidden:
            yield part.id
        yield from hidden(part.parts)
        for row in part.rows:
            yield from hidden(row)


class _Layout:
    """Lays out a form; `faulty` are the paths of the fields that are wrong, `files` those that it can name."""

    def __init__(self, faulty: Collection[str], files: Mapping[str, Attachment]) -> None:
        self.faulty = faulty
        self.files = files

    def parts(
        self, components: Sequence[Component], values: Mapping[str, Any], known: Mapping[str, Any], id: str, path: str
    ) -> tuple[Part, ...]:
        answer, _ = check(Form("", "", tuple(components), {}), values, known, self.files)
        seen: Mapping[str, Any] = ChainMap(feel.typed(answer, types_of(components)), known)  # type: ignore[arg-type]
        return tuple(
            self.part(component, values, seen, f"{id}-{place}", path) for place, component in enumerate(components)
        )

    def part(
        self, component: Component, values: Mapping[str, Any], seen: Mapping[str, Any], id: str, path: str
    ) -> Part:
        key, here = component.key, path + component.key
        value = values.get(key) if key else None
        facts: dict[str, Any] = {}
        match component.type:
            case "group":
                inside, path_inside = (_mapping(value), f"{here}.") if key else (values, path)
                facts["parts"] = self.parts(component.components, inside, seen, id, path_inside)
            case "dynamiclist":
                rows = [{}] * component.rows if value is None else _rows(value)
                facts["rows"] = tuple(
                    self.parts(component.components, row, seen, f"{id}-{place}", f"{here}.{place}.")
                    for place, row in enumerate(rows)
                )
            case "table":
                facts["table"] = _cells(component, seen)
        shown = named(value, self.files) if component.type == FILES else _filled(component, value)
        return Part(component, id, here, shown, here in self.faulty, component.hidden(seen), **facts)


def _filled(component: Component, value: object) -> object:
    """What stands in a field: what was typed as it was typed, a value of the case as people write it."""
    match component.type:
        case "checkbox":
            return value in (True, "on", "true")
        case "checklist":
            return value if isinstance(value, list) else []
        case "datetime":
            shown = replace(component, hide=None)  # what hides it is typed elsewhere
            answer, faults = check(Form("", "", (shown,), {}), {component.key: value}, {})
            return vocabulary.render(value if faults else answer[component.key])
        case _:
            return vocabulary.render(value)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [_mapping(row) for row in value] if isinstance(value, list) else []


def _cells(component: Component, seen: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    rows = feel.evaluate(component.source, seen) if component.source else None
    return tuple(tuple(vocabulary.render(row.get(column.value)) for column in component.options) for row in _rows(rows))


def rich(text: str) -> Markup:
    """The Markdown of a form's text as far as forms need it: headings, lists, paragraphs, and what is **bold**."""
    return Markup("").join(_block(block) for block in re.split(r"\n\s*\n|\n(?=#)", text.strip()) if block.strip())


def _block(block: str) -> Markup:
    lines = block.strip().splitlines()
    if heading := re.fullmatch(r"#{1,6}\s+(.*)", lines[0]):
        below = _block("\n".join(lines[1:])) if lines[1:] else Markup("")
        return Markup("<h2>{}</h2>").format(_bold(heading[1])) + below
    if all(re.match(r"[-*+]\s", line) for line in lines):
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(_bold(line[1:].strip())) for line in lines)
        )
    return Markup("<p>{}</p>").format(Markup("<br>").join(map(_bold, lines)))


def _bold(text: str) -> Markup:
    pieces = enumerate(re.split(r"\*\*(.+?)\*\*", text))
    return Markup("").join(
        Markup("<strong>{}</strong>").format(each) if place % 2 else escape(each) for place, each in pieces
    )


# -- reading what a browser sends --------------------------------------------------------------------------------------


def read(form: Form, sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed into the fields that `form` declares; anything else that was sent is left out."""
    return _read(form.components, sent, "")


def _read(components: Iterable[Component], sent: MultiDict[str, str], path: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in components:
        key, here = component.key, path + component.key
        if component.type == "group":
            below = _read(component.components, sent, f"{here}." if key else path)
            values |= {key: below} if key else below
        elif component.type == "dynamiclist":
            places = _places(sent, here)
            values[key] = [_read(component.components, sent, f"{here}.{place}.") for place in places]
        elif key:
            texts = sent.getlist(here)
            # A page's own fields come before those of its form: of two with one name the last is the form's.
            if component.type == FILES:
                values[key] = [each for each in texts if _DIGEST.fullmatch(each)]
            else:
                values[key] = texts if component.type == "checklist" else (texts[-1] if texts else None)
    return values


def _places(sent: MultiDict[str, str], path: str) -> list[int]:
    """The numbers of the rows that were sent, in ascending order."""
    named = (re.match(rf"{re.escape(path)}\.([0-9]{{1,3}})\.", name) for name in sent)
    return sorted({int(match[1]) for match in named if match})


def attach(form: Form, values: dict[str, Any], path: str, digest: str) -> None:
    """Name one more file in the field at `path`; in a field of one file, instead of the one before."""
    inner, key = _around(values, path)
    before = inner[key] if form.fields[path].multiple else []
    inner[key] = [*(each for each in before if each != digest), digest]


def detach(form: Form, values: dict[str, Any], which: str) -> str | None:
    """Name a file no longer: ``path:digest``. Its digest, where no field names it any more."""
    path, _, digest = which.rpartition(":")
    if path not in form.fields or form.fields[path].type != FILES or not _DIGEST.fullmatch(digest):
        return None
    inner, key = _around(values, path)
    inner[key] = [each for each in inner[key] if each != digest]
    return digest if digest not in canonical(values) else None


def add_row(form: Form, values: dict[str, Any], path: str) -> str:
    """Add an empty row to the list at `path`: the path of the row, as ``papers.1``. Where there is no list, ""."""
    if (rows := _list(form, values, path)) is None:
        return ""
    rows.append({})
    return f"{path}.{len(rows) - 1}"


def remove_row(form: Form, values: dict[str, Any], path: str) -> str:
    """Take away the row at `path`, as ``papers.1``: the path of its list. Where there is no such row, ""."""
    name, _, place = path.rpartition(".")
    rows = _list(form, values, name)
    if rows is None or not place.isdecimal() or int(place) >= len(rows):
        return ""
    del rows[int(place)]
    return name


def _list(form: Form, values: dict[str, Any], path: str) -> list[Any] | None:
    field = form.fields.get(path)
    if field is None or field.type != "dynamiclist":
        return None
    inner, key = _around(values, path)
    found: list[Any] = inner[key]
    return found


def _around(values: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The values of the group in which the field at `path` is, and its key there."""
    *groups, key = path.split(".")
    for group in groups:
        values = values[group]
    return values, key
