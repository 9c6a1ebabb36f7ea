"""What the keys of a file mean, as their dataclass says below each: for editors, pages and documentation."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Any


def descriptions(shape: type[Any]) -> Mapping[str, str]:
    """What each key is, in Vietnamese: the string below its field."""
    found: dict[str, str] = {}
    for each in reversed(shape.__mro__[:-1]):
        [made] = ast.parse(textwrap.dedent(inspect.getsource(each))).body
        for field, below in pairwise(made.body if isinstance(made, ast.ClassDef) else ()):
            match field, below:
                case ast.AnnAssign(ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                    found[name] = inspect.cleandoc(text)
    return {field.metadata.get("alias", field.name): found[field.name] for field in fields(shape) if field.init}
