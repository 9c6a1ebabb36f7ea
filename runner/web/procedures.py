"""Procedures as the decisions have them: the catalogue, and a page for each with everything that its facts say."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, g, render_template, request

from runner.domain.deployment import RELEASE, ProcedureUnknown
from runner.domain.person import SYSTEM, Role
from runner.language import say
from runner.papers import form_set
from runner.services import feasibility
from runner.services import trace as traces
from runner.services.version import Version
from runner.web import case, current, drawing, policy

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")

COPIES = {"original": "Bản chính", "copy": "Bản sao", "unknown": "Không nêu"}
PAPERS = {
    "receipt": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "control-slip": "Phiếu kiểm soát quá trình giải quyết hồ sơ",
}
"""The papers that a source note may touch; it is printed on none of them."""
SEVERITIES = {
    "A": "Liên quan thời hạn, đường đi, tiền hoặc người thực hiện",
    "B": "Liên quan tên gọi, biểu mẫu",
    "C": "Lỗi chữ, dẫn chiếu",
    "": "",
}
"""What the source notes are about, by their weight; those of older versions have none."""
CHANGES = {"new": "Ban hành mới", "amended": "Được sửa đổi, bổ sung"}


@blueprint.get("")
@policy.signed_in
def catalogue() -> str:
    """Every procedure in force, by province, those of the reader's own provinces first."""
    procedures = current.runner().procedures
    whole = {version.digest: version for version in procedures.current(current.now())}
    rows = [(whole[each.digest], each) for each in procedures.deployed(current.now()) if each.digest in whole]
    own = {province for province, _ in g.person.groups}
    rows.sort(key=lambda row: (row[1].province not in own, row[1].province, row[1].procedure))
    provinces = [
        (versions[0][0].province, versions)
        for _, group in groupby(rows, lambda row: row[1].province)
        if (versions := list(group))
    ]
    return render_template("procedures.html", provinces=provinces)


@blueprint.get("/<province>/<code>")
@policy.signed_in
def show(province: str, code: str) -> str:
    """A procedure in force; with ``?version=`` one of its versions, as cases that began on it still run."""
    procedures = current.runner().procedures
    version = _version(province, code)
    known = [each for each in procedures.versions_of() if each.procedure == version.procedure.code]
    enforced = {each.version: each for each in procedures.enforcements(version.procedure.code)}
    standing = procedures.standing(version.procedure.code, current.now())
    return render_template(
        "procedure.html",
        version=version,
        facts=version.procedure,
        versions=known,
        numbers={each.digest: each.number for each in known},
        number=next(each.number for each in known if each.digest == version.digest),
        enforced=enforced,
        in_force=standing.version if standing else None,
        standing=standing,
        coming=procedures.coming(version.procedure.code, current.now()),
        enforces=(province, Role.ANALYST) in g.person.groups,
        feasibility=feasibility.proof(version, procedures.calendar(province)),
        copies=COPIES,
        severities=SEVERITIES,
        printed=PAPERS,
        changes=CHANGES,
        form_sets={code: form_set.form_set(code).title for code in form_set.known()},
        deployer=deployer,
    )


@blueprint.get("/<province>/<code>/trace")
@policy.signed_in
def matrix(province: str, code: str) -> str:
    """Which element of a version's diagram carries which row of the decision, and which carry none."""
    version = _version(province, code)
    return render_template(
        "trace.html",
        version=version,
        facts=version.procedure,
        trace=traces.trace(version),
        kinds=traces.KINDS,
        reasons=traces.REASONS,
    )


@blueprint.get("/<province>/<code>/diagram.svg")
@policy.signed_in
def diagram(province: str, code: str) -> Response:
    """The diagram of a version; what a version's address shows never changes."""
    response = drawing.answer(_version(province, code).diagram)
    if "version" in request.args:
        response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def deployer(by: str) -> str:
    """Who deployed or enforced a version, in words."""
    channel, _, number = by.partition(" ")
    if channel == RELEASE and number:
        return say("bản phát hành {number}", number=number)
    return say(SYSTEM.name) if by == SYSTEM.id else by


def deployers(by: set[str]) -> dict[str, str]:
    """Who did what people and releases do, in words."""
    return {id: deployer(name) for id, name in case.names(by).items()}


def _version(province: str, code: str) -> Version:
    """The version asked for. Raises `ProcedureUnknown`, for a version of another procedure too."""
    procedures, procedure = current.runner().procedures, f"{province}/{code}"
    digest = request.args.get("version")
    version = procedures.version(digest) if digest else procedures.last(procedure, current.now())
    if version.procedure.code != procedure:
        raise ProcedureUnknown(procedure=procedure)
    return version
