"""Drafts of one document: which review comes before which, and how the two compare."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table; what is there already is the first draft of itself."""
    op.add_column("reviews", sa.Column("previous", sa.String(length=36), nullable=True))
    op.add_column("reviews", sa.Column("first_draft", sa.String(length=36), nullable=True))
    new = sa.Column("baseline", sa.String(length=9), nullable=False, server_default="new")
    op.add_column("findings", new)
    carried: sa.Column[bool] = sa.Column(
        "carried", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("findings", carried)
    op.create_table(
        "comparisons",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("previous_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name="fk_comparisons_review_id_reviews",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["reviews.id"],
            name="fk_comparisons_previous_id_reviews",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", name="pk_comparisons"),
    )
    op.create_index("ix_comparisons_previous_id", "comparisons", ["previous_id"])


def downgrade() -> None:
    """Remove them; each review then stands alone."""
    op.drop_table("comparisons")
    op.drop_column("findings", "carried")
    op.drop_column("findings", "baseline")
    op.drop_column("reviews", "first_draft")
    op.drop_column("reviews", "previous")
