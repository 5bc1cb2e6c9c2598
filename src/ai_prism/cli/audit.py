"""`ai-prism audit`: who read or changed which review."""

from datetime import UTC, datetime

import click
import msgspec

from ai_prism.settings import Settings
from ai_prism.storage.audit import AuditLog
from ai_prism.storage.database import Database


@click.command()
@click.option("--review", "review_id", help="Only what was done with this review.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]),
    help="Only what was done from this time (UTC) on.",
)
def audit(review_id: str | None, since: datetime | None) -> None:
    """Print the audit log as JSON lines, the oldest first."""
    log = AuditLog(_database())
    start = since and since.replace(tzinfo=UTC)
    for event in log.read(review_id=review_id, since=start):
        fields = msgspec.structs.asdict(event)
        fields["at"] = datetime.fromtimestamp(event.at, UTC)
        click.echo(msgspec.json.encode(fields))


def _database() -> Database:
    database = Database(Settings.from_environment().database)
    database.migrate()
    return database
