"""Whom to tell of the end of a review."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "webhooks",
        sa.Column(
            "review_id",
            sa.String(36),
            sa.ForeignKey("reviews.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("told_of", sa.Float),
        sa.Column("is_given_up", sa.Boolean, nullable=False),
        sa.Column("tried_of", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("last_answer", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Tell nobody any more."""
    op.drop_table("webhooks")
