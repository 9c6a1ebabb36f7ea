"""Which entries a bundle leaves out when it leaves out personal data: all that say what somebody typed or attached.

Their hashes stay, so the chain and the proofs are checked across them. What was chosen, counted or dated is kept; what
is text is not, as nobody can tell a name in it from another word; nor is what is marked as personal, of whatever type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from runner.domain import personal
from runner.domain.entry import (
    AnswerRequest,
    Cancel,
    CloseIncident,
    DeliverMessage,
    Erase,
    OpenIncident,
    Start,
    Submit,
)
from runner.domain.form import Component
from runner.domain.journal import Entry
from runner.errors import Divergence
from runner.services.version import Version

CHOSEN: Final = frozenset({"radio", "select", "checklist", "checkbox", "number", "datetime"})
"""The types of form fields whose values are no text of a person's."""


def withheld(entries: Sequence[Entry], versions: Iterable[Version]) -> frozenset[int]:
    """The numbers of the entries whose payloads are left out.

    The first is one of them as soon as there is any: its salt stands before the state of all (until an erasure, whose
    salt does then, and which is one of them too), and whoever has it could try names until one gives a recorded state.
    """
    forms = [form for version in versions for form in version.forms.values()]
    marked = personal.keys(forms)
    fields = {name: field for form in forms for name, field in form.fields.items() if field.key not in marked}
    found = {entry.seq for entry in entries if entry.payload is not None and _personal(entry, fields)}
    if found and entries[0].payload is not None:
        found.add(entries[0].seq)
    return frozenset(found)


def _personal(entry: Entry, fields: Mapping[str, Component]) -> bool:
    try:
        body = entry.body
    except Divergence:  # nobody knows what it says
        return True
    if isinstance(body, Cancel | OpenIncident | CloseIncident | Erase):
        return True
    if isinstance(body, Submit) and body.late_reason:
        return True
    values: Mapping[str, Any] = {}
    if isinstance(body, Start | Submit | DeliverMessage):
        values = body.values
    elif isinstance(body, AnswerRequest):
        values = body.result
    return any(_typed(value, fields.get(name)) for name, value in values.items())


def _typed(value: Any, field: Component | None) -> bool:
    return value not in (None, "", [], {}) and (field is None or field.type not in CHOSEN)
