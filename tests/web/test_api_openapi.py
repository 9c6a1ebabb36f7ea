"""The OpenAPI document: valid, complete, kept in the documentation, and true of what is answered (by fuzzing)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import jsonschema_rs
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31

from runner.domain.person import Person
from runner.language import LANGUAGES, say, speaking
from runner.web.api.openapi import path, written
from runner.web.api.operation import OPERATIONS, PREFIX, Operation
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import ROOT

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 20


def test_the_copy_in_the_documentation_is_what_the_site_serves(site: Site) -> None:
    served = site.browser().get(f"{PREFIX}/openapi.json")
    assert served.mimetype == "application/json"
    assert served.text == written() == (ROOT / "docs/openapi.json").read_text(encoding="utf-8"), (
        "run: python -m runner.web.api > docs/openapi.json"
    )


def test_the_document_is_valid_openapi(site: Site) -> None:
    document = json.loads(written())
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
    named = set(re.findall(r'"#/components/(\w+/\w+)"', written()))
    defined = {f"{kind}/{name}" for kind in ("schemas", "responses") for name in document["components"][kind]}
    assert named == defined
    operations = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(set(operations)) == len(operations)


def test_every_route_is_described_and_everything_described_is_a_route(site: Site) -> None:
    routes = {
        (method, rule.rule.removeprefix(PREFIX))
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(each.method, each.rule) for each in OPERATIONS} and len(routes) >= 15
    described = {
        (method.upper(), name) for name, methods in json.loads(written())["paths"].items() for method in methods
    }
    assert described == {(each.method, path(each)) for each in OPERATIONS}


def test_the_page_names_every_operation_and_schema_in_both_languages(site: Site) -> None:
    document = json.loads(written())
    for language in LANGUAGES:
        with speaking(language):
            title = say("Giao diện cho phần mềm")
        page = site.browser().get(f"{PREFIX}/", headers={"Accept-Language": language})
        assert page.status_code == 200 and page.mimetype == "text/html"
        assert f"<h1>{title}</h1>" in page.text
        links = set(re.findall(r'href="#(\w+)"', page.text)) - {"main"}
        assert links <= set(re.findall(r' id="(\w+)"', page.text))
        assert set(document["components"]["schemas"]) <= set(re.findall(r' id="(\w+)"', page.text))
        for methods in document["paths"].values():
            assert all(f'id="{each["operationId"]}"' in page.text for each in methods.values())


def test_any_request_is_answered_as_described(site: Site) -> None:
    """Fuzzed with schemathesis, as a person in every role, with ids that exist and ids that do not."""
    site.world.deploy()
    groups = frozenset(group for each in site.runner.people.all() for group in each.groups)
    everybody = Person("everybody", "Mọi vai trò", groups)
    site.runner.people.save(everybody)
    program = Program(site, everybody)
    tasks = [program.start(code)["opened"][0] for code in ("ben-tre/39", "ha-tinh/QT.BC.01", "ben-tre/39")]
    program.fill(tasks[0])
    there = "Task_B1_receive#1"
    scan = site.runner.attachments.add(2, there, "đơn.pdf", BytesIO(b"%PDF-1.7"), everybody, site.world.now)
    known = {"case": st.sampled_from([1, 2]), "task": st.sampled_from([*tasks, "1.Task_1_forward.1"])}
    known["file"] = st.just(scan.sha256)
    begun = {"procedure": "ben-tre/39"}
    good = st.sampled_from([begun, {**begun, "values": ANSWERS["tiep-nhan-ben-tre"]}])
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", site.app)
    seen: Counter[int] = Counter()

    def fuzzed(operation: Operation) -> Callable[[], None]:
        described = schema[path(operation)][operation.method]

        @settings(
            max_examples=EXAMPLES,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def fuzz(data: st.DataObject) -> None:
            mode = data.draw(st.sampled_from(list(GenerationMode)))
            case = data.draw(described.as_strategy(generation_mode=mode))
            # Where what was wrong may be put right below, nothing says that the request has to be refused.
            mended = "Authorization" in (case.headers or {})
            for name in case.path_parameters or {}:
                if data.draw(st.booleans()):
                    case.path_parameters[name], mended = data.draw(known[name]), True
            checks = [check for check in CHECKS if check is not negative_data_rejection or not mended]
            begins = isinstance(case.body, dict) and "procedure" in case.body  # a random procedure hardly ever exists
            if mode is GenerationMode.POSITIVE and isinstance(case.body, dict) and (begins or data.draw(st.booleans())):
                case.body |= {name: of for name, of in data.draw(good).items() if name in case.body}
            headers = {"Authorization": f"Bearer {program.token}"}
            seen[case.call_and_validate(headers=headers, checks=checks).status_code] += 1

        return fuzz

    for operation in OPERATIONS:
        fuzzed(operation)()
    assert {200, 201, 400, 404, 422} <= set(seen) and max(seen) < 500, seen
