"""The queue that a review waits in: not only the broker has to know."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put every review into the queue that was the only one."""
    column = sa.Column("queue", sa.String(length=16), server_default="documents", nullable=False)
    op.add_column("reviews", column)


def downgrade() -> None:
    """Forget the queues: whoever reads a document recognises its pages."""
    op.drop_column("reviews", "queue")
