"""The words for what is found of rules of law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.law.diagram import Verdict
from runner.law.rule import Pattern

VERDICTS: Final[Mapping[str, str]] = {
    Verdict.HOLDS: "giữ được",
    Verdict.BROKEN: "trái",
    Verdict.NOT_APPLICABLE: "không áp dụng",
    Verdict.UNDECIDED: "chưa xét hết",
}
PATTERNS: Final[Mapping[str, str]] = {
    Pattern.EXISTS: "phải có",
    Pattern.ABSENT: "không được có",
    Pattern.AT_MOST: "nhiều nhất số lần",
    Pattern.BEFORE: "phải làm trước",
    Pattern.ANSWERED_WITHIN: "phải trả lời trong thời hạn",
    Pattern.NOT_AFTER: "không muộn hơn",
    Pattern.NOT_SAME_PERSON: "không cùng một người",
    Pattern.ONLY_IF_PAID: "chỉ khi đã nộp phí",
    Pattern.ONLY_IN_LANE: "chỉ vai trò ấy làm",
}
"""What each pattern asks."""
