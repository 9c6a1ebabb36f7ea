"""The provinces and lanes of a person, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from runner.domain.person import Person
from runner.domain.procedure import Province
from runner.reports import vocabulary


def work(provinces: Mapping[str, Province], person: Person) -> tuple[str, str]:
    """The provinces in which a person works, and the lanes, by their names in those provinces."""
    places, lanes = [], []
    for code, lane in sorted(person.groups):
        province = provinces.get(code)
        places.append(province.name if province else code)
        lanes.append(vocabulary.lane(lane, province))
    return ", ".join(dict.fromkeys(places)), ", ".join(dict.fromkeys(lanes))
