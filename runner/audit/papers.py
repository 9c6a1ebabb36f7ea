"""The papers of an entry: what it issued, what was handed in with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from runner.audit.course import Scene
from runner.domain.entry import Submit
from runner.domain.form import Attachment
from runner.domain.form.attachment import attached
from runner.domain.task import TaskOutcome
from runner.language import say
from runner.lint.conformance.comparison import PAPER
from runner.papers.form_set import FormSetUnknown, PaperKind, form_set
from runner.reports import issue


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper by its `name`; `code` is that of its form, "" for none. The software prints the one called `printed`.

    `file` is there for what was handed in as a file.
    """

    name: str
    code: str = ""
    printed: str = ""
    file: Attachment | None = None


def papers(scene: Scene) -> Iterator[Paper]:
    """The receipt where the case got its number, the papers that the tasks done then are named after, the files."""
    if any("case_number" in result for result in scene.entry.done.values()):
        yield Paper(say("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"), printed=str(PaperKind.RECEIPT))
    titles = {form.code: form.title for form in scene.version.procedure.forms}
    codes = dict(_issued(scene))
    for task in scene.closed:
        if task.outcome == TaskOutcome.DONE:
            for code in dict.fromkeys(PAPER.findall(task.name)):
                yield Paper(titles.get(code, task.name), code, codes.get(code, ""))
    if isinstance(scene.entry.body, Submit):
        for file in attached(scene.entry.body.values):
            yield Paper(file.name, file=file)


def _issued(scene: Scene) -> Iterator[tuple[str, str]]:
    """The codes of the forms that the entry filled in, each with what its paper is called."""
    body = scene.entry.body
    with suppress(FormSetUnknown):
        forms = form_set(scene.version.procedure.form_set).forms
        for kind in issue.kinds(body.values) if isinstance(body, Submit) else ():
            if kind in forms:
                yield forms[kind].code, f"{kind}-{scene.entry.seq}"
