"""A new procedure from an existing one, also of another province: codes, titles, ids and facts renamed through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from runner import bpmn
from runner.authoring.facts import edited
from runner.authoring.skeleton.description import Decision, ending
from runner.bpmn.renaming import rename
from runner.domain.procedure import Province
from runner.domain.toml.syntax import load
from runner.services import content
from runner.services.bundle import CALLED

_OLD_DECISION: Final = ("announced_by", "signed_as", "bases", "proposals", "amends", "replaces", "electronic")
"""What the facts say of the decision that a procedure was copied from, and cannot know of another."""
_SHORT: Final = re.compile(r"[0-9-]*")
"""A code that is too short to be recognised in the name of a form."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """From the procedure `source` to `target`, both ``<province>/<code>``; no `decision` keeps that of the source."""

    source: str
    target: str
    title: str
    title_en: str
    decision: Decision | None


def renamed(files: Mapping[str, bytes], to: Renaming, province: Province) -> dict[str, bytes]:
    """The files of a version of the source as those of the target, without the facts of the province.

    `province` is that of the target. Processes that procedures call and forms that they share keep their names; what is
    another province's, or this procedure's own, gets its new one. Raises `NotBpmn`, `TomlInvalid`.
    """
    known = _References(files, to)
    made: dict[str, bytes] = {}
    for name, data in files.items():
        stem = name.rpartition("/")[2].rpartition(".")[0]
        if name == f"bpmn/{to.source}.bpmn":
            process = (content.process_id(to.source), content.process_id(to.target))
            made[f"bpmn/{to.target}.bpmn"] = rename(data, process, to.title, known.by_attribute)
        elif name == f"bpmn/{to.source}.toml":
            made[f"bpmn/{to.target}.toml"] = _facts(data, to, known, province)
        elif name.startswith("forms/"):
            made[f"forms/{known.forms.get(stem, stem)}.form"] = _form(data, to, known) if stem in known.forms else data
        elif name.endswith(".dmn"):
            made[f"bpmn/{province.code}/{known.tables[stem]}.dmn"] = _table(data, stem, to, known)
        elif f"/{CALLED}/" in name:
            before = content.process_id(name.removeprefix("bpmn/").removesuffix(".bpmn"))
            after = known.called[before]
            drawn = bpmn.read(data, name).processes[before].name if before != after else ""
            path = f"bpmn/{after.replace('_', f'/{CALLED}/', 1)}.bpmn"
            made[path] = rename(data, (before, after), drawn, known.by_attribute) if before != after else data
        elif name.startswith("scenarios/"):
            made[name] = data.replace(f'"{to.source}"'.encode(), f'"{to.target}"'.encode())
    return dict(sorted(made.items()))


class _References:
    """What is called otherwise: own forms, decision tables, called processes of another province."""

    def __init__(self, files: Mapping[str, bytes], to: Renaming) -> None:
        source, target = to.source.partition("/")[0], to.target.partition("/")[0]
        stems = {name: name.rpartition("/")[2].rpartition(".")[0] for name in files}
        facts = load(files.get(f"bpmn/{to.source}.toml", b""))
        self.title = str(facts.get("title", ""))
        self.forms = {
            stem: own for name, stem in stems.items() if name.startswith("forms/") and (own := _own(stem, to)) != stem
        }
        slug = ending(to.target.partition("/")[2])
        self.tables = {stem: f"{stem}-{slug}" for name, stem in stems.items() if name.endswith(".dmn")}
        self.called = {
            f"{place}_{stems[name]}": f"{target if place == source else place}_{stems[name]}"
            for name in files
            if f"/{CALLED}/" in name and (place := name.split("/")[1])
        }
        self.by_attribute = {"formRef": self.forms, "decisionRef": self.tables, "calledElement": self.called}


def _own(form: str, to: Renaming) -> str:
    """The name of a form of this procedure's own, which ends with its code; that of a shared form is the same."""
    for code in (to.source, to.source.partition("/")[2]):
        end = f"-{ending(code)}"
        if form.endswith(end) and not _SHORT.fullmatch(end):
            return f"{form.removesuffix(end)}-{ending(to.target)}"
    return form


def _form(data: bytes, to: Renaming, known: _References) -> bytes:
    """An own form, with the new title where it has the old one: in headings, and as the name of a fee's only case."""
    form = json.loads(data)
    form["id"] = known.forms[form["id"]]
    for part in _parts(form["components"]):
        if part.get("type") == "text" and part["text"].startswith("#"):
            part["text"] = re.sub(re.escape(known.title), lambda _: to.title, part["text"], flags=re.IGNORECASE)
        for option in part.get("values", ()) if part.get("key") == "fee_case" else ():
            if option["label"].startswith(f"{known.title}: "):
                option["label"] = to.title + option["label"].removeprefix(known.title)
    return (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode()


def _parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in components:
        yield part
        yield from _parts(part.get("components", []))


def _facts(data: bytes, to: Renaming, known: _References, province: Province) -> bytes:
    table = load(data)
    table |= {"code": to.target, "title": to.title, "title_en": to.title_en}
    for work in table.get("works", []):
        work["form"] = known.forms.get(work["form"], work["form"])
    if to.decision:
        kept = {key: value for key, value in table["decision"].items() if key not in _OLD_DECISION}
        table["decision"] = {**kept, **asdict(to.decision)}
        table.pop("discrepancies", None)
    if to.source.partition("/")[0] != province.code:
        table |= {"authority": province.agency, "received_at": province.centre}
        table.pop("agency", None)
    return edited(data, table)


def _table(data: bytes, id: str, to: Renaming, known: _References) -> bytes:
    """A decision table under its new id; its rows for the source are for the target."""
    before, after = (code.partition("/")[2] for code in (to.source, to.target))
    made = re.sub(
        rf'(<(?:\w+:)?decision\s[^>]*?\bid=["\']){re.escape(id)}(?=["\'])', rf"\g<1>{known.tables[id]}", data.decode()
    )
    for quote in ('"', "&#34;", "&quot;"):
        made = made.replace(f">{quote}{before}{quote}<", f">{quote}{after}{quote}<")
    return made.encode()
