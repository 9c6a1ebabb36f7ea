"""Every task of a person shows a form that exists: see docs/lint.md, "forms"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title

FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
"""A form's id is also the name of its file: no other characters get as far as the file system."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for task in diagram.nodes.values():
        if task.type != "userTask":
            continue
        if task.form is None:
            yield error(task, "Việc “{what}” chưa có biểu mẫu (camunda:formRef).", what=title(task))
        elif not FORM.fullmatch(task.form):
            yield error(task, "Tên biểu mẫu “{form}” không hợp lệ.", form=short(task.form))
        elif content is not None and task.form not in content.forms:
            yield error(task, "Không có biểu mẫu “{form}” mà việc “{what}” cần.", form=task.form, what=title(task))
        if task.form is not None and task.form_binding != "deployment":
            yield error(task, 'Việc “{what}” cần camunda:formRefBinding="deployment".', what=title(task))
