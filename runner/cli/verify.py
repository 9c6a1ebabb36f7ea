"""``motcua verify BUNDLE``: an evidence bundle is checked as its own ``verify.py`` does, and the case run again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from runner.audit.evidence.reexecution import check
from runner.audit.evidence.verifier.program import given_text
from runner.audit.evidence.verifier.words import ALTERED, INCOMPLETE, PROVEN
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import PATH
from runner.language import say

_RESULTS = {
    PROVEN: "Gói nguyên vẹn, được mốc đã ký chứng minh.",
    ALTERED: "Gói đã bị sửa: đừng dùng.",
    INCOMPLETE: "Gói nguyên vẹn, nhưng chưa chứng minh đủ.",
}


@command(
    "verify",
    "Kiểm một gói chứng cứ: như verify.py trong gói, rồi chạy lại hồ sơ từ chính các tệp của gói. Mã thoát: 0 khớp,"
    " 1 đã bị sửa, 2 nguyên vẹn nhưng chưa chứng minh đủ.",
)
@click.argument("bundle", type=PATH, metavar="BUNDLE")
@option("--key", default="", metavar="KEY", help="Khóa công khai nhận từ nơi khác, hay tệp có khóa.")
@option("--head", type=PATH, metavar="FILE", help="Tệp có mốc đã ký nhận từ nơi khác.")
@option("--sha256", "digest", default="", metavar="DIGEST", help="Mã băm của gói, nhận từ nơi khác.")
def verify(_: Console, bundle: Path, key: str, head: Path | None, digest: str) -> Reply:
    given = head.read_text(encoding="utf-8", errors="replace") if head else ""
    checked = check(bundle, keys=given_text(key) if key else "", head=given, digest=digest)
    return Reply(asdict(checked), [*checked.lines, checked.said, say(_RESULTS[checked.code])], checked.code)
