"""What the routes work with, made once for each application."""

from typing import Final

from flask import current_app

from ai_prism.core.exporters.isolation import IsolatedExporter
from ai_prism.core.page_images.isolation import IsolatedPages
from ai_prism.dispatch import Dispatcher
from ai_prism.question_desk import questions_of
from ai_prism.settings import Settings
from ai_prism.storage.audit import AuditLog
from ai_prism.storage.database import Database
from ai_prism.storage.decisions import Decisions
from ai_prism.storage.events import Events
from ai_prism.storage.files import open_files
from ai_prism.storage.identities import Sessions, Tokens
from ai_prism.storage.listening import Listening
from ai_prism.storage.queue import Stranded
from ai_prism.storage.quotas import Quotas
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.undo import Undo
from ai_prism.storage.webhooks import Webhooks
from ai_prism.web.few_threads import FewThreads
from ai_prism.web.hub import Hub
from ai_prism.webhooks.targets import Targets

#: An export takes seconds at most; whoever waits for one holds a thread of the web server.
_EXPORT_SECONDS: Final = 50.0
#: As many as the database has connections.
_DEEP_CALLS: Final = 15
#: A page is drawn in a tenth of a second; one that takes so much longer means harm.
_PAGE_SECONDS: Final = 10.0


class Services:
    """The database, the file store, the dispatcher and the hub of one web process."""

    def __init__(self, settings: Settings) -> None:
        """Open what *settings* name; connections are made when first used."""
        events = Events(settings)
        self.settings = settings
        self.database = Database(settings.database)
        self.files = open_files(settings)
        self.quotas = Quotas(self.database, settings)
        self.reviews = Reviews(self.database, self.files, self.quotas)
        self.decisions = Decisions(self.database)
        self.undo = Undo(self.database)
        self.questions = questions_of(settings)
        self.webhooks = Webhooks(self.database)
        self.webhook_targets = Targets(settings.webhook_targets)
        self.tokens = Tokens(self.database)
        self.sessions = Sessions(self.database, settings.session_hours)
        self.audit = AuditLog(self.database)
        self.listening = Listening(self.database)
        self.events = events
        stranded = Stranded(self.database, settings.attempts_limit, settings.lease_seconds)
        self.dispatcher = Dispatcher(events, stranded)
        self.hub = Hub(events)
        self.few_threads = FewThreads(_DEEP_CALLS)
        self.export = IsolatedExporter(
            memory_bytes=settings.reading_memory_bytes, seconds=_EXPORT_SECONDS
        )
        self.pages = IsolatedPages(
            memory_bytes=settings.reading_memory_bytes, seconds=_PAGE_SECONDS
        )


def services() -> Services:
    """Return the services of the application that answers this request."""
    made: Services = current_app.extensions["ai_prism"]
    return made
