"""The syntax tree of an expression: plain frozen values, one class for each kind of node."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from runner.feel.value import Months


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true, false or null; ``@"…"`` is a date, a date and time or a duration."""

    value: Decimal | str | bool | date | timedelta | Months | None


@dataclass(frozen=True, slots=True)
class Name:
    """A value of the case by its path: ``applicant.address`` is ``("applicant", "address")``."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """What `operand` has at `path`: ``date(received).year``. Behind a name it is a part of the name's path."""

    operand: Node
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class List:
    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some`` or `every` ``name in members satisfies condition``."""

    every: bool
    name: str
    members: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name, its words one blank apart, and its arguments in order."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Operations of one precedence, from left to right: flat, so that a long sum does not make a deep tree."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=`` between two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Bound:
    """The test ``>= 5`` of ``x in (>= 5)``."""

    operator: str
    limit: Node


@dataclass(frozen=True, slots=True)
class Range:
    """The test ``[low..high]``; an open end leaves its own value out."""

    low: Node
    high: Node
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """The test ``[a, [1..3]]``: true for what equals a member, or lies in a range among them."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """``operand in (tests)``: true when one test holds. ``between a and b`` is the range ``[a..b]``."""

    operand: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node


Node = (
    Literal
    | Name
    | Property
    | List
    | Quantified
    | Call
    | Negation
    | Arithmetic
    | Comparison
    | Inclusion
    | And
    | Or
    | If
)
Test = Bound | Range | Members | Node


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    `names` are the dotted names it reads (``applicant.address``), without those that a quantifier binds; `calls` are
    the functions it calls, built-in or not.
    """

    tree: Node
    names: frozenset[str]
    calls: frozenset[str]
