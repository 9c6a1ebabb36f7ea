"""Help: each rule a page with its wrong and its right example, the diagram's contract, the first procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from typing import Final

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup, escape

from runner.authoring import help as pages
from runner.authoring.check import Located, check
from runner.authoring.help import GROUPS, Words
from runner.bpmn import Diagram
from runner.errors import MotcuaError
from runner.language import current as language
from runner.services import content
from runner.services.bundle import read_diagram
from runner.web import drawing, policy

FRAME: Final = (640, 360)
"""What a picture shows, in pixels: what stands beside a text and can be read."""

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@policy.signed_in
def index() -> str:
    """Every rule by its group, and what else there is to read."""
    found = groupby(pages.pages().values(), lambda page: page.group)
    groups = [(GROUPS[group], list(inside)) for group, inside in found]
    return render_template("studio/help.html", groups=groups, blocks=blocks, words=_words)


@blueprint.get("/help/rules/<rule>")
@policy.signed_in
def rule(rule: str) -> str:
    """Why there is a rule, what mends it, and what it says about the example."""
    page = pages.page(rule)
    found = _broken(rule)[1] if page.example else []
    return render_template("studio/help_rule.html", page=page, words=_words(page), found=found, blocks=blocks)


@blueprint.get("/help/rules/<rule>/<side>.svg")
@policy.signed_in
def picture(rule: str, side: str) -> Response:
    """The example's diagram around its element: ``wrong`` or ``right``."""
    example = pages.page(rule).example
    if example is None or side not in ("wrong", "right"):
        raise policy.PageUnknown
    files = _right(example.procedure) if side == "right" else _broken(rule)[0]
    name = f"bpmn/{example.procedure}.bpmn"
    diagram: Diagram = read_diagram(name, files[name])
    return drawing.answer(
        diagram, {example.element: "late" if side == "wrong" else "done"}, (example.element,), frame=FRAME
    )


def of_rule(rule: str) -> str:
    """The address of a rule's page, "" for what is no rule of the linter: a file that cannot be used at all."""
    return url_for("studio.help.rule", rule=rule) if rule in pages.pages() else ""


@lru_cache(8)
def _right(procedure: str) -> Mapping[str, bytes]:
    root = content.shipped()
    return content.load(root / f"bpmn/{procedure}.bpmn", root).files


@lru_cache(64)
def _broken(rule: str) -> tuple[Mapping[str, bytes], list[Located]]:
    """The files of a rule's wrong example, and what is found in them."""
    example = pages.page(rule).example
    if example is None:
        raise policy.PageUnknown
    files = example.broken(_right(example.procedure))
    try:
        return files, check(example.procedure, files)
    except MotcuaError:
        return files, []


def _words(page: pages.Page) -> Words:
    return page.en if language() == "en" and page.en.why else page.vi


_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*")


def blocks(text: str) -> Markup:
    """Paragraphs and lists of a text: ``code``, **strong** and *emphasised* words."""
    made = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        head = [line for line in lines if not line.startswith("- ")]
        items = [line[2:] for line in lines if line.startswith("- ")]
        if head:
            made.append(Markup("<p>{}</p>").format(_inline(" ".join(head))))
        if items:
            rows = Markup("").join(Markup("<li>{}</li>").format(_inline(each)) for each in items)
            made.append(Markup('<ul class="dots">{}</ul>').format(rows))
    return Markup("\n").join(made)


def _inline(text: str) -> Markup:
    """A line with its marks; everything else is text."""
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        code, strong, emphasis = found.groups()
        mark = Markup("<code>{}</code>") if code else Markup("<b>{}</b>") if strong else Markup("<em>{}</em>")
        parts.append(mark.format(code or strong or emphasis))
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])
