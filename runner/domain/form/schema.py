"""The reader of form-js schemas (``*.form``): it refuses, by name, everything that it does not support."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NoReturn

from runner import feel
from runner.domain import strict_json
from runner.domain.form import moment, pattern, tree
from runner.domain.form.attachment import TYPES, USUAL
from runner.domain.form.attributes import SHOWN, Attributes
from runner.domain.form.component import (
    FIELDS,
    FILES,
    MAX_DIGITS,
    MAX_ROWS,
    Component,
    Form,
    Option,
    by_path,
    unprintable,
)
from runner.domain.form.errors import (
    AttributeMissing,
    BadKey,
    BadPattern,
    DoubledKey,
    FileInList,
    FormInvalid,
    FormTooLarge,
    ListInList,
    NotForm,
    ReservedKey,
    TooDeep,
    TooManyComponents,
    UnknownComponent,
    WrongAttribute,
)
from runner.domain.strict_json import Fault, JsonInvalid

MAX_BYTES: Final = 100_000
MAX_COMPONENTS: Final = 300
MAX_DEPTH: Final = 5
MAX_TEXT: Final = 10_000
"""What the maxLength of a text may be."""

RESERVED: Final = (
    feel.KEYWORDS
    | (feel.FUNCTIONS - {"max", "mean", "min", "substring", "sum"})  # these came later: published forms may have them
    | {
        "sha256",
        "typename",
        "now",
        "case_due",
        "case_number",
        "late_reason",
        "procedure",
        "received",
        "fee_amount",
        "fee_label",
        "fee_source",
        "fee_row",
        "fee_rule",
        "fee_table",
        "working_days_before",
        "working_days_after",
        "session_close",
        "day_close",
    }
)
"""Keys that no field may have: names of the engine's own values and functions, and the words of FEEL."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with one component, named by its ``id`` in the schema; "" where it has none, or of the form."""

    component: str
    error: FormInvalid


@lru_cache(128)  # procedures share forms
def read(data: bytes) -> Form:
    """The form in a form-js schema. Raises a `FormInvalid` that names the component and the attribute at fault."""
    schema = Attributes("form", _json(data))
    if schema.text("type") != "default":
        raise WrongAttribute(component="form", attribute="type")
    id = schema.text("id")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", id):
        raise WrongAttribute(component="form", attribute="id")
    schema.ignore("schemaVersion", "executionPlatform", "executionPlatformVersion", "exporter")
    reader = _Reader()
    components = reader.components(schema, 1, set(), listed=False)
    for fault in reader.faults:
        raise fault.error
    schema.close()
    fields = by_path(components)
    tree.check(components, fields)
    return Form(id, tree.heading(components) or id, components, MappingProxyType(fields))


def faults(data: bytes) -> list[FormFault]:
    """Everything that is wrong with a form-js schema: component by component, else of the form as a whole."""
    try:
        read(data)
    except FormInvalid as error:
        try:
            reader = _Reader()
            reader.components(Attributes("form", _json(data)), 1, set(), listed=False)
        except FormInvalid as first:
            return [FormFault("", first)]
        return reader.faults or [FormFault("", error)]
    return []


def _json(data: bytes) -> Mapping[str, object]:
    try:
        schema = strict_json.read(data, MAX_BYTES)
    except JsonInvalid as error:
        if error.fault is Fault.SIZE:
            raise FormTooLarge(size=len(data), limit=MAX_BYTES) from None
        raise NotForm() from None
    if not isinstance(schema, dict):
        raise NotForm()
    return schema


