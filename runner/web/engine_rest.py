"""The deployment interface of Camunda 7, as Camunda Modeler's desktop program and ``camunda-deploy`` call it.

Only what they call, in their terms: a deployment becomes a draft (`runner.authoring.desktop`). They show nothing of an
error but its ``message``, which so holds all findings. Browsers' rules for other origins are answered without cookies:
who asks is known by a token alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, g, json, request, url_for
from werkzeug.exceptions import HTTPException

from runner import formatting
from runner.authoring import archive
from runner.authoring.check import Located
from runner.authoring.desktop import Deployment, DeploymentFaulty
from runner.domain.token import Scope
from runner.errors import DiagramInvalid, MotcuaError, Refused
from runner.language import say
from runner.web import current, errors, policy, security
from runner.web.policy import PageUnknown

VERSION: Final = "7.23.0"
"""The version of Camunda whose interface this is."""
NOT_PARSED: Final = "ENGINE-09005 Could not parse BPMN process."
"""How Camunda 7 begins what it says of a faulty diagram; the Modeler looks for it."""
MOST_FINDINGS: Final = 100

blueprint = Blueprint("engine_rest", __name__)
_BASE: Final = "/engine-rest"
_WEBAPPS: Final = "/.well-known/camunda-automation-platform/webapps"
_TOKEN = policy.token(Scope.DRAFT, basic=True)
View = TypeVar("View", bound=Callable[..., Any])


def _route(method: str, path: str) -> Callable[[View], View]:
    """A route, also for clients that put a second slash behind the base; `preflight` answers for its OPTIONS."""

    def routed(view: View) -> View:
        for slash in ("", "/"):
            blueprint.add_url_rule(
                f"{_BASE}{slash}{path}",
                view_func=view,
                methods=[method],
                merge_slashes=not slash,
                provide_automatic_options=False,
            )
        return view

    return routed


class NothingDeployed(Refused):
    """Không có tệp nào được gửi."""


class NotStarted(Refused):
    """Từ phần mềm vẽ không bắt đầu hồ sơ được: bản nháp chưa áp dụng. Hãy thử bản nháp trên trang Quy trình."""


@blueprint.get(_WEBAPPS, provide_automatic_options=False)
@policy.impersonal
def webapps() -> dict[str, str]:
    """Where the Modeler sends a person after deploying: the studio, which knows deployments by their ids."""
    studio = url_for("studio.catalogue.show", _external=True) + "/"
    return {"cockpitUrl": studio, "adminUrl": studio, "tasklistUrl": url_for("home.show", _external=True)}


@_route("GET", "/version")
@_TOKEN
def version() -> dict[str, str]:
    """The version that clients adapt themselves to."""
    return {"version": VERSION}


@_route("GET", "/deployment")
@_TOKEN
def deployments() -> list[dict[str, Any]]:
    """The open drafts of the analyst's provinces, at most ``maxResults``: clients ask for 0 to learn who may."""
    most = request.args.get("maxResults", 100, type=int)
    found = [each for each in current.runner().procedure_drafts.all(g.person) if each.is_open]
    return [
        {
            "id": _id(each.id, each.save),
            "name": each.procedure,
            "source": each.origin,
            "deploymentTime": formatting.iso(each.edited_at),
        }
        for each in found[: max(most, 0)]
    ]


@_route("POST", "/deployment/create")
@_TOKEN
def create() -> dict[str, Any]:
    """Save what is deployed as a draft; with a token of scope ``submit``, ask for its approval."""
    request.max_content_length = archive.MAX_BYTES + security.LARGEST
    sent: dict[str, bytes] = {}
    for field, file in request.files.items(multi=True):
        name = field if "." in field else file.filename or field
        sent[name] = file.stream.read()
    if not sent:
        raise NothingDeployed
    done = current.runner().desktop.deploy(sent, g.person, current.now(), submit=Scope.SUBMIT in g.scopes)
    return _deployed(done)


@_route("POST", "/process-definition/<path:id>/start")
@_TOKEN
def start(id: str) -> Response:
    """Never: a draft runs no case."""
    raise NotStarted


@blueprint.route("/engine-rest/<path:rest>", methods=["GET", "POST"], provide_automatic_options=False)
@policy.impersonal
def other(rest: str) -> Response:
    """What else Camunda has is not here."""
    raise PageUnknown


@blueprint.route("/engine-rest/<path:rest>", methods=["OPTIONS"])
@blueprint.route(_WEBAPPS, methods=["OPTIONS"])
@policy.impersonal
def preflight(rest: str = "") -> Response:
    """A browser, or a program that is one, asks whether it may: before it says who it is."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "authorization, content-type, accept"
    response.headers["Access-Control-Max-Age"] = "3600"
    return response


@blueprint.after_request
def _shared(response: Response) -> Response:
    """Any origin may ask: an answer depends on the token that is sent along, never on a cookie."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.errorhandler(MotcuaError)
def _refused(error: MotcuaError) -> Response:
    code = errors.status(error)
    kind, message = "RestException", str(error)
    if isinstance(error, DiagramInvalid) or isinstance(error.facts.get("reason"), DiagramInvalid):
        code, kind, message = 400, "ParseException", f"{NOT_PARSED}\n{error}"
    if isinstance(error, DeploymentFaulty):
        lines = [*map(_line, error.findings[:MOST_FINDINGS])]
        more = len(error.findings) - MOST_FINDINGS
        message = "\n".join([message, *lines, *([say("và {count} chỗ nữa", count=more)] if more > 0 else [])])
    return _answer(code, kind, message)


@blueprint.errorhandler(HTTPException)
def _unread(error: HTTPException) -> Response:
    code = error.code or 500
    return _answer(code, "RestException", say(errors.TITLES.get(code, errors.TITLES[500])))


def _answer(code: int, kind: str, message: str) -> Response:
    response = Response(json.dumps({"type": kind, "message": message}), code, mimetype="application/json")
    if code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="motcua", charset="UTF-8"'
    if code in errors.RETRY_AFTER:
        response.headers["Retry-After"] = errors.RETRY_AFTER[code]
    return response


def _line(located: Located) -> str:
    found = located.finding
    place = ":".join(map(str, filter(None, (located.file, found.line))))
    severity = say("lỗi") if located.is_error else say("cảnh báo")
    return f"* {severity}: {found.message} | {found.element or '–'} | {place} | {found.rule}"


def _deployed(done: Deployment) -> dict[str, Any]:
    draft = done.draft
    id = _id(draft.id, draft.save) if draft else f"version-{done.procedure}"
    definition = {
        "id": f"{done.process}:{id}",
        "key": done.process,
        "name": done.procedure,
        "resource": done.file,
        "deploymentId": id,
        "version": draft.save if draft else 0,
    }
    return {
        "id": id,
        "name": done.procedure,
        "source": "Một Cửa",
        "deploymentTime": formatting.iso(current.now()),
        "tenantId": None,
        "deployedProcessDefinitions": {definition["id"]: definition} if done.changed else None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def _id(draft: int, save: int) -> str:
    return f"draft-{draft}-{save}"
