"""README, settings and deploying say the same in both languages; what they say to type and to look at is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from runner.cli import main
from tests.world import ROOT

PAGES = [ROOT / name for name in ("README.md", "docs/settings.md", "docs/deploying.md", "docs/backup.md")]
README, SETTINGS, DEPLOYING, BACKUP = (page.read_text(encoding="utf-8") for page in PAGES)


def headings(text: str) -> list[str]:
    return re.findall(r"^#+(?= )", text, re.MULTILINE)


def typed(text: str) -> list[str]:
    """What is in blocks of code, without the remarks behind it."""
    return [re.sub(r"\s+# .*", "", line) for line in re.findall(r"^ {4}(\S.*)$", text, re.MULTILINE)]


def rows(text: str) -> list[tuple[str, str]]:
    """The tables' rows by what no language changes: their first two cells."""
    return re.findall(r"^\| (`.*?`) \| (.*?) ?\|", text, re.MULTILINE)


def quoted(text: str) -> set[str]:
    """Names, files and commands within sentences."""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    return set(re.findall(r"`([^`\n]+)`", prose))


def links(text: str) -> list[str]:
    """What is linked; a page in the reader's language is the same page."""
    return [link.replace(".vi.md", ".md").replace(".en.md", ".md") for link in re.findall(r"\]\(([^)]+)\)", text)]


WHOLE = "\n".join([line for text in (README, SETTINGS, DEPLOYING, BACKUP) for line in (*typed(text), *quoted(text))])
"""All that is to be typed."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("part", [headings, typed, rows, quoted, links])
def test_both_languages_have_the_same(part: Callable[[str], Collection[object]], page: Path) -> None:
    vietnamese = page.with_suffix(".vi.md").read_text(encoding="utf-8")
    assert part(vietnamese) == part(page.read_text(encoding="utf-8"))
    assert any(part(text) for text in (README, SETTINGS, DEPLOYING))


def test_every_setting_is_in_the_table() -> None:
    sources = [(ROOT / name).read_text("utf-8") for name in ("runner/config.py", "runner/cli/console.py")]
    read = {name for source in sources for name in re.findall(r"\bMOTCUA_[A-Z_]+", source)}
    assert read == {name.strip("`") for name, _ in rows(SETTINGS) if "MOTCUA_" in name}


def test_every_file_that_is_linked_is_there() -> None:
    for page in PAGES:
        linked = links(page.read_text(encoding="utf-8"))
        assert [link for link in linked if not (page.parent / link).exists()] == []


def test_every_command_that_is_named_exists() -> None:
    named = {words.split()[0] for words in re.findall(r"motcua ([a-z][a-z ]+)", WHOLE)}
    assert {"demo", "deploy", "serve", "work"} <= named <= set(main.commands)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", WHOLE)) <= targets


def test_the_first_screen_shows_what_it_is_a_picture_and_the_two_commands() -> None:
    first = README.splitlines()[:24]
    assert any("docs/pages/inbox.png" in line for line in first)
    assert [line.split("#")[0].strip() for line in first if line.startswith("    ")] == ["make run", "make test"]
