"""An analyst at the form of a new procedure, in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page


def fill_in(page: Page, table: dict[str, Any], text: str = "") -> None:
    """Fill the form in with a description as `tests.authoring.descriptions` has it, adding the rows that it needs."""
    page.goto("/studio/new")
    for name, label in (("steps", "Thêm bước"), ("dossier", "Thêm giấy tờ"), ("fees", "Thêm mức phí")):
        _rows(page, name, label, len(table.get(name, [])))
    page.check(f'input[name="fee"][value="{table["fee"]}"]')
    for name in ("code", "title", "title_en", "applicants", "limit", "granted", "refused"):
        page.fill(f"#field-{name}", str(table.get(name, "")))
    page.select_option("#field-unit", table["unit"])
    for name, value in table["decision"].items():
        page.fill(f"#field-decision-{name}", value)
    for at, step in enumerate(table["steps"]):
        page.fill(f"#field-steps-{at}-id", step["id"])
        page.fill(f"#field-steps-{at}-text", step["text"])
        page.select_option(f"#field-steps-{at}-lane", step["lane"])
        page.fill(f"#field-steps-{at}-days", step["days"])
    for at, paper in enumerate(table["dossier"]):
        page.fill(f"#field-dossier-{at}-name", paper["name"])
        page.select_option(f"#field-dossier-{at}-copy", paper["copy"])
        page.set_checked(f'input[name="dossier-{at}-required"]', paper["required"])
    for at, fee in enumerate(table.get("fees", [])):
        page.fill(f"#field-fees-{at}-label", fee["label"])
        page.fill(f"#field-fees-{at}-amount", str(fee["amount"]))
    page.fill("#field-decision_text", text)


def create(page: Page) -> int:
    """Make the draft; its number."""
    page.get_by_role("button", name="Tạo bản nháp").click()
    page.wait_for_url("**/studio/drafts/**")
    return int(page.url.split("/studio/drafts/")[1].split("/")[0])


def _rows(page: Page, name: str, label: str, count: int) -> None:
    """Add or remove rows until there are `count`."""
    rows = page.locator(f"#list-{name} tbody tr")
    while (there := rows.count()) != count:
        if there < count:
            page.get_by_role("button", name=label).click()
            page.locator(f"#remove-{name}-{there}").wait_for()
        else:
            page.locator(f"#remove-{name}-{there - 1}").click()
            page.locator(f"#remove-{name}-{there - 1}").wait_for(state="detached")
