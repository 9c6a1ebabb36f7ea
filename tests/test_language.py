"""Every Vietnamese sentence of the code has an English one, with the same gaps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from string import Formatter

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from runner.errors import NotFound
from runner.language import catalogue, say, speaking
from tests.messages import PACKAGE, VIETNAMESE


def pages() -> Iterator[nodes.Template]:
    """The templates of the web's pages, parsed."""
    for path in sorted(PACKAGE.rglob("*.html")):
        yield Environment(autoescape=True).parse(path.read_text())


@cache
def found() -> dict[str, set[str]]:
    """Every sentence that a person may read, with the files in which it stands; found as `make messages` finds it."""
    with (PACKAGE.parent / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    places: dict[str, set[str]] = {}
    for file, _, sentence, _, _ in extract_from_dir(PACKAGE, methods, options):
        places.setdefault(sentence, set()).add(f"runner/{file}")
    return places


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_sentence_has_an_english_one() -> None:
    english = catalogue("en")
    assert not sorted(template for template in found() if template not in english)


def test_no_translation_is_left_over() -> None:
    assert not sorted(set(catalogue("en")) - set(found()))


def test_every_translation_names_the_files_of_its_sentence() -> None:
    with (PACKAGE / "locale/en/LC_MESSAGES/messages.po").open("rb") as file:
        kept = {each.id: {place for place, _ in each.locations} for each in read_po(file) if each.id}
    assert kept == found(), "make messages"


def test_no_page_says_anything_in_vietnamese_alone() -> None:
    plain = [data.data for page in pages() for data in page.find_all(nodes.TemplateData)]
    assert not [text for text in plain if VIETNAMESE.search(text)]


def test_translations_have_the_same_gaps() -> None:
    assert not [template for template, english in catalogue("en").items() if gaps(template) != gaps(english)]


def test_a_sentence_is_said_in_the_language_asked_for() -> None:
    assert say("Không tìm thấy.") == "Không tìm thấy."
    with speaking("en"):
        assert str(NotFound()) == say("Không tìm thấy.") == "Not found."
    with speaking("xx"):
        assert str(NotFound()) == "Không tìm thấy."
