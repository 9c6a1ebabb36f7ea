"""Files looked at in the page: for who may read the file, and a sentence where there is nothing to be seen."""

from __future__ import annotations

from io import BytesIO

from runner.domain.person import SYSTEM
from tests.papers.test_preview import pdf
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.test_task import address, sent
from tests.world import World, person


def test_who_signs_sees_the_pages_of_the_draft_and_nobody_else_does(site: Site, world: World) -> None:
    world.deploy().start("ha-tinh/QT.BC.01")
    for element in ("Task_B1_receive", "Task_B2_forward", "Task_B3_appraise"):
        world.do(element, **ANSWERS[world.task(element).form])
    there, draft = address(world, "Task_B3_draft_licence"), sent("du-thao-giay-phep")
    files = [(BytesIO(pdf()), "dự thảo.pdf"), (BytesIO(b"%PDF-1.7 broken"), "hỏng.pdf")]
    assert site.browser("specialist").send(there, **draft, draft_file=files).status_code == 303
    good, bad = (each["sha256"] for each in site.runner.audit.history(1, SYSTEM)[1].values["draft_file"])
    lead = site.browser("division_lead")
    page = lead.get(address(world, "Task_B4_initial")).text
    assert f'hx-get="/cases/1/files/{good}/preview"' in page.partition("Quá trình xử lý")[0]
    shown = lead.get(f"/cases/1/files/{good}/preview")
    assert f"/cases/1/files/{good}/pages/2.png" in shown.text
    drawn = lead.get(f"/cases/1/files/{good}/pages/1.png")
    assert drawn.mimetype == "image/png" and drawn.data.startswith(b"\x89PNG")
    assert lead.get(f"/cases/1/files/{good}/pages/0.png").status_code == 422
    broken = lead.get(f"/cases/1/files/{bad}/preview")
    assert broken.status_code == 422 and "Không xem trước được tệp này" in broken.text
    stranger = site.browser(person("specialist", "ben-tre"))
    for what in ("preview", "pages/1.png"):
        assert stranger.get(f"/cases/1/files/{good}/{what}").status_code == 404
