"""The tutorial, done in the browser act by act as its page says, until the first dossier has its result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from runner.authoring.help.tutorial import Act, Step, steps
from runner.domain.person import Person, Role
from runner.language import catalogue
from tests.authoring.walk import answers
from tests.web.conftest import PASSWORD
from tests.web.studio.test_browser_journey import serving, tab
from tests.web.studio.test_new import MINH
from tests.web.test_browser_pages import chromium, opened, pytestmark
from tests.world import World, person

__all__ = ["chromium", "pytestmark"]

CODE = "ben-tre/GX.02"
SECOND = Person("thu", "Nguyễn Thị Thu", frozenset({("ben-tre", Role.ANALYST)}))
LANES = ("one_stop_clerk", "specialist", "division_lead", "director")


@pytest.fixture
def workshop(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[World, str]]:
    """An office of two provinces with two analysts in one of them, and its address."""
    world = World(_sqlite_url, tmp_path, "2026-11-02 08:00").deploy()
    for analyst in (MINH, SECOND):
        world.runner.people.save(analyst)
    yield from serving(world, SECOND)


def test_the_tutorial_leads_to_a_new_procedure_in_force_and_the_result_of_its_first_dossier(
    chromium: Browser, workshop: tuple[World, str]
) -> None:
    world, address = workshop
    people: dict[str, Page] = {}
    complaints: list[str] = []
    for name, who in {"analyst": MINH, "second": SECOND, **{lane: person(lane, "ben-tre") for lane in LANES}}.items():
        if name == "director":
            world.runner.accounts.set_password(who.id, PASSWORD, world.now)
        session = world.runner.accounts.enter(who.id, world.now)
        people[name], found = opened(chromium, (address, session))
        complaints.append(found)
    people["clerk"] = people["one_stop_clerk"]
    for step in steps():
        for act in step.acts[: -1 if step.acts[-1].kind == "form" else None]:
            _do(people[step.who], act, step)
    people["clerk"].wait_for_url("**/tasks/**")
    expect(_pressed(people["clerk"], steps()[-1].acts[-1].name)).to_have_count(1)
    world.case = int(people["clerk"].url.split("/cases/")[1].split("/")[0])
    _finished(world, people)
    assert world.row.status == "finished" and world.row.outcome == "granted"
    assert world.forget().proved()
    said = [each for found in complaints for each in found]
    late = "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"
    assert [each for each in said if each != late] == []  # what is typed is kept as a draft, perhaps after its task
    for page in people.values():
        page.context.close()


def test_the_tutorial_speaks_the_words_of_the_pages_in_english_too() -> None:
    labels = {act.label for step in steps() for act in step.acts if act.kind not in {"go", "form"}}
    labels |= {text for step in steps() if step.rows for text in (*step.rows.heads, *step.rows.labels)}
    assert not [label for label in labels if not catalogue("en").get(label)]


def _do(page: Page, act: Act, step: Step) -> None:
    """Do it as a person does: when what was pressed before has been answered."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    match act.kind:
        case "go":
            page.goto(act.label)
        case "press":
            _pressed(page, act.name).click()
        case "tab":
            tab(page, act.name)
        case "type":
            _field(page, act.name).fill(act.text)
        case "secret":
            _field(page, act.name).fill(PASSWORD)
        case "choose":
            _field(page, act.name).select_option(label=act.text)
        case "check":
            page.get_by_label(act.name, exact=True).check()
        case "open":
            here = page.url
            page.get_by_role("button", name=f"Xem {act.name}").click()
            page.wait_for_url("**/studio/drafts/**")
            page.goto(here)
        case "rows":
            _rows(page, act.label, step)
        case "see":
            expect(page.get_by_text(act.name).filter(visible=True)).not_to_have_count(0)
        case _:
            raise AssertionError(act.kind)


def _pressed(page: Page, name: str) -> Locator:
    """The button or link of that name in sight, the last one where a page has it above its form and below."""
    named = re.compile(rf"^{re.escape(name)}(?=$| )")
    found = page.get_by_role("button", name=named).or_(page.get_by_role("link", name=named)).filter(visible=True)
    expect(found).not_to_have_count(0)
    return found.last


def _field(page: Page, label: str) -> Locator:
    """The field of that label; a field that need not be filled in says so after it."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(?: \(không bắt buộc\))?\s*$"))


def _rows(page: Page, what: str, step: Step) -> None:
    assert step.rows
    for number, row in enumerate(step.rows.rows, start=1):
        for label, text in zip(step.rows.labels, row, strict=True):
            field = page.get_by_label(label.format(what=re.sub("{.*}", str(number), what)), exact=True)
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=text)
            else:
                field.fill(text)


def _finished(world: World, people: dict[str, Page]) -> None:
    """Every task of the case, filled in and done by the people of its lane."""
    version = world.runner.procedures.in_force(CODE, world.now)
    for _ in range(20):
        if not world.open:
            return
        task = world.task(world.open[0])
        page = people[task.lane]
        page.goto(f"/cases/{world.case}/tasks/{task.id.replace('#', '%23')}")
        if (claim := page.get_by_role("button", name="Nhận việc")).count():
            claim.click()
            page.locator("#work").wait_for()
        given = answers(version.forms[task.form], {})
        _fill(
            page, {key: value for key, value in given.items() if not page.locator(f'.bar button[name="{key}"]').count()}
        )
        if task.lane == "director":  # who signs
            page.get_by_label("Mật khẩu của anh/chị, để ký").fill(PASSWORD)
        button = page.locator("#work .bar button").first
        if name := button.get_attribute("name"):
            button = page.locator(f'#work .bar button[value="{given[name]}"]')
        button.click()
        page.wait_for_url(lambda url, task=task: "/tasks/" + task.id.replace("#", "%23") not in url)


def _fill(page: Page, values: dict[str, Any], path: str = "") -> None:
    """Fill a task's form in."""
    for key, value in values.items():
        name = f"{path}{key}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for at, row in enumerate(value):
                _fill(page, row, f"{name}.{at}.")
            continue
        field = page.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind == "radio" or isinstance(value, list):
            for each in value if isinstance(value, list) else [value]:
                page.locator(f'[name="{name}"][value="{each}"]').check()
        elif kind == "checkbox":
            field.first.check()
        elif field.first.evaluate("each => each.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))
