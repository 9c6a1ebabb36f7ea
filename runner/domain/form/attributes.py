"""The attributes of one component of a form-js schema, read with their types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from runner import feel
from runner.domain.form.component import exact, unprintable
from runner.domain.form.errors import AttributeMissing, BadExpression, NotForm, UnknownAttribute, WrongAttribute

SHOWN: Final = 64
"""Characters of a name that an error shows."""


class Attributes:
    """The attributes of one component, each taken once: attributes left when all are read are not supported."""

    def __init__(self, owner: str, values: Mapping[str, object]) -> None:
        if any(unprintable(name, "") for name in values):
            raise NotForm()
        self.owner = owner
        self.left = dict(values)

    def wrong(self, name: str) -> WrongAttribute:
        return WrongAttribute(component=self.owner, attribute=name)

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A text; without `otherwise` it is required and not blank."""
        value = self.left.pop(name, otherwise)
        if value is None:
            raise AttributeMissing(component=self.owner, attribute=name)
        if not isinstance(value, str) or (otherwise is None and not value.strip()) or unprintable(value, "\n\t"):
            raise self.wrong(name)
        return value

    def whole(self, name: str, most: int) -> int | None:
        value = self.left.pop(name, None)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most):
            return value
        raise self.wrong(name)

    def number(self, name: str) -> Decimal | None:
        value = self.left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or exact(Decimal(value)) is None:
            raise self.wrong(name)
        return Decimal(value)

    def truth(self, name: str) -> bool:
        value = self.left.pop(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name)
        return value

    def mark(self, name: str, mark: str) -> bool:
        """Whether the attribute is there, which can only be `mark`."""
        value = self.left.pop(name, None)
        if value not in (None, mark):
            raise self.wrong(name)
        return value is not None

    def day(self, name: str) -> date | None:
        """A day in ISO 8601."""
        text = self.text(name, "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise self.wrong(name) from None

    def items(self, name: str) -> list[object]:
        value = self.left.pop(name, None)
        if not isinstance(value, list):
            raise self.wrong(name) if value is not None else AttributeMissing(component=self.owner, attribute=name)
        return value

    def inner(self, name: str) -> Attributes:
        """The attributes of the object `name`, of the same component; empty when it is not there."""
        value = self.left.pop(name, {})
        if not isinstance(value, dict):
            raise self.wrong(name)
        return Attributes(self.owner, value)

    def expression(self, name: str) -> feel.Expression | None:
        """A FEEL expression, which form-js marks with a leading ``=``."""
        text = self.text(name, "")
        if not text:
            return None
        if not text.startswith("="):
            raise self.wrong(name)
        try:
            return feel.parse(text)
        except feel.FeelError as error:
            raise BadExpression(component=self.owner, attribute=name, reason=error) from None

    def ignore(self, *names: str) -> None:
        """Skip attributes that only concern how a modeler or a browser shows the component."""
        for name in names:
            self.left.pop(name, None)

    def close(self) -> None:
        for name in self.left:
            raise UnknownAttribute(component=self.owner, attribute=name[:SHOWN])
