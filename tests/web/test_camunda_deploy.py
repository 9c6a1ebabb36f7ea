"""The npm client ``camunda-deploy`` against a real server: it deploys a draft, and is refused with all findings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from runner.domain.person import Role
from tests.node import node
from tests.web.conftest import Site
from tests.world import PLAYED, ROOT, World, person

CLIENT = ROOT / "tests/tools/node_modules/camunda-deploy/bin/cli.js"
CODE, ANALYST = "ha-tinh/QT.BC.01", person(Role.ANALYST)
FILES = ("bpmn/ha-tinh/QT.BC.01.bpmn", "bpmn/ha-tinh/phi.dmn", "forms/ky-nhay.form")

pytestmark = pytest.mark.skipif(
    not CLIENT.exists() and os.environ.get("CI") != "true", reason="needs what `make test` installs in tests/tools"
)


@pytest.fixture
def site(_sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    world = World(_sqlite_url, tmp_path)
    site = Site(world.deploy(*PLAYED))
    world.runner.people.save(ANALYST)
    yield site
    world.runner.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/engine-rest"
    server.shutdown()
    thread.join()
    server.server_close()


def deployed(address: str, folder: Path, *names: str, **login: str) -> tuple[int, str]:
    """The client's exit code and what it says."""
    command = (CLIENT, "--name", "thu-tuc", "--source", "tests", *names)
    done = node(*command, cwd=folder, environment={"CAMUNDA_URL": address, **login})
    return done.returncode, done.stdout + done.stderr


def test_it_deploys_a_draft_and_is_refused_with_all_findings(site: Site, address: str, tmp_path: Path) -> None:
    accounts, drafts = site.runner.accounts, site.runner.procedure_drafts
    token = accounts.create_token(ANALYST.id, "máy vẽ", ["draft"], site.world.now)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    diagram = tmp_path / FILES[0]
    login = {"CAMUNDA_AUTH_BEARER": token}

    code, told = deployed(address, tmp_path, *FILES)
    assert code == 1 and "Cần mã truy cập" in told
    code, told = deployed(address, tmp_path, *FILES, **login)
    assert (code, drafts.all(ANALYST)) == (0, []) and "no artifacts updated/added" in told

    text = diagram.read_text("utf-8")
    diagram.write_text(text.replace("</bpmn:definitions>", "<!-- sửa -->\n</bpmn:definitions>"), "utf-8")
    password = {"CAMUNDA_AUTH_USERNAME": ANALYST.id, "CAMUNDA_AUTH_PASSWORD": token}
    code, told = deployed(address, tmp_path, "bpmn/ha-tinh/*.bpmn", "forms/*.form", **password)
    assert code == 0 and "1 artifacts deployed (1 added, 0 updated)" in told
    assert drafts.files(1, ANALYST)[FILES[0]] == diagram.read_bytes()

    diagram.write_text(text.replace('camunda:formRef="ky-nhay"', 'camunda:formRef="ky-nhau"'), "utf-8")
    code, told = deployed(address, tmp_path, *FILES, **login)
    assert code == 1 and "ENGINE-09005 Could not parse BPMN process." in told
    assert told.count("ky-nhau") >= 1 and "* lỗi:" in told
    digest = site.runner.procedures.in_force(CODE, site.world.now).digest
    assert site.runner.procedures.number(digest) == 1
