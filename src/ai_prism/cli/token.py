"""`ai-prism token`: API tokens, made, listed and revoked."""

from datetime import UTC, datetime

import click

from ai_prism.settings import Settings
from ai_prism.storage.database import Database
from ai_prism.storage.identities import Tokens


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that let people and programs in."""


@token.command()
@click.argument("name")
@click.option("--owner", default="", help="Whose reviews it opens, as `list` shows it.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="How long it holds.")
def new(name: str, owner: str, days: float | None) -> None:
    """Print a new token called NAME. It is shown this once."""
    if not name.isprintable() or not 0 < len(name) <= 50 or len(owner) > 64:
        raise click.BadParameter("A name has 1 to 50 characters that can be printed.")
    click.echo(_tokens().new(name, owner, days))


@token.command(name="list")
def list_() -> None:
    """List the tokens: id, name, owner, when made, until when."""
    for known in _tokens().all():
        until = _day(known.until) if known.until else "revoked"
        click.echo(
            f"{known.id}  {known.name}  {known.owner}  {_day(known.created_at)}  until {until}"
        )


@token.command()
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """Revoke the token with this ID, and sign out whoever came in with it."""
    _tokens().revoke(token_id)


def _tokens() -> Tokens:
    database = Database(Settings.from_environment().database)
    database.migrate()
    return Tokens(database)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
