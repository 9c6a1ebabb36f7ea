"""How a server begins: warm, and with or without its database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete

from runner.app import Runner
from runner.config import Settings
from runner.store import table
from runner.web import create_app
from runner.web.wsgi import warm
from tests.web.conftest import SECRET, Site


def test_a_warm_server_has_read_its_templates_and_procedures_before_the_first_page(site: Site) -> None:
    site.world.deploy()
    runner = Runner(site.runner.settings)
    app = create_app(runner)
    warm(app, runner)
    cached = app.jinja_env.cache
    assert cached is not None and {name for _, name in cached} == set(app.jinja_env.list_templates())
    with runner.database.change() as tx:
        tx.execute(delete(table.version_file))
    assert runner.procedures.current(), "they are not read again"
    runner.close()


def test_a_server_begins_without_its_database_and_says_so(tmp_path: Path) -> None:
    runner = Runner(Settings(database=f"sqlite:///{tmp_path}/missing/motcua.db", secrets=(SECRET,)))
    app = create_app(runner)
    warm(app, runner)
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503
