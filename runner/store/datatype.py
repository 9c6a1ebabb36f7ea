"""Column types of our own: how moments and JSON are kept in each database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from runner.domain.journal import canonical, parsed

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A case's number. On SQLite only a column called INTEGER can be the row's own id, which costs nothing."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware moment, in UTC when it comes out; a naive one is refused with ValueError.

    PostgreSQL keeps ``timestamptz``; SQLite microseconds since 1970 as an integer: 8 bytes, exact, sorted as time is.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value}")
        return (value - EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return EPOCH + timedelta(microseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Deadline(Instant):
    """An instant where None means "no limit": kept as the last day there is, so that it sorts after every other."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return super().process_bind_param(value or NEVER, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        moment = super().process_result_value(value, dialect)
        return None if moment == NEVER else moment


class Json(TypeDecorator[object]):
    """A value as canonical JSON text: numbers with a fraction come back as exact decimals, None as no value at all."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> object:
        return None if value is None else parsed(value)
