"""``motcua new``: the files of a new procedure, or its draft, from a small description or an existing procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from runner.authoring import folder, skeleton
from runner.authoring.renaming import Renaming, renamed
from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console, content_root
from runner.cli.parameter import CONTENT, PATH, opened
from runner.domain import toml
from runner.domain.procedure import Province, read_province
from runner.domain.toml.syntax import load
from runner.errors import NotFound
from runner.language import say
from runner.services import content as contents


class ProvinceUnknown(NotFound):
    """Không có tỉnh “{province}”. Mã thủ tục ghi kèm tỉnh, như ben-tre/40; tỉnh phải có tệp province.toml, hoặc có thủ tục đang áp dụng mà tài khoản phân tích."""  # noqa: E501


@command("new", "Vẽ thủ tục mới từ một tệp mô tả quyết định, hoặc từ thủ tục có sẵn (--from).")
@click.argument("description", type=PATH)
@option("--from", "source", metavar="PROCEDURE", help="Làm từ thủ tục này; tệp mô tả chỉ cần code, title, [decision].")
@option(
    "--into", type=PATH, metavar="DIR", default=".", help="Ghi bpmn/ và forms/ vào thư mục này (mặc định: tại đây)."
)
@option("--overwrite", is_flag=True, help="Ghi đè tệp đã có và khác.")
@option("--as", "person", metavar="ACCOUNT", help="Tài khoản của chuyên viên phân tích: lập bản nháp, không ghi tệp.")
@CONTENT
def new(
    console: Console,
    description: Path,
    source: str | None,
    into: Path,
    overwrite: bool,
    person: str | None,
    content: Path | None,
) -> Reply:
    with opened(description) as file:
        given = file.read(toml.MAX_BYTES + 1)
    place = str(load(given).get("code", "")).partition("/")[0]
    if person:
        return _draft(console, given, place, source, person)
    root = content_root(content)
    province = _province(root, place)
    if source:
        named = skeleton.read(given, partial(skeleton.name, province=province))
        to = Renaming(source, named.code, named.title, named.title_en, named.decision)
        files: Mapping[str, bytes] = renamed(contents.load(root / f"bpmn/{source}.bpmn", root).files, to, province)
    else:
        about = skeleton.read(given, partial(skeleton.describe, province=province))
        files = skeleton.build(about, province, contents.shared_forms(root))
    folder.write(into, files, overwrite=overwrite)
    lines = [say("Đã ghi {count} tệp vào {place}.", count=len(files), place=into), *(f"  {name}" for name in files)]
    return Reply({"files": list(files)}, lines)


def _draft(console: Console, given: bytes, place: str, source: str | None, person: str) -> Reply:
    made, who, now = console.runner.new_procedures, console.acting(person), console.runner.clock.now()
    province = made.provinces(who, now).get(place)
    if province is None:
        raise ProvinceUnknown(province=place)
    if source:
        named = skeleton.read(given, partial(skeleton.name, province=province))
        draft = made.copy(source, named, province, who, now)
    else:
        about = skeleton.read(given, partial(skeleton.describe, province=province))
        draft = made.draw(about, province, who, now)
    words = say("Bản nháp {draft} · {procedure}", draft=draft.id, procedure=draft.procedure)
    return Reply(asdict(draft), [text.styled(words, bold=True)])


def _province(root: Path, place: str) -> Province:
    path = root / f"bpmn/{place}/province.toml"
    if not place or not path.is_file() or root.resolve() not in path.resolve().parents:
        raise ProvinceUnknown(province=place)
    return read_province(path.read_bytes())
