"""``motcua verify``: the record log against every known head; of a bundle, what ``verify.py`` does, and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from runner.audit.evidence.reexecution import check
from runner.audit.evidence.verifier.program import given_text
from runner.audit.evidence.verifier.words import ALTERED, INCOMPLETE, PROVEN
from runner.audit.verification import words
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import MOMENT, PATH
from runner.cli.proof import found, progress, standing
from runner.language import say
from runner.record.note import notes

_RESULTS = {
    PROVEN: "Gói nguyên vẹn, được mốc đã ký chứng minh.",
    ALTERED: "Gói đã bị sửa: đừng dùng.",
    INCOMPLETE: "Gói nguyên vẹn, nhưng chưa chứng minh đủ.",
}


@command(
    "verify",
    "Kiểm sổ kiểm chứng với mọi mốc đã ký; hoặc, khi nêu gói chứng cứ: như verify.py trong gói, rồi chạy lại hồ sơ từ"
    " chính các tệp của gói. Mã thoát: 0 khớp, 1 đã bị sửa, 2 nguyên vẹn nhưng chưa chứng minh đủ.",
)
@click.argument("bundle", type=PATH, metavar="[BUNDLE]", required=False)
@option("--key", default="", metavar="KEY", help="Khóa công khai nhận từ nơi khác, hay tệp có khóa.")
@option("--head", type=PATH, metavar="FILE", help="Tệp có mốc đã ký nhận từ nơi khác.")
@option("--since", type=MOMENT, help="Tin những gì mốc cuối cùng ký đến lúc này đã phủ; chỉ kiểm phần sau.")
@option("--sha256", "digest", default="", metavar="DIGEST", help="Mã băm của gói, nhận từ nơi khác.")
def verify(
    console: Console, bundle: Path | None, key: str, head: Path | None, since: datetime | None, digest: str
) -> Reply:
    given = head.read_text(encoding="utf-8", errors="replace") if head else ""
    keys = given_text(key) if key else ""
    if bundle is None:
        return _log(console, {str(head): given} if head else {}, keys.split(), since)
    checked = check(bundle, keys=keys, head=given, digest=digest)
    return Reply(asdict(checked), [*checked.lines, checked.said, say(_RESULTS[checked.code])], checked.code)


def _log(console: Console, heads: Mapping[str, str], keys: Sequence[str], since: datetime | None) -> Reply:
    """The whole log against every known head, and what of it is proven, what not, and since when."""
    runner = console.runner
    given = {source: notes(text) or [text] for source, text in heads.items()}
    with progress(runner.verification.leaves()) as watch:
        report = runner.verification.log(runner.clock.now(), heads=given, keys=keys, since=since, watch=watch)
    facts, lines, code = found(report)
    return Reply(facts | standing(report), [*lines, *words.standing(report)], code)
