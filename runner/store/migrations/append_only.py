"""The triggers by which a table only grows; what migrations make with them is never changed once it is released."""


def guards(dialect: str, table: str, key: list[str]) -> list[str]:
    """The statements for a table whose primary key is `key`; on PostgreSQL the function of migration 0015 refuses.

    SQLite's REPLACE asks no trigger that refuses DELETE, so INSERT looks.
    """
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION record_guard()",
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_guard()",
        ]
    abort = "BEGIN SELECT RAISE(ABORT, 'the record log is append-only'); END"
    same = " AND ".join(f'"{each}" = NEW."{each}"' for each in key)
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {abort}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table}"  # noqa: S608
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {abort}",
    ]
