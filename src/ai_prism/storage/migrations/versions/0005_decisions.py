"""What people say of findings, and the findings of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there already is undecided."""
    open_ = sa.Column("decision", sa.String(length=8), nullable=False, server_default="open")
    op.add_column("findings", open_)
    op.add_column("findings", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("suggestion", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("decided_at", sa.Float(), nullable=True))


def downgrade() -> None:
    """Remove the columns, and what was decided."""
    for name in ("decided_at", "suggestion", "reason", "decision"):
        op.drop_column("findings", name)
