"""Who works where, in words."""

from __future__ import annotations

from runner.domain.person import Person
from runner.language import say
from runner.services.procedures import Procedures
from runner.services.telling import words


def work(procedures: Procedures, person: Person) -> tuple[str, str]:
    """The provinces in which a person works, and the lanes, as their provinces call them."""
    provinces = {version.province.code: version.province for version in procedures.current()}
    common = {lane: say(name) for lane, name in words.LANES.items()}
    places, lanes = [], []
    for code, lane in sorted(person.groups):
        province = provinces.get(code)
        labels: dict[str, str] = common | dict(province.lanes if province else {})
        places.append(province.name if province else code)
        lanes.append(labels.get(lane, lane))
    return ", ".join(dict.fromkeys(places)), ", ".join(dict.fromkeys(lanes))