class _Reader:
    """Reads components, counting them, and collects the faults of those that it cannot read."""

    def __init__(self) -> None:
        self.count = 0
        self.faults: list[FormFault] = []

    def components(self, around: Attributes, depth: int, keys: set[str], *, listed: bool) -> tuple[Component, ...]:
        """The components in `around`, whose keys join `keys`; `listed` within the rows of a list."""
        if depth > MAX_DEPTH:
            raise TooDeep(limit=MAX_DEPTH)
        found = []
        for raw in around.items("components"):
            try:
                found.append(self.component(raw, depth, keys, listed))
            except TooManyComponents:
                raise
            except FormInvalid as error:
                id = raw.get("id") if isinstance(raw, dict) else None
                self.faults.append(FormFault(id if isinstance(id, str) else "", error))
        return tuple(found)

    def component(self, raw: object, depth: int, keys: set[str], listed: bool) -> Component:
        self.count += 1
        if self.count > MAX_COMPONENTS:
            raise TooManyComponents(limit=MAX_COMPONENTS)
        if not isinstance(raw, dict):
            raise NotForm()
        attributes = Attributes(_name(raw) or f"#{self.count}", raw)
        type = attributes.text("type")
        attributes.ignore("id", "layout")
        conditional = attributes.inner("conditional")
        hide = conditional.expression("hide")
        conditional.close()
        if type == FILES and listed:
            raise FileInList(component=attributes.owner)
        if type in FIELDS:
            facts = _field(type, attributes, keys)
        elif type in ("group", "dynamiclist"):
            facts = self.container(type, attributes, depth, keys, listed)
        else:
            facts = _static(type, attributes)
        attributes.close()
        return Component(type, hide=hide, **facts)

    def container(self, type: str, attributes: Attributes, depth: int, keys: set[str], listed: bool) -> dict[str, Any]:
        attributes.ignore("showOutline", "verticalAlignment")
        facts: dict[str, Any] = {}
        if type == "dynamiclist":
            if listed:
                raise ListInList(component=attributes.owner)
            attributes.ignore("isRepeating", "allowAddRemove", "nonCollapsedItems", "disableCollapse")
            validate = attributes.inner("validate")
            facts = {"label": attributes.text("label"), "required": validate.truth("required")}
            facts["rows"] = attributes.whole("defaultRepetitions", MAX_ROWS) or 0
            validate.close()
        else:
            facts = {"label": attributes.text("label", "")}
        if type == "dynamiclist" or "path" in attributes.left:
            facts["key"] = _key(attributes, "path", keys)
            keys = set()
        inner = self.components(attributes, depth + 1, keys, listed=listed or type == "dynamiclist")
        return {**facts, "components": inner}


def _name(raw: Mapping[str, object]) -> str:
    """The name of a component in errors."""
    names = (raw.get(attribute) for attribute in ("key", "path", "id"))
    return next((name[:SHOWN] for name in names if isinstance(name, str) and name and not unprintable(name, "")), "")


def _static(type: str, attributes: Attributes) -> dict[str, Any]:
    match type:
        case "text":
            return {"text": attributes.text("text", "")}
        case "separator" | "spacer":
            attributes.ignore("height")
            return {}
        case "table":
            attributes.ignore("rowCount")
            columns = tuple(_option(attributes, column, "key") for column in attributes.items("columns"))
            return {
                "label": attributes.text("label", ""),
                "source": attributes.expression("dataSource") or _missing(attributes, "dataSource"),
                "options": columns,
            }
        case _:
            raise UnknownComponent(component=attributes.owner, type=type[:SHOWN])


def _missing(attributes: Attributes, name: str) -> NoReturn:
    raise AttributeMissing(component=attributes.owner, attribute=name)


def _field(type: str, attributes: Attributes, keys: set[str]) -> dict[str, Any]:
    validate = attributes.inner("validate")
    facts: dict[str, Any] = {
        "key": _key(attributes, "key", keys),
        "label": _label(type, attributes),
        "description": attributes.text("description", ""),
        "required": validate.truth("required"),
        "personal": _personal(attributes),
    }
    match type:
        case "textfield" | "textarea":
            facts |= _text_limits(type, validate)
        case "number":
            facts |= {"minimum": validate.number("min"), "maximum": validate.number("max")}
            facts |= {"digits": attributes.whole("decimalDigits", MAX_DIGITS)}
            if None not in (facts["minimum"], facts["maximum"]) and facts["minimum"] > facts["maximum"]:
                raise validate.wrong("min")
            attributes.ignore("increment")
        case "checklist" | "radio" | "select":
            facts["options"] = tuple(_option(attributes, value, "value") for value in attributes.items("values"))
            values = [option.value for option in facts["options"]]
            if not values or len(set(values)) < len(values):
                raise attributes.wrong("values")
            attributes.ignore("searchable")
            facts |= _demands(attributes, facts["options"])
        case "datetime":
            facts |= moment.read(attributes)
        case "filepicker":
            facts |= {"multiple": attributes.truth("multiple"), "accept": _accepted(attributes)}
    validate.close()
    return facts


