"""Which fields hold personal data: those of ``personal.toml`` beside this module, and those that a form marks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from runner.domain.form import Form
from runner.domain.form.component import Component

_FILE = Path(__file__).with_suffix(".toml")


@cache
def known() -> Mapping[str, str]:
    """The keys that are personal in every form, with what they are called."""
    found: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["fields"]
    return MappingProxyType(found)


def keys(forms: Iterable[Form]) -> frozenset[str]:
    """The keys of personal fields of these forms, and of every form."""
    marked = {each.key for form in forms for each in _fields(form.components) if each.personal}
    return frozenset({*known(), *marked})


def _fields(components: Iterable[Component]) -> Iterator[Component]:
    for each in components:
        yield each
        yield from _fields(each.components)
