"""Who may come in: API tokens, and the sessions of people who are signed in.

Both are long random secrets, so a plain hash is enough to keep: it cannot be guessed backwards,
and a copy of the database opens nothing.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import PrismError
from ai_prism.storage.database import Database
from ai_prism.storage.tables import sessions, tokens

#: Begins every token, so that a scanner for leaked secrets can know one.
TOKEN_PREFIX: Final = "aip_"  # noqa: S105 - what all tokens share is no secret

_DAY_SECONDS: Final = 24 * 3600


class UnknownToken(PrismError):
    """No token has this id."""

    code = "unknown_token"
    advice = "`ai-prism token list` shows the ids."


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may come in, and whose reviews they see."""

    owner: str
    name: str = ""
    token_id: str | None = None  #: the token they came in with


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token; the token itself was shown once."""

    id: str
    name: str
    owner: str
    created_at: float
    until: float | None


class Tokens:
    """The API tokens."""

    def __init__(self, database: Database) -> None:
        """Keep tokens in *database*."""
        self._database = database

    def new(self, name: str, owner: str = "", days: float | None = None) -> str:
        """Return a new token, which cannot be had again.

        Args:
            name: what it is called in the list and in the audit log.
            owner: whose reviews it opens; by default those of all tokens with this name.
            days: how long it holds; None: until it is revoked.
        """
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        now = time.time()
        row = {
            "id": secrets.token_hex(4),
            "sha256": _hash(secret),
            "name": name,
            "owner": owner or f"token:{name}",
            "created_at": now,
            "until": None if days is None else now + days * _DAY_SECONDS,
        }
        with self._database.writing() as connection:
            connection.execute(sa.insert(tokens).values(row))
        return secret

    def all(self) -> Sequence[Token]:
        """Return the tokens, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(tokens).order_by(tokens.c.created_at)).mappings()
            return [
                Token(**{field: row[field] for field in Token.__struct_fields__}) for row in rows
            ]

    def revoke(self, token_id: str) -> None:
        """Remove a token, and sign out whoever came in with it.

        Raises:
            UnknownToken: there is none with this id.
        """
        with self._database.writing() as connection:
            # The sessions go with it: their foreign key cascades.
            gone = connection.execute(sa.delete(tokens).where(tokens.c.id == token_id))
        if not gone.rowcount:
            raise UnknownToken(f"There is no token {token_id}.")

    def person(self, token: str) -> Person | None:
        """Return who comes in with *token*; None for one that is unknown, ended or revoked."""
        holds = sa.or_(tokens.c.until.is_(None), tokens.c.until > time.time())
        same = sa.select(tokens).where(tokens.c.sha256 == _hash(token), holds)
        with self._database.reading() as connection:
            row = connection.execute(same).mappings().one_or_none()
        return None if row is None else _person(row, row["id"])


class Sessions:
    """The browsers that are signed in. Kept here and not in the cookie, so that signing out ends
    a session for whoever has a copy of the cookie, too.
    """

    def __init__(self, database: Database, hours: float) -> None:
        """Keep sessions in *database*, each for *hours*."""
        self._database = database
        self._seconds = hours * 3600

    def begin(self, person: Person) -> str:
        """Return the secret of a new session of *person*."""
        secret = secrets.token_urlsafe(32)
        row = {
            "sha256": _hash(secret),
            "owner": person.owner,
            "name": person.name,
            "token_id": person.token_id,
            "until": time.time() + self._seconds,
        }
        with self._database.writing() as connection:
            connection.execute(sa.insert(sessions).values(row))
        return secret

    def person(self, secret: str) -> Person | None:
        """Return whose session *secret* is; None once it has ended.

        A session that was opened with a token ends with it.
        """
        holds = sa.or_(tokens.c.until.is_(None), tokens.c.until > time.time())
        here = (
            sa.select(sessions)
            .outerjoin(tokens, tokens.c.id == sessions.c.token_id)
            .where(sessions.c.sha256 == _hash(secret), sessions.c.until > time.time(), holds)
        )
        with self._database.reading() as connection:
            row = connection.execute(here).mappings().one_or_none()
        return None if row is None else _person(row, row["token_id"])

    def end(self, secret: str) -> None:
        """End a session; harmless when it has ended."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.sha256 == _hash(secret)))

    def forget_ended(self) -> None:
        """Remove the sessions whose time is over."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.until <= time.time()))


def _person(row: sa.RowMapping, token_id: str | None) -> Person:
    return Person(owner=row["owner"], name=row["name"], token_id=token_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
