"""``verify.py``, put together from the parts in `verifier`: one file that a court's own machine can run and read."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

from runner.audit.evidence import verifier

PARTS: Final = ("words", "text", "container", "ed25519", "tree", "head", "contents", "proof", "program")
"""In the order in which they need each other; the last one's docstring is that of the file."""


@cache
def verify_py() -> bytes:
    """The file: the imports of all parts, then each part without its imports of the others."""
    plain, names, bodies, said = set[str](), defaultdict[str, set[str]](set), list[str](), ""
    for name in PARTS:
        source = (Path(verifier.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        module, lines = ast.parse(source), source.splitlines()
        said = ast.get_docstring(module) or ""
        for node in module.body:
            if isinstance(node, ast.Import):
                plain |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(verifier.__name__):
                names[str(node.module)] |= {each.name for each in node.names}
            if isinstance(node, ast.Import | ast.ImportFrom):
                lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or 0) - node.lineno + 1)
        body = "\n".join(lines[module.body[0].end_lineno :]).strip()
        bodies.append(body if name == PARTS[-1] else f"# -- {said.partition(chr(10))[0]}\n\n{body}")
    future = f"from __future__ import {', '.join(names.pop('__future__'))}"
    imports = [f"import {name}" for name in sorted(plain)]
    imports += [f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names)]
    head = f'#!/usr/bin/env python3\n"""{said}\n"""\n\n{future}\n\n' + "\n".join(imports)
    return ("\n\n\n".join([head, *bodies]) + "\n").encode()
