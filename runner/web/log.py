"""The log: a JSON object a line, each with the number of the request it is about. Nothing that is typed forges one."""

from __future__ import annotations

import json
import logging
import re
import secrets
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from runner.clock import stopwatch
from runner.web import current, metric

_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """A record as a line of JSON; what a call passes as ``extra={"facts": {…}}`` is beside its sentence."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
        }
        if has_request_context() and "number" in g:
            line["request"] = g.number
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Log everything of this process as JSON to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs every probe that reads the schema


def install(app: Flask) -> None:
    """Number, time and log every request."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    trusted = current.runner().settings.proxies and _GIVEN.fullmatch(given)
    g.number = given if trusted else secrets.token_hex(6)
    g.stopwatch = stopwatch()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.number
    seconds = g.stopwatch()
    # The pattern of the address, never the address itself: there are few of them, and no names of people in them.
    route = request.url_rule.rule if request.url_rule else "-"
    facts = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "person": g.person.id if g.get("person") else None,
    }
    log.info("request", extra={"facts": facts})
    metric.observe(seconds)
    return response
