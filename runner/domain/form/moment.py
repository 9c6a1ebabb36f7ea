"""The attributes of a field that takes a date, a time or both."""

from __future__ import annotations

from typing import Any

from runner.domain.form.attributes import Attributes
from runner.domain.form.component import EARLIEST, LATEST


def read(attributes: Attributes) -> dict[str, Any]:
    """What a `Component` has of them; days and the like stand in form-js's custom ``properties``."""
    subtype = attributes.text("subtype")
    if subtype not in ("date", "time", "datetime"):
        raise attributes.wrong("subtype")
    if attributes.text("timeSerializingFormat", "no_timezone") != "no_timezone":
        raise attributes.wrong("timeSerializingFormat")
    coming, properties = attributes.truth("disallowPassedDates"), attributes.inner("properties")
    if coming and subtype == "time":
        raise attributes.wrong("disallowPassedDates")
    if past := properties.left.get("latest") == "today":
        del properties.left["latest"]
    earliest, latest = properties.day("earliest"), properties.day("latest")
    working_day, after_due = properties.mark("working_day", "true"), properties.mark("after", "case_due")
    if (subtype != "date" and (working_day or after_due)) or (subtype == "time" and (past or earliest or latest)):
        raise attributes.wrong("properties")
    earliest, latest = earliest or EARLIEST, latest or LATEST
    if earliest > latest:
        raise properties.wrong("earliest")
    properties.close()
    attributes.ignore("timeInterval", "use24h")
    return {
        "subtype": subtype,
        "coming": coming,
        "past": past,
        "earliest": earliest,
        "latest": latest,
        "working_day": working_day,
        "after_due": after_due,
    }
