"""Reviewers for tests, named in AI_PRISM_REVIEWER and loaded by real workers."""

import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from ai_prism.core.model import Document, Finding, Section


class WaitingReviewer:
    """Waits two seconds for each document, as for a model that answers over the network."""

    name = "waiting"
    seconds = 2.0

    def review(self, document: Document, section: Section) -> Sequence[Finding]:
        """Wait at the first section, once for a document; find nothing."""
        if section.id == "s1":
            time.sleep(self.seconds)
        return ()


class GatedReviewer:
    """Says that it has begun, and goes on when the test opens the gate."""

    name = "gated"

    def review(self, document: Document, section: Section) -> Sequence[Finding]:
        """Stop at each section until the gate is open; find nothing."""
        gate = Path(os.environ["GATE"])
        (gate / f"entered-{uuid.uuid4()}").touch()
        while not (gate / "open").exists():
            time.sleep(0.02)
        return ()


class DeadlyReviewer:
    """Ends its process: the document that kills every worker."""

    name = "deadly"

    def review(self, document: Document, section: Section) -> Sequence[Finding]:
        """Die at once, as a fault in native code would."""
        os._exit(9)
