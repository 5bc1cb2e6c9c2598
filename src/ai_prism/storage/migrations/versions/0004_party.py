"""For whom a review reads an agreement; what was reviewed before was read for nobody's side."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    party = sa.Column("party", sa.String(length=16), nullable=False, server_default="neutral")
    op.add_column("reviews", party)


def downgrade() -> None:
    """Forget for whom each review was asked; finished ones still say it in their outcome."""
    op.drop_column("reviews", "party")
