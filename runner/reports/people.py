"""The provinces and lanes of a person, by their names."""

from __future__ import annotations

from datetime import datetime

from runner.domain.person import Person
from runner.reports import vocabulary
from runner.services.procedures import Procedures


def work(procedures: Procedures, person: Person, now: datetime) -> tuple[str, str]:
    """The provinces in which a person works, and the lanes, by their names in those provinces."""
    provinces = {version.province.code: version.province for version in procedures.known(now)}
    places, lanes = [], []
    for code, lane in sorted(person.groups):
        province = provinces.get(code)
        places.append(province.name if province else code)
        lanes.append(vocabulary.lane(lane, province))
    return ", ".join(dict.fromkeys(places)), ", ".join(dict.fromkeys(lanes))
