"""When a review was deleted, so that it can be brought back for a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing that is there is being deleted."""
    op.add_column("reviews", sa.Column("deleted_at", sa.Float(), nullable=True))
    op.create_index("ix_reviews_deleted_at", "reviews", ["deleted_at"])


def downgrade() -> None:
    """Delete what is being deleted, and remove the column."""
    op.execute("DELETE FROM reviews WHERE deleted_at IS NOT NULL")
    op.drop_index("ix_reviews_deleted_at", "reviews")
    op.drop_column("reviews", "deleted_at")
