"""A version of a procedure, parsed: what the engine, the forms and the reports need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner.bpmn import Diagram, Node
from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.limit import Limit
from runner.domain.person import LaneKind
from runner.domain.procedure import Agency, Procedure, Province
from runner.engine.definition import Definition, define
from runner.errors import NotFound
from runner.services.bundle import Bundle


class ProcedureRepealed(NotFound):
    """Thủ tục {procedure} đã bị bãi bỏ từ {since}, không tiếp nhận hồ sơ mới."""


class ProcedureReplaced(ProcedureRepealed):
    """Thủ tục {procedure} đã bị bãi bỏ từ {since}; hồ sơ mới theo thủ tục {successor}."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a procedure: its facts, its diagram ready to run, its forms and decision tables by id.

    `digest` is SHA-256 in hex; `called` are the diagrams of the processes that its own diagram calls.
    """

    digest: str
    procedure: Procedure
    province: Province
    diagram: Diagram
    definition: Definition
    forms: Mapping[str, Form]
    tables: Mapping[str, Table]
    called: Sequence[Diagram] = ()

    @property
    def limit(self) -> Limit:
        """The time limit of the whole procedure."""
        return Limit(self.procedure.time.limit_days, self.procedure.time.unit)

    @property
    def office(self) -> Agency:
        """The agency whose procedure it is."""
        return self.province.office(self.procedure.agency)

    def node(self, task: str) -> Node:
        """The element of the diagram of which the task with this id is an occurrence."""
        return self.definition.nodes[task.partition("#")[0]]

    @property
    def lanes(self) -> frozenset[str]:
        """The lanes that have a part in the procedure: they do something in it, or are told of something."""
        nodes = self.definition.nodes.values()
        return frozenset(filter(None, (lane for node in nodes for lane in (node.lane, node.properties.get("lane")))))

    @property
    def opening_lane(self) -> str:
        """The lane that takes dossiers in: the one in which the diagram starts."""
        nodes = self.definition.nodes.values()
        return next(
            node.lane or "" for node in nodes if node.type == "startEvent" and node.parent == self.definition.process
        )

    def reporting_lane(self, lane: str) -> str:
        """The lane that reports a message which is awaited in `lane`: of one drawn in no lane, the opening lane."""
        return lane or self.opening_lane


def compiled(bundle: Bundle) -> Version:
    """The version that `bundle` holds. Raises `DiagramInvalid` and `Refused` families for content that cannot run."""
    return Version(
        bundle.digest,
        bundle.procedure,
        bundle.province,
        bundle.diagram,
        define(bundle.diagram, bundle.called, bundle.forms.values(), bundle.province.of_kind(LaneKind.CLERK)),
        bundle.forms,
        bundle.tables,
        bundle.called,
    )
