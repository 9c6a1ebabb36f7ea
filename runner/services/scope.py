"""Which cases a person's lanes and roles let them see, for lists: provinces, and where that is less, their versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from runner.domain.person import SYSTEM, Person, Role
from runner.errors import NotFound
from runner.services.access import OWN, Organisations, concerns, role
from runner.store import registry
from runner.store.session import Transaction

if TYPE_CHECKING:
    from runner.services.version_cache import Versions

Places = dict[str, list[str] | None]
"""Provinces, each with the versions whose cases are meant; None: all of them."""


class PlaceUnknown(NotFound):
    """Không tìm thấy tỉnh {province}."""


def seen(
    tx: Transaction,
    versions: Callable[[], Versions],
    organisations: Organisations,
    lanes: Mapping[str, Collection[str]],
) -> Places:
    """What people with these lanes of provinces see. `versions` is called where a province has agencies."""
    found = Places()
    stored = registry.versions(tx) if any(place.agencies for place in organisations.values()) else []
    for code, own in lanes.items():
        place = organisations.get(code)
        if own and (place is None or not place.agencies):
            found[code] = None if any(lane.partition("@")[2] in ("", OWN) for lane in own) else []
        elif own and place:
            known = (versions().get(tx, row.digest) for row in stored if row.province == code)
            found[code] = [each.digest for each in known if any(concerns(lane, each, place) for lane in own)]
    return found


def audited(tx: Transaction, versions: Versions, person: Person) -> Places:
    """The cases that a person reads as auditor; the system, as which an operator works at the server, reads all."""
    if person.id == SYSTEM.id:
        return dict.fromkeys(sorted({row.province for row in registry.versions(tx)}))
    lanes: dict[str, list[str]] = {}
    for code, lane in sorted(person.groups):
        if role(lane) == Role.AUDITOR:
            lanes.setdefault(code, []).append(lane)
    return seen(tx, lambda: versions, versions.organisations_in_force(tx), lanes)
