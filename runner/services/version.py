"""Versions of procedures and revisions of calendars, ready to use: read once, checked once, kept by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runner.bpmn import Diagram, Node
from runner.domain.calendar import Calendar
from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.limit import Limit
from runner.domain.procedure import Procedure, Province
from runner.engine.definition import Definition, define
from runner.errors import CalendarUnknown, NotFound
from runner.services.bundle import Bundle
from runner.store import registry
from runner.store.session import Transaction


class ProcedureUnknown(NotFound):
    """Không tìm thấy thủ tục {procedure}; hãy triển khai sơ đồ trước."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a procedure: its facts, its diagram ready to run, its forms and decision tables by id.

    `digest` is SHA-256 in hex.
    """

    digest: str
    procedure: Procedure
    province: Province
    diagram: Diagram
    definition: Definition
    forms: Mapping[str, Form]
    tables: Mapping[str, Table]

    @property
    def limit(self) -> Limit:
        """The time that the decision gives the whole procedure."""
        return Limit(self.procedure.time.limit_days, self.procedure.time.unit)

    def node(self, task: str) -> Node:
        """The element of the diagram that the task with this id is an occurrence of."""
        return self.definition.nodes[task.partition("#")[0]]

    @property
    def opening_lane(self) -> str:
        """The lane that takes dossiers in: the one in which the diagram starts."""
        nodes = self.definition.nodes.values()
        return next(
            node.lane or "" for node in nodes if node.type == "startEvent" and node.parent == self.definition.process
        )


def compiled(bundle: Bundle) -> Version:
    """The version that `bundle` holds. Raises `DiagramInvalid` and `Refused` families for content that cannot run."""
    return Version(
        bundle.digest,
        bundle.procedure,
        bundle.province,
        bundle.diagram,
        define(bundle.diagram, bundle.called),
        bundle.forms,
        bundle.tables,
    )


class Versions:
    """What is deployed. Versions and revisions never change once stored, so they are kept in memory for good."""

    def __init__(self) -> None:
        self._versions: dict[str, Version] = {}
        self._calendars: dict[tuple[str, int], Calendar] = {}

    def get(self, tx: Transaction, digest: str) -> Version:
        """The version with `digest`."""
        if digest not in self._versions:
            deployed = registry.version(tx, digest)
            if deployed is None:
                raise ProcedureUnknown(procedure=digest)
            self.keep(compiled(Bundle.read(deployed.procedure, registry.files(tx, digest))))
        return self._versions[digest]

    def keep(self, version: Version) -> None:
        """Remember a version that is stored."""
        self._versions[version.digest] = version

    def in_force(self, tx: Transaction, procedure: str) -> Version:
        """The version on which new cases of `procedure` start. Raises `ProcedureUnknown`."""
        digest = registry.in_force(tx, procedure)
        if digest is None:
            raise ProcedureUnknown(procedure=procedure)
        return self.get(tx, digest)

    def calendar(self, tx: Transaction, province: str, revision: int) -> Calendar:
        """A revision of a province's calendar, for ever the same. Raises `CalendarUnknown`."""
        key = (province, revision)
        if key not in self._calendars:
            content = registry.calendar(tx, province, revision)
            if content is None:
                raise CalendarUnknown(province=province)
            self._calendars[key] = Calendar.from_json(content)
        return self._calendars[key]

    def calendar_in_force(self, tx: Transaction, province: str) -> Calendar:
        """The newest revision of a province's calendar. Raises `CalendarUnknown`."""
        revision = registry.calendar_revision(tx, province)
        if revision is None:
            raise CalendarUnknown(province=province)
        return self.calendar(tx, province, revision)
