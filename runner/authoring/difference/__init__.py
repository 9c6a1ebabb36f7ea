"""What differs between any two versions or procedures, also of two provinces, in the law's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from runner.authoring.difference import diagram, facts, forms
from runner.authoring.difference.change import GROUPS, Change, merged
from runner.bpmn import Diagram
from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.limit import Unit
from runner.domain.procedure import Province
from runner.errors import MotcuaError
from runner.services.bundle import Bundle

__all__ = ["GROUPS", "Change", "Difference", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes from one version to another, by group. `same`: the files are the same, byte for byte.

    Without changes but not `same`, only what no case depends on differs: how the diagram is drawn, comments, the order
    of the files' parts.
    """

    changes: tuple[Change, ...]
    same: bool

    def states(self, *, after: bool) -> dict[str, str]:
        """What became of the elements of the procedure's own diagram, before or after: for its picture."""
        found: dict[str, str] = {}
        for each in self.changes:
            if not each.file:
                for element in each.new if after else each.old:
                    state = each.kind if not (each.old and each.new) else "changed"
                    found[element] = state if found.get(element, state) == state else "changed"
        return found

    def to_json(self) -> dict[str, object]:
        """The difference as plain JSON values."""
        return {"same": self.same, "changes": [each.to_json() for each in self.changes]}


def difference(before: Bundle, after: Bundle) -> Difference:
    """What differs between two bundles; what cannot be read on either side is left out of the comparison."""
    return Difference(tuple(_drawn_with_facts(merged(_changes(before, after)))), before.digest == after.digest)


def _drawn_with_facts(changes: list[Change]) -> Iterator[Change]:
    """The limit of a step once, where the facts and the diagram change it alike."""
    limits = {(each.facts["id"], each.before, each.after): each for each in changes if each.template == diagram.LIMIT}
    for each in changes:
        drawn = limits.get((each.facts.get("id"), each.before, each.after))
        if drawn and each.template == facts.LIMIT:
            yield replace(each, old=drawn.old, new=drawn.new)
            del limits[drawn.facts["id"], drawn.before, drawn.after]
        elif each.template != diagram.LIMIT or each in limits.values():
            yield each


def _changes(before: Bundle, after: Bundle) -> Iterator[Change]:
    old, new = _facts(before), _facts(after)
    provinces = _province(before), _province(after)
    if old and new:
        lanes = {id: lane.label for each in provinces if each for id, lane in each.lanes.items()}
        yield from facts.changes(old.procedure, new.procedure, lanes)
    if provinces[0] and provinces[1]:
        yield from facts.province_changes(provinces[0], provinces[1])
    yield from diagram.changes(_side(before, before.diagram), _side(after, after.diagram))
    one, two = _called(before), _called(after)
    for name in dict.fromkeys((*one, *two)):
        if name in one and name in two:
            yield from diagram.changes(_side(before, one[name]), _side(after, two[name]), name)
        else:
            told = (None, "") if name in two else ("", None)
            yield Change("paths", "quy trình được gọi {name}", {"name": name}, *told)
    yield from forms.form_changes(_forms(before), _forms(after))
    yield from forms.table_changes(_tables(before), _tables(after))


def _facts(bundle: Bundle) -> Bundle | None:
    """The bundle, where its facts can be read."""
    try:
        return bundle if bundle.procedure else None
    except MotcuaError:
        return None


def _province(bundle: Bundle) -> Province | None:
    """The province, where its file can be read."""
    try:
        return bundle.province
    except MotcuaError:
        return None


def _side(bundle: Bundle, drawn: Diagram) -> diagram.Side:
    try:
        lanes = {id: lane.label for id, lane in bundle.province.lanes.items()}
    except MotcuaError:
        lanes = {}
    unit: Unit = bundle.procedure.time.unit if _facts(bundle) else Unit.WORKING_DAYS
    return diagram.Side(drawn, lanes, unit)


def _called(bundle: Bundle) -> dict[str, Diagram]:
    """The diagrams that the bundle's own one calls, by the name of their process."""
    return {
        name.rpartition("/")[2].removesuffix(".bpmn"): drawn
        for name, drawn in bundle.diagrams.items()
        if drawn is not bundle.diagram
    }


def _forms(bundle: Bundle) -> Mapping[str, Form]:
    """The forms, where all can be read."""
    try:
        return bundle.forms
    except MotcuaError:
        return {}


def _tables(bundle: Bundle) -> Mapping[str, Table]:
    """The decision tables, where all can be read."""
    try:
        return bundle.tables
    except MotcuaError:
        return {}
