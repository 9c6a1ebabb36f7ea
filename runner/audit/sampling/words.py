"""What people read of a sample: how it was drawn, and its strata, looks and severities in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from runner import formatting
from runner.domain.calendar import local_date
from runner.domain.sample import Grouping, Look, Sample, Severity
from runner.language import say
from runner.reports import vocabulary

GROUPINGS: Final[Mapping[str, str]] = {
    Grouping.NONE: "Không chia tầng",
    Grouping.PROCEDURE: "Theo thủ tục",
    Grouping.OFFICER: "Theo cán bộ",
    Grouping.OUTCOME: "Theo kết quả",
}
LOOKS: Final[Mapping[str, str]] = {
    Look.UNSEEN: "Chưa xem",
    Look.SEEN: "Đã xem",
    Look.FOUND: "Có phát hiện",
}
SEVERITIES: Final[Mapping[str, str]] = {
    Severity.LOW: "Thấp",
    Severity.MEDIUM: "Vừa",
    Severity.SERIOUS: "Nghiêm trọng",
}


def stratum(sample: Sample, name: str, people: Mapping[str, str]) -> str:
    """A stratum in words; `people` are names by account."""
    match sample.grouping:
        case Grouping.OUTCOME:
            return say(vocabulary.OUTCOMES.get(name, name)) if name else say("chưa có kết quả")
        case Grouping.OFFICER:
            return people.get(name, name) if name else say("chưa ai nhận việc")
        case Grouping.PROCEDURE:
            return name
    return say("bất kỳ")


def population(sample: Sample) -> str:
    """The population: how many cases of what."""
    asked = sample.asked
    since, until = _day(asked["since"]), _day(asked["until"], before=True)
    parts = [say("{count} hồ sơ", count=formatting.number(sample.population))]
    parts += [say("nhận từ {day}", day=since)] if since else []
    parts += [say("nhận đến {day}", day=until)] if until else []
    parts += [say("thủ tục {code}", code=asked["procedure"])] if asked["procedure"] else []
    if outcome := asked["outcome"]:
        parts.append(say("kết quả: {outcome}", outcome=say(vocabulary.OUTCOMES.get(outcome, outcome))))
    return ", ".join(parts)


def method(sample: Sample) -> str:
    """How the sample can be drawn again by anybody."""
    how = say(
        "Mã số hồ sơ (#) xếp tăng dần; mỗi hồ sơ lần lượt nhận một số từ random.Random(hạt giống).random() của Python;"
        " trong mỗi tầng rút những hồ sơ có số nhỏ nhất."
    )
    if sample.grouping == Grouping.NONE:
        return how
    shared = say("Mỗi tầng có một hồ sơ, phần còn lại chia theo tỷ lệ số hồ sơ còn lại của tầng, phần dư lớn trước.")
    return f"{how} {shared}"


def _day(text: str, *, before: bool = False) -> str:
    if not text:
        return ""
    return formatting.day(local_date(datetime.fromisoformat(text) - timedelta(days=before)))
