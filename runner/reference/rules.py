"""The page of the linter's rules, docs/lint.md in Vietnamese and docs/lint.en.md in English, from the pages of help."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby

from runner.authoring.help import GROUPS, Words, pages
from runner.language import current, say


def rules() -> str:
    """The page in the current language."""
    around = tomllib.loads(files(__package__).joinpath("lint.toml").read_text("utf-8"))[current()]
    parts = [f"# {around['title']}", around["introduction"].strip()]
    for group, inside in groupby(pages().values(), lambda page: page.group):
        parts += [f"## {say(GROUPS[group])}", around.get(group, "").strip()]
        for page in inside:
            parts += [f"### {page.rule}", *_said(page.en if current() == "en" else page.vi)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _said(words: Words) -> Iterator[str]:
    yield f"**{say('Vì sao')}.** {words.why}"
    yield f"**{say('Sửa thế nào')}.** {words.fix}"
    if words.table:
        head, *rows = ("| {} |".format(" | ".join(cell.replace("|", r"\|") for cell in row)) for row in words.table)
        yield "\n".join([head, "|---" * len(words.table[0]) + "|", *rows])
