"""Each step of the decision is carried by tasks in its lanes, and each task carries its words: see docs/lint.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from runner.bpmn import Node
from runner.domain.procedure import TaskText
from runner.lint.conformance.comparison import PAPER, Comparison, step_row
from runner.lint.conformance.wording import plain
from runner.lint.finding import Finding, error, short, title

ALIKE = 3
"""So many words in a row does a task's name share with what the decision says there, if it says so many."""
_STEP = "Bước"
_PREFIX = re.compile(rf"(?:{_STEP} )?(\S{{1,20}})\. ")


def check_steps(comparison: Comparison) -> Iterator[Finding]:
    yield from _names(comparison)
    tasks = comparison.tasks
    for step in comparison.facts.steps:
        own = [task for task in tasks if task.properties.get("step") == step.id]
        if not own:
            yield error(comparison.process, "Không việc nào thực hiện bước “{row}”.", row=step_row(step))
        for lane in step.lanes:
            if own and lane not in {task.lane for task in own}:
                yield error(
                    own[0],
                    "Bước “{row}” còn do vai trò {lane} thực hiện, nhưng vai trò này không có việc nào của bước.",
                    row=step_row(step),
                    lane=lane,
                )
        for task in own:
            if task.lane not in step.lanes:
                yield error(
                    task,
                    "Việc “{what}” thuộc vai trò {lane}; bước “{row}” chỉ do: {allowed}.",
                    what=title(task),
                    lane=short(task.lane or "–"),
                    row=step_row(step),
                    allowed=", ".join(step.lanes),
                )
            found = _PREFIX.match(task.name)
            if found is None or found[1] != step.id:
                yield error(
                    task,
                    "Tên việc “{what}” phải bắt đầu bằng mã bước, như “{step}. …” hoặc “Bước {step}. …”.",
                    what=title(task),
                    step=step.id,
                )
    for task in tasks:
        if "step" not in task.properties and (found := _PREFIX.match(task.name)) and found[1] in comparison.steps:
            yield error(task, "Việc “{what}” nêu bước trong tên nhưng thiếu thuộc tính mở rộng step.", what=title(task))


def _names(comparison: Comparison) -> Iterator[Finding]:
    """The procedure and its lanes are called as the decision calls them."""
    process, facts = comparison.process, comparison.facts
    if process.name != facts.title:
        yield error(
            process,
            "Quy trình tên “{name}”; thủ tục của quyết định tên “{row}”.",
            name=short(process.name),
            row=short(facts.title),
        )
    if process.id != (id := facts.code.replace("/", "_")):
        yield error(process, "Quy trình có id “{name}”; id phải là {id}.", name=short(process.id), id=id)
    for lane in comparison.diagram.lanes.values():
        actors = [step.actors.casefold() for step in facts.steps if lane.id in step.lanes]
        if actors and not any(lane.name and lane.name.casefold() in each for each in actors):
            yield error(
                lane,
                "Vai trò {lane} có tên “{name}”, là tên mà quyết định không gọi ai ở các bước của vai trò ấy.",
                lane=lane.id,
                name=short(lane.name),
            )


def check_task_texts(comparison: Comparison) -> Iterator[Finding]:
    if not comparison.facts.task_texts:
        return
    for task_text in comparison.facts.task_texts:
        if task_text.text and not quoted(comparison, task_text):
            yield error(
                comparison.process,
                "Bảng works trích “{text}”, là lời không có trong quyết định.",
                text=short(task_text.text),
            )
    wanted: Counter[tuple[str, str, str]] = Counter(_place(task_text) for task_text in comparison.facts.task_texts)
    for task in everyone(comparison):
        key = place(task)
        if not wanted[key]:
            yield error(
                task,
                "Việc “{what}” (bước {step}, vai trò {lane}, biểu mẫu {form}) không có trong bảng works của dữ kiện.",
                what=title(task),
                step=key[0] or "–",
                lane=short(key[1]),
                form=short(key[2]),
            )
        wanted[key] -= 1
    for task_text in comparison.facts.task_texts:
        key = _place(task_text)
        if wanted[key] > 0:
            wanted[key] -= 1
            yield error(
                comparison.process,
                "Không việc nào thực hiện “{row}” (bước {step}, vai trò {lane}, biểu mẫu {form}) của bảng works; "
                "hãy vẽ việc ấy.",
                row=short(task_text.text or task_text.form),
                step=task_text.step or "–",
                lane=task_text.lane,
                form=task_text.form,
            )
    for task_text in comparison.facts.task_texts:
        yield from _check_name(comparison, task_text)
    silent = {_place(task_text) for task_text in comparison.facts.task_texts if not task_text.text}
    spoken = {_place(task_text) for task_text in comparison.facts.task_texts if task_text.text}
    for task in everyone(comparison):
        if place(task) in silent - spoken and not comparison.added_beside(task):
            yield error(
                task,
                "“{what}” không có trong quyết định: hãy gắn ghi chú bắt đầu bằng “Bổ sung của phần mềm”.",
                what=title(task),
            )


def _check_name(comparison: Comparison, task_text: TaskText) -> Iterator[Finding]:
    """A step's task is called by words of the decision: of its task text, or of its step, which sums several up.

    It need not name a paper: then its form would have to make that paper.
    """
    step = comparison.steps.get(task_text.step)
    if step is None or not task_text.text:
        return
    texts = [part for text in (task_text.text, *step.text) for part in PAPER.split(plain(text))]
    count = min(ALIKE, max(len(_words(text)) for text in texts))
    spoken = set().union(*(_phrases(text, count) for text in texts))
    for task in carriers(comparison, task_text):
        if not _phrases(task.name, count) & spoken:
            yield error(
                task,
                "Tên việc “{what}” không có {count} chữ liền nhau nào của “{row}” ở bước {step}.",
                what=title(task),
                count=count,
                row=short(task_text.text),
                step=step.id,
            )


def _phrases(text: str, count: int) -> set[tuple[str, ...]]:
    """The runs of `count` words, without regard to case and punctuation."""
    words = _words(text)
    return {tuple(words[at : at + count]) for at in range(len(words) - count + 1)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def everyone(comparison: Comparison) -> list[Node]:
    """The tasks of people, those of sub-processes too."""
    return [node for node in comparison.diagram.nodes.values() if node.type == "userTask"]


def place(task: Node) -> tuple[str, str, str]:
    """The key by which a task text and its task match."""
    return task.properties.get("step", ""), task.lane or "", task.form or ""


def _place(task_text: TaskText) -> tuple[str, str, str]:
    return task_text.step, task_text.lane, task_text.form


def carriers(comparison: Comparison, task_text: TaskText) -> list[Node]:
    """The tasks that do what a task text says. Of texts alike, each has its own task, in the order of the file."""
    alike = [each for each in comparison.facts.task_texts if _place(each) == _place(task_text)]
    tasks = [task for task in everyone(comparison) if place(task) == _place(task_text)]
    return [task for task, each in zip(tasks, alike, strict=False) if each is task_text]


def quoted(comparison: Comparison, task_text: TaskText) -> bool:
    """Whether the decision has the words of a task text: in its step, or (outside of steps) anywhere in the facts."""
    facts = comparison.facts
    texts = [line for step in facts.steps if task_text.step in ("", step.id) for line in step.text]
    return any(
        task_text.text in text for text in (*texts, *(() if task_text.step else (facts.apology.text, *facts.notes)))
    )
