"""Whose turn it is among the owners; what waits already goes by the time at which it came."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEX = "ix_reviews_queue_state_turn"


def upgrade() -> None:
    """Add the column."""
    turn = sa.Column("turn", sa.Integer(), server_default="0", nullable=False)
    op.add_column("reviews", turn)
    op.create_index(_INDEX, "reviews", ["queue", "state", "turn"])


def downgrade() -> None:
    """Forget the turns: whoever comes first is served first."""
    op.drop_index(_INDEX, "reviews")
    op.drop_column("reviews", "turn")
