"""The schemas of what the interface answers, JSON Schema 2020-12, made from the response classes.

Only the OpenAPI document imports this: pydantic takes a while to begin.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from runner.web.response import RESPONSES

ORDER = (
    *("$ref", "type", "format", "pattern", "enum", "anyOf", "items", "properties", "required"),
    *("additionalProperties", "description"),
)
"""Of keywords, as people read a schema: what it is comes before what it means."""


class _Schemas(GenerateJsonSchema):
    """Pydantic's schemas without titles, docstrings and defaults: each member has its own description."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        made = super().dataclass_schema(schema)
        return {key: each for key, each in made.items() if key not in ("title", "description")}

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": "object"}

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])


def schemas() -> dict[str, Any]:
    """Every schema by its name, described in the current language."""
    _, made = TypeAdapter.json_schemas(
        [(each, "serialization", TypeAdapter(each)) for each in RESPONSES],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    return {each.__name__: _ordered(made["$defs"][each.__name__]) for each in RESPONSES}


def _ordered(value: Any, names: bool = False) -> Any:
    """A schema with its keywords in `ORDER`; members (`names`) stay as their class has them."""
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    keys = value if names else sorted(value, key=ORDER.index)
    return {key: _ordered(value[key], names=key == "properties" and not names) for key in keys}
