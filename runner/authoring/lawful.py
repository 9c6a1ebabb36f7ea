"""Whether a draft keeps the rules of law of its province: what breaks one is a warning, with the shortest way there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.authoring.check import Located
from runner.errors import MotcuaError
from runner.law.diagram import Drawn, Verdict, examine
from runner.law.rule import Rule
from runner.lint import Finding
from runner.lint.finding import short
from runner.services import content, holiday

LAW: Final = "law"
"""The rule that a diagram keeps the rules of law; it is none of the linter's, which know no province's."""
_TOLD: Final = 6
"""So many of the last steps of a way are told in a sentence."""
BROKEN: Final = "Trái quy tắc “{rule}” ({source}). {why} Đường ngắn nhất: {way}."
NOWHERE: Final = "Trái quy tắc “{rule}” ({source}). {why}"
UNDECIDED: Final = "Chưa xét được quy tắc “{rule}” ({source}). {why}"


def unlawful(procedure: str, files: Mapping[str, bytes], rules: Sequence[Rule]) -> Iterator[Located]:
    """The rules that the diagram of a draft breaks, or that are not decided on it.

    Of files without errors: of others the linter speaks first.
    """
    main = f"bpmn/{procedure}.bpmn"
    try:
        bundle = content.assemble(files[main], content.held(files), procedure)
        calendar, unit = holiday.calendar(bundle.province, 1), bundle.procedure.time.unit
        drawn = Drawn(bundle.diagram, bundle.called, bundle.forms, bundle.province.kinds, unit, calendar)
    except (MotcuaError, KeyError):
        return
    for verdict in examine(rules, drawn):
        if verdict.verdict not in (Verdict.BROKEN, Verdict.UNDECIDED):
            continue
        broken = verdict.verdict == Verdict.BROKEN
        last = verdict.moves[-1].element if verdict.moves else None
        names = [short(name) for name in verdict.path[-_TOLD:]]
        way = " › ".join(["…", *names] if len(verdict.path) > _TOLD else names)
        facts = {"rule": verdict.rule.said, "source": verdict.rule.source, "why": verdict.why, "way": way}
        node = bundle.diagram.nodes.get(last or "")
        line, template = node.line if node else None, BROKEN if way else NOWHERE if broken else UNDECIDED
        yield Located(main, Finding("warning", node.id if node else None, line, template, facts, LAW))