def _personal(attributes: Attributes) -> bool:
    """Whether a field says of itself that it holds personal data: the property ``personal`` = ``true``."""
    properties = attributes.left.get("properties")
    if not isinstance(properties, dict) or "personal" not in properties:
        return False
    rest = {name: value for name, value in properties.items() if name != "personal"}
    attributes.left["properties"] = rest
    if not rest:
        attributes.ignore("properties")
    if properties["personal"] != "true":
        raise attributes.wrong("properties")
    return True


def _demands(attributes: Attributes, options: tuple[Option, ...]) -> dict[str, Any]:
    """What a choice demands of the whole answer and of the case; form-js keeps such custom facts in ``properties``."""
    properties = attributes.inner("properties")
    when, names = properties.expression("needed_when"), properties.text("needed", "").replace(",", " ").split()
    needed, among = tuple(option for option in options if option.value in names), properties.text("among", "")
    if len(needed) != len(names) or (when is None) != (not names):
        raise properties.wrong("needed")
    if (until_due := properties.text("until_due", "")) not in ("", *(option.value for option in options)):
        raise properties.wrong("until_due")
    properties.close()
    return {"needed_when": when, "needed": needed, "among": among, "until_due": until_due}


def _accepted(attributes: Attributes) -> tuple[str, ...]:
    """The media types in HTML's ``accept`` (``.pdf,image/png``), the usual ones when it is empty."""
    known = {**TYPES, **{each: each for each in TYPES.values()}}
    words = [each.strip().lower() for each in attributes.text("accept", "").split(",")]
    if words == [""]:
        return USUAL
    if not set(words) <= known.keys():
        raise attributes.wrong("accept")
    return tuple(dict.fromkeys(known[each] for each in words))


def _label(type: str, attributes: Attributes) -> str:
    """The label; that of a date's field may stand in an attribute of its own."""
    if type != "datetime":
        return attributes.text("label")
    labels = [attributes.text(name, "") for name in ("label", "dateLabel", "timeLabel")]
    return next((label for label in labels if label.strip()), "") or _missing(attributes, "label")


def _key(attributes: Attributes, name: str, keys: set[str]) -> str:
    key = attributes.text(name)
    if key.startswith("_") or key in RESERVED:
        raise ReservedKey(key=key[:SHOWN])
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", key):
        raise BadKey(key=key[:SHOWN])
    if key in keys:
        raise DoubledKey(key=key)
    keys.add(key)
    return key


def _option(attributes: Attributes, raw: object, name: str) -> Option:
    if not isinstance(raw, dict):
        raise attributes.wrong("values")
    option = Attributes(attributes.owner, raw)
    value, label = option.text(name), option.text("label")
    option.close()
    return Option(value, label)


def _text_limits(type: str, validate: Attributes) -> dict[str, Any]:
    least, most = validate.whole("minLength", MAX_TEXT) or 0, validate.whole("maxLength", MAX_TEXT)
    if most is None:
        _missing(validate, "maxLength")
    if least > most or most == 0:
        raise validate.wrong("maxLength")
    return {"min_length": least, "max_length": most, "pattern": _pattern(type, validate, most)}


def _pattern(type: str, validate: Attributes, longest: int) -> re.Pattern[str] | None:
    kind, text = validate.text("validationType", "custom"), validate.text("pattern", "")
    if kind != "custom":
        if kind not in pattern.NAMED or text:
            raise validate.wrong("validationType")
        return pattern.NAMED[kind]
    if not text:
        return None
    # A text of several lines has no one pattern to a browser either.
    compiled = pattern.compiled(text, longest) if type == "textfield" else None
    if compiled is None:
        raise BadPattern(component=validate.owner, pattern=text[: pattern.MAX_LENGTH])
    return compiled
