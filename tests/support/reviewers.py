"""Reviewers for tests, named in AI_PRISM_REVIEWER and loaded by real workers."""

import os
import time
import uuid
from pathlib import Path

from ai_prism.core.llm import Brief, Overview, Passage, Reading


class _Reviewer:
    """Has nothing to say of a document as a whole."""

    version = "1"

    def conclude(self, overview: Overview, brief: Brief) -> Reading:
        """Find nothing."""
        return Reading()


class WaitingReviewer(_Reviewer):
    """Waits two seconds for each document, as for a model that answers over the network."""

    name = "waiting"
    seconds = 2.0

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Wait at the first passage, once for a document; find nothing."""
        if passage.start == 0:
            time.sleep(self.seconds)
        return Reading()


class ComputingReviewer(_Reviewer):
    """Computes for two seconds for each document, on one core."""

    name = "computing"
    seconds = 2.0

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Compute at the first passage, once for a document; find nothing."""
        until = time.thread_time() + (self.seconds if passage.start == 0 else 0.0)
        while time.thread_time() < until:
            sum(range(1000))
        return Reading()


class GatedReviewer(_Reviewer):
    """Says that it has begun, and goes on when the test opens the gate."""

    name = "gated"

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Stop at each section until the gate is open; find nothing."""
        gate = Path(os.environ["GATE"])
        (gate / f"entered-{uuid.uuid4()}").touch()
        while not (gate / "open").exists():
            time.sleep(0.02)
        return Reading()


class DeadlyReviewer(_Reviewer):
    """Ends its process: the document that kills every worker."""

    name = "deadly"

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Die at once, as a fault in native code would."""
        os._exit(9)
