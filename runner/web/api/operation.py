"""An operation of the interface: its route, what it takes and answers. What is described here is what is checked.

One declaration gives the route, the reading of query and body, and the operation's part of the OpenAPI document, so the
three cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, request

from runner.domain.journal import canonical, instant
from runner.services.once import KeyInvalid
from runner.web.api.request import Parameter, from_body, from_query
from runner.web.policy import Policy

PREFIX = "/api/v1"
JSON, PROBLEM, SVG, HTML = "application/json", "application/problem+json", "image/svg+xml", "text/html"
BYTES, ANY = "application/octet-stream", "*/*"
CASE = f"<int(max={10**18 - 1}):case>"
"""A case's id in a route: a whole number that every database can be asked for."""

View = Callable[..., Any]

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """What an operation answers when all goes well: `schema` is a response class, None where none applies."""

    description: str
    schema: type | None = None
    status: int = 200
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `summary` and `description` are templates; `once`: it honours ``Idempotency-Key``.

    `bytes`: what is sent is a file as it is, which the function reads by itself.
    """

    method: str
    rule: str
    name: str
    summary: str
    answer: ResponseSpec
    query: tuple[Parameter, ...] = ()
    body: tuple[Parameter, ...] = ()
    once: bool = False
    description: str = ""
    bytes: bool = False
    policy: Policy | None = None


OPERATIONS: list[Operation] = []
"""Every operation, in the order in which the modules declare them."""


def operation(
    method: str,
    rule: str,
    summary: str,
    answer: ResponseSpec,
    *,
    query: tuple[Parameter, ...] = (),
    body: tuple[Parameter, ...] = (),
    once: bool = False,
    description: str = "",
    bytes: bool = False,
) -> Callable[[View], View]:
    """Serve a function, already under its policy, as an operation.

    It gets what the route, the query and the body name, each by its name, and returns a response class or a response.
    """

    def declare(view: View) -> View:
        declared = Operation(
            method,
            rule,
            view.__name__,
            summary,
            answer,
            query,
            body,
            once,
            description,
            bytes,
            view.policy,  # type: ignore[attr-defined]
        )

        @wraps(view)
        def served(**path: Any) -> Response:
            found = from_query(query) | (from_body(body) if body else {})
            result = view(**path, **found)
            return result if isinstance(result, Response) else reply(result, answer.status)

        OPERATIONS.append(declared)
        blueprint.add_url_rule(rule, view.__name__, served, methods=[method])
        return served

    return declare


def reply(answer: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response class as JSON; decimals come out exactly as they are kept."""
    return Response(canonical(plain(answer)), status, headers, mimetype=JSON)


def plain(value: object) -> object:
    """A response class as JSON values."""
    match value:
        case datetime():
            return instant(value)
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if is_dataclass(value):
            return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def key() -> str | None:
    """The ``Idempotency-Key`` of this request: a structured string as the draft RFC has it, or bare as many send it.

    Raises `KeyInvalid` for an empty one, which would protect nothing.
    """
    sent = request.headers.get("Idempotency-Key")
    if sent is not None and len(sent) > 1 and sent[0] == sent[-1] == '"':
        sent = re.sub(r'\\(["\\])', r"\1", sent[1:-1])
    if sent == "":
        raise KeyInvalid
    return sent


@blueprint.after_request
def _negotiated(response: Response) -> Response:
    response.headers["Content-Language"] = g.language
    response.vary.add("Accept-Language")
    return response
