"""What guards the tables: triggers, their functions, and whatever else may change, drop or hide a row on its way.

`EXPECTED` is what the migrations leave; a test compares both. A database that has something else was changed by hand.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

from sqlalchemy import text

from runner.store.session import Transaction

_GUARDS: Final = {
    # SQLite does not mind how the type is written in its schema. A table that says ON CONFLICT drops rows unheard.
    "sqlite": text(
        """
        SELECT type || ' ' || name, sql FROM sqlite_master
        WHERE lower(type) NOT IN ('table', 'index') OR sql LIKE '%conflict%'
        """
    ),
    "postgresql": text(
        """
        SELECT 'trigger ' || tgname || ' on ' || relname, pg_get_triggerdef(t.oid, true) || ' ' || tgenabled::text
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid
        WHERE relnamespace = current_schema()::regnamespace
        AND NOT (tgisinternal AND tgfoid IN (SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace))
        UNION ALL
        SELECT 'function ' || proname, prosrc || ' ' || prosecdef::text || ' ' || coalesce(proconfig::text, '')
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        UNION ALL
        SELECT 'rule ' || rulename, definition FROM pg_rules WHERE schemaname = current_schema()
        UNION ALL
        SELECT 'view ' || viewname, definition FROM pg_views WHERE schemaname = current_schema()
        UNION ALL
        SELECT 'table ' || relname, relkind::text || ' ' || relrowsecurity::text || ' ' || relhassubclass::text
        FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND (relkind IN ('f', 'm', 'p') OR relrowsecurity OR relispartition OR (relkind = 'r' AND relhassubclass))
        UNION ALL
        SELECT 'policy ' || policyname || ' on ' || tablename, coalesce(qual, '') || ' ' || coalesce(with_check, '')
        FROM pg_policies WHERE schemaname = current_schema()
        """
    ),
}


def found(tx: Transaction) -> dict[str, str]:
    """The text of each guard that the database has, by kind and name, without the layout of the text.

    Of two with one name, as functions with other arguments are, the text is that of both.
    """
    texts: dict[str, str] = {}
    for name, sql in tx.execute(_GUARDS[tx.dialect.name]):
        texts[name] = " ".join(f"{texts.get(name, '')} {sql}".split())
    return texts


@cache
def expected(dialect: str) -> dict[str, str]:
    """The same as the migrations leave it."""
    kept = json.loads(files("runner.store").joinpath("guards.json").read_text("utf-8"))
    return dict(kept[dialect])
