"""Indexes for who is next and how long it takes: a long line, or history, slows nobody down."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BEFORE = "ix_reviews_queue_state_turn"
_DONE = "ix_reviews_queue_state_finished_at_started_at"
_LINE = "ix_reviews_line"
_TURNS = "ix_reviews_turns"


def upgrade() -> None:
    """Make the indexes."""
    waiting = sa.text("state IN ('PENDING', 'RETRY')")
    for name, columns in {
        _LINE: ["queue", "turn", "queued_at", "state"],
        _TURNS: ["owner", "queue", "turn", "state"],
    }.items():
        op.create_index(name, "reviews", columns, sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(_DONE, "reviews", ["queue", "state", "finished_at", "started_at"])
    op.drop_index(_BEFORE, "reviews")


def downgrade() -> None:
    """Make the index of before instead."""
    op.create_index(_BEFORE, "reviews", ["queue", "state", "turn"])
    for name in (_DONE, _TURNS, _LINE):
        op.drop_index(name, "reviews")
