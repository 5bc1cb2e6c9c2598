"""Every setting, read once from the environment: AI_PRISM_ and the field's name in capitals."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from ai_prism.core.decoding import prepared

PREFIX: Final = "AI_PRISM_"

#: A Unix socket's path must fit into sockaddr_un, 108 bytes on Linux with the closing NUL.
_LONGEST_SOCKET_PATH: Final = 100


class InvalidSettings(ValueError):
    """A variable of the environment has a value that its setting does not take."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What can be set, with defaults that run the whole service on one machine."""

    #: Where the database, the documents, the embedded Redis and the secret key live.
    data_dir: str = ""
    #: Address and port that the web server listens on.
    host: str = "127.0.0.1"
    port: int = 8000
    #: redis://, rediss:// or unix://, or sentinel://:password@host:port,host:port/name; empty:
    #: `ai-prism up` starts its own Redis.
    redis_url: str = ""
    #: For sentinel://: what the Sentinels let us in with, if it takes anything.
    redis_sentinel_password: str = ""
    #: For rediss://: who vouches for Redis (empty: the system's authorities), and what it is shown.
    redis_ca_file: str = ""
    redis_certificate_file: str = ""
    redis_key_file: str = ""
    #: An SQLAlchemy URL; empty: SQLite in the data folder.
    database_url: str = ""
    #: Where the documents are kept: s3://BUCKET or s3://BUCKET/PREFIX; empty: in the data folder.
    files_url: str = ""
    #: For s3://: the store, its region, who vouches for it, and what it lets us in with: a key's
    #: id, and the key or the file that holds it. Empty: Amazon's own store, the system's
    #: authorities, and what the environment, the machine or the pod is given by AWS's rules.
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_ca_file: str = ""
    s3_key_id: str = ""
    s3_key: str = ""
    s3_key_file: str = ""
    #: Signs the session cookies; empty: made at the first start and kept in the data folder.
    secret_key: str = ""
    #: Set to true behind HTTPS, so that browsers never send the cookie in the clear.
    secure_cookies: bool = False
    #: Proxies in front of the web server, whose word on address, scheme and host is taken.
    proxy_count: int = 0
    #: Who may come in: anybody, each browser for itself; whoever has a token; or whoever the OpenID
    #: Connect provider knows (and whoever has a token, for programs).
    auth: Literal["anonymous", "token", "oidc"] = "anonymous"
    #: What a collector of figures sends to read /metrics; empty: only this machine may read them.
    metrics_token: str = ""
    #: Where traces of reviews are sent: the address of a collector that takes OpenTelemetry's over
    #: HTTP, with the path; empty: nowhere.
    traces_endpoint: str = ""
    #: How what happens is written to the terminal: for people, or a JSON object a line.
    log_format: Literal["text", "json"] = "text"
    #: How long one stays signed in.
    session_hours: float = 12.0
    #: Where the provider describes itself: what stands before /.well-known/openid-configuration.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    #: What one owner may send in a minute, have waiting, and have stored; 0: no limit.
    uploads_per_minute: int = 3000
    waiting_limit: int = 2000
    stored_bytes_limit: int = 10 * 1024**3
    #: Reviews of everybody that may wait before new ones are refused; 0: no limit.
    queue_limit: int = 10_000
    #: Days after its end that a review is deleted; 0: its owner deletes it.
    keep_days: float = 0.0
    #: Days that the audit log goes back.
    audit_days: float = 365.0
    #: The largest document that is taken.
    upload_limit_bytes: int = 50 * 1024 * 1024
    #: Documents that one `ai-prism worker` reviews at the same time; 0: one per processor core.
    worker_slots: int = 0
    #: Web server processes, and requests (open event streams included) that each serves at once.
    web_processes: int = 1
    web_threads: int = 256
    #: How long a silent worker keeps its review before another may take it.
    lease_seconds: float = 15.0
    #: How often a review is begun before its document is held to be what kills the workers.
    attempts_limit: int = 3
    #: A review that takes longer is ended with the code timed_out.
    review_limit_seconds: int = 900
    #: The memory that the process reading one document may use.
    reading_memory_bytes: int = 2 * 1024**3
    #: Who may be told, at an uploader's wish, that a review has ended: hosts and networks, apart by
    #: commas, and "public" for any address of the internet. Empty: nobody.
    webhook_targets: str = ""
    #: A reviewer to add to the rules, as "package.module:factory"; empty: rules only.
    reviewer: str = ""
    #: Language models that read beside the rules, the first that answers is taken: names as their
    #: servers know them, apart by commas, after their interface ("anthropic:") where that is not
    #: OpenAI's. Empty: none, and nothing leaves this machine.
    llm_models: str = ""
    #: Where they are, one for all, or one for each, apart by commas; empty: the provider's own.
    llm_base_url: str = ""
    #: What their servers let us in with, in the same way, or the file that holds it; the file goes
    #: before.
    llm_key: str = ""
    llm_key_file: str = ""
    #: How an answer of the right form is asked for: as the call of a tool, by a JSON schema, or as
    #: JSON that is described in words.
    llm_shape: Literal["tool", "schema", "prompt"] = "tool"
    #: Whether secrets and personal data are kept back from them.
    llm_redact: bool = True
    #: Passages that one `ai-prism worker --queue sections` asks about at the same time; what it
    #: asks about whole documents, whose passages have all been read, comes on top.
    llm_slots: int = 8
    #: How long an answer may be.
    llm_answer_tokens: int = 4000
    #: How long one answer may take, and all tries to get one for one passage.
    llm_answer_seconds: float = 60.0
    llm_passage_seconds: float = 300.0
    #: What each model costs, in the order of the models: US dollars for a million tokens in, a
    #: slash, and for a million out, apart by commas. Empty: what is publicly known.
    llm_prices: str = ""
    #: What may be sent to each model in a minute, and asked of it at once, by all workers
    #: together; 0: no limit.
    llm_requests_per_minute: int = 0
    llm_tokens_per_minute: int = 0
    llm_at_once: int = 0
    #: What asking them may cost, for one review and for one day (UTC); 0: no limit.
    llm_review_tokens: int = 0
    llm_review_dollars: float = 0.0
    llm_day_tokens: int = 0
    llm_day_dollars: float = 0.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings that *environment*, by default the process's own, asks for.

        Raises:
            InvalidSettings: a value cannot be taken; the message names its variable.
        """
        environment = os.environ if environment is None else environment
        values = {
            field: environment[PREFIX + field.upper()]
            for field in cls.__struct_fields__
            if environment.get(PREFIX + field.upper())
        }
        for field, value in values.items():
            try:
                msgspec.convert({field: value}, prepared(cls), strict=False)
            except msgspec.ValidationError as error:
                reason = str(error).split(" - at ")[0]
                raise InvalidSettings(f"{PREFIX}{field.upper()}={value}: {reason}.") from None
        return msgspec.convert(values, prepared(cls), strict=False)

    @property
    def data_path(self) -> Path:
        """The data folder; it need not exist yet."""
        if self.data_dir:
            return Path(self.data_dir).expanduser().resolve()
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return (Path(base) / "ai-prism").expanduser().resolve()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_path / 'ai-prism.db'}"

    @property
    def redis(self) -> str:
        """The URL of the Redis in use, as redis-py takes it."""
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens: in the data folder, if the path is short enough.

        Every process of one data folder works out the same path, so none needs to be told.
        """
        socket = self.data_path / "redis" / "redis.sock"
        if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
            return socket
        folder = hashlib.sha256(os.fsencode(self.data_path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"ai-prism-{os.getuid()}-{folder}" / "redis.sock"

    @property
    def redis_tls(self) -> dict[str, str]:
        """What redis-py, and Celery through it, needs for rediss://; empty for other URLs."""
        if not self.redis.startswith("rediss://"):
            return {}
        files = {
            "ssl_ca_certs": self.redis_ca_file,
            "ssl_certfile": self.redis_certificate_file,
            "ssl_keyfile": self.redis_key_file,
        }
        return {"ssl_cert_reqs": "required"} | {name: file for name, file in files.items() if file}

    def secret(self, field: str) -> str:
        """Return the secret that *field* holds, or rather the file that its `_file` names.

        Raises:
            InvalidSettings: the file cannot be read.
        """
        file: str = getattr(self, f"{field}_file")
        if not file:
            held: str = getattr(self, field)
            return held
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            variable = f"{PREFIX}{field.upper()}_FILE"
            raise InvalidSettings(f"{variable}={file}: {error.strerror}.") from error

    @property
    def has_reviewer(self) -> bool:
        """Whether somebody reads beside the rules."""
        return bool(self.reviewer or self.llm_models)

    @property
    def slots(self) -> int:
        """How many documents one worker reviews at the same time."""
        return self.worker_slots or os.cpu_count() or 1

    def as_environment(self) -> dict[str, str]:
        """Return the variables that give a child process these settings."""
        # All that differs, not all that is set: 0 means "no limit" where the default is one.
        values, defaults = msgspec.to_builtins(self), msgspec.to_builtins(Settings())
        return {
            PREFIX + field.upper(): str(value)
            for field, value in values.items()
            if value != defaults[field]
        }
