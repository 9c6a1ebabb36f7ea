"""A payload goes only where an erasure of the journal names its entry, and who asked for it and decided is kept."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0022"
down_revision = "0021"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASHED = ('"case"', "seq", "at", "actor", "kind", "payload_sha256", "state", "previous", "hash")
OLD = ", ".join(f"OLD.{column}" for column in HASHED)
NEW = ", ".join(f"NEW.{column}" for column in HASHED)
NAMED = 'EXISTS (SELECT 1 FROM erasure WHERE erasure."case" = NEW."case" AND erasure.seq = NEW.seq)'
APPEND_ONLY = "the journal is append-only"

GUARDS = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS journal_update",
        f"""
        CREATE TRIGGER journal_update BEFORE UPDATE ON journal
        WHEN NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR ({OLD}) IS NOT ({NEW}) OR NOT {NAMED}
        BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END
        """,
        """
        CREATE TRIGGER erasure_insert BEFORE INSERT ON erasure
        WHEN NOT EXISTS (
            SELECT 1 FROM journal WHERE journal."case" = NEW."case" AND journal.seq = NEW.entry AND NEW.seq < NEW.entry
            AND kind = 'erasure' AND json_type(payload, '$.kept."' || NEW.seq || '"') = 'object'
        ) OR EXISTS (SELECT 1 FROM erasure WHERE erasure."case" = NEW."case" AND erasure.seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'no erasure in the journal names this entry'); END
        """,
        """
        CREATE TRIGGER erasure_update BEFORE UPDATE ON erasure
        BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END
        """,
        """
        CREATE TRIGGER erasure_delete BEFORE DELETE ON erasure
        BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.payload IS NULL AND NEW.salt IS NULL AND ({OLD}) IS NOT DISTINCT FROM ({NEW}) AND {NAMED} THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE FUNCTION erase_payload(of_case bigint, of_entry integer) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path FROM CURRENT AS $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM erasure WHERE erasure."case" = of_case AND erasure.seq = of_entry) THEN
                RAISE EXCEPTION 'no erasure in the journal names this entry'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            UPDATE journal SET payload = NULL, salt = NULL WHERE journal."case" = of_case AND journal.seq = of_entry;
        END $$
        """,
        "REVOKE ALL ON FUNCTION erase_payload(bigint, integer) FROM PUBLIC",
        """
        CREATE FUNCTION erasure_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF EXISTS (
                    SELECT 1 FROM journal WHERE journal."case" = NEW."case" AND journal.seq = NEW.entry
                    AND NEW.seq < NEW.entry AND kind = 'erasure' AND payload::jsonb -> 'kept' ? NEW.seq::text
                ) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'no erasure in the journal names this entry'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RAISE EXCEPTION 'erasures are append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER erasure_change BEFORE INSERT OR UPDATE OR DELETE ON erasure
        FOR EACH ROW EXECUTE FUNCTION erasure_guard()
        """,
        """
        CREATE TRIGGER erasure_truncate BEFORE TRUNCATE ON erasure
        FOR EACH STATEMENT EXECUTE FUNCTION erasure_guard()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case", BigId, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", Instant),
        sa.Column("verdict", sa.Text, nullable=False),
    )
    pending = sa.text("verdict = ''")
    op.create_index(
        "erasure_request_pending",
        "erasure_request",
        ["case"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_table(
        "mail_erasure",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
    )
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(guard.replace(":", r"\:")))
