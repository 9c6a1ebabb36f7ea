"""The guards that a verification expects are those that the migrations leave."""

from __future__ import annotations

import json
import os
from pathlib import Path

from runner.store import guard
from runner.store.session import Database

KEPT = Path(guard.__file__).with_name("guards.json")


def test_the_guards_that_a_verification_expects_are_those_of_the_migrations(database: Database) -> None:
    with database.read() as tx:
        dialect, found = tx.dialect.name, guard.found(tx)
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    if os.environ.get("KEEP") == "1":  # after a migration that means to change them
        text = json.dumps(kept | {dialect: found}, indent=1, sort_keys=True, ensure_ascii=False)
        KEPT.write_text(f"{text}\n", "utf-8")
    else:
        assert found == kept[dialect], "a migration changed a guard: renew runner/store/guards.json, see CONTRIBUTING"
