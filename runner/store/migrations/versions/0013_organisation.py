"""The revisions of provinces' organisations: at first the ``province.toml`` of what was deployed last."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "organisation_revision",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.execute(
        """
        INSERT INTO organisation_revision (province, revision, at, "by", reason, content)
        SELECT province, 1, at, "by", 'province.toml: ' || procedure, content
        FROM (
            SELECT version.province, version.at, version."by", version.procedure, blob.content, row_number() OVER (
                PARTITION BY version.province ORDER BY version.at DESC, version.procedure DESC, version.number DESC
            ) AS place
            FROM version
            JOIN version_file ON version_file.version = version.digest
            JOIN blob ON blob.sha256 = version_file.sha256
            WHERE version_file.name = 'bpmn/' || version.province || '/province.toml'
        ) AS latest
        WHERE place = 1
        """
    )
