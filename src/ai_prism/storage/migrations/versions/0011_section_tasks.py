"""The passages that models are asked about, as tasks of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "examinations",
        _of_review(),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "section_tasks",
        _of_review(),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("passage", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_owner", sa.String(36)),
        sa.Column("lease_until", sa.Float),
        sa.Column("outcome", sa.Text),
        sa.Column("reused", sa.Boolean, nullable=False),
    )
    op.create_index("ix_section_tasks_key", "section_tasks", ["key"])
    op.create_index("ix_section_tasks_state_turn", "section_tasks", ["state", "turn"])


def _of_review() -> sa.Column[str]:
    key = sa.ForeignKey("reviews.id", ondelete="CASCADE")
    return sa.Column("review_id", sa.String(36), key, primary_key=True)


def downgrade() -> None:
    """Drop them: what was read by a model is forgotten."""
    op.drop_table("section_tasks")
    op.drop_table("examinations")
