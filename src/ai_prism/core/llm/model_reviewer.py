"""The reviewer that asks language models: what it sends, and what it makes of the answer."""

import hashlib
import time
from collections.abc import Callable, Sequence

import msgspec

from ai_prism.core.llm import Answer, Brief, Overview, Passage, Reading, prompt
from ai_prism.core.llm.asking import Gate, Model, ask
from ai_prism.core.llm.ledger import together
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.llm.redaction import Redacted, redact
from ai_prism.core.model import Sent


class ModelReviewer:
    """Reads with the first of some models that answers."""

    def __init__(
        self,
        models: Sequence[Model],
        gate: Gate,
        *,
        seconds: float,
        redacts: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Ask *models* in their order, through *gate*, for *seconds* at most for each answer."""
        self._models = models
        self._gate = gate
        self._seconds = seconds
        self._redacts = redacts
        self._sleep = sleep
        self.name = ", ".join(model.name for model in models)

    @property
    def version(self) -> str:
        """The version of the prompt, with a digest of what else decides about answers."""
        facts = f"{self.name}\n{self._redacts}\n{sorted(m.answer_tokens for m in self._models)}"
        return f"{prompt.prompts().version}-{hashlib.sha256(facts.encode()).hexdigest()[:8]}"

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Return what there is to say of *passage*.

        Raises:
            BudgetSpent: nothing more may be sent.
            ReviewerUnavailable: no model has answered.
        """
        kept = self._redacted([passage.text, *passage.path])
        text, *path = kept.texts
        shown = msgspec.structs.replace(passage, text=text, path=tuple(path))
        return self._ask(prompt.of_passage(shown, brief), kept)

    def conclude(self, overview: Overview, brief: Brief) -> Reading:
        """Return what there is to say of the document as a whole.

        Raises:
            BudgetSpent: nothing more may be sent.
            ReviewerUnavailable: no model has answered.
        """
        told = [words for section in overview.sections for words in section]
        kept = self._redacted([*told, *overview.statements])
        shown = Overview(
            sections=tuple(zip(*[iter(kept.texts[: len(told)])] * 2, strict=True)),
            statements=kept.texts[len(told) :],
        )
        return self._ask(prompt.of_document(shown, brief), kept)

    def _redacted(self, texts: Sequence[str]) -> Redacted:
        return redact(texts) if self._redacts else Redacted(tuple(texts), {})

    def _ask(self, question: Prompt, kept: Redacted) -> Reading:
        answer, model, sent = ask(
            self._models, self._gate, question, self._seconds, sleep=self._sleep
        )
        return _reading(answer, model, sent, kept)


def _reading(answer: Answer, model: str, sent: tuple[Sent, ...], kept: Redacted) -> Reading:
    return Reading(
        remarks=tuple(kept.restored_remark(remark) for remark in answer.remarks),
        summary=kept.restored(answer.summary),
        statements=tuple(kept.restored(statement) for statement in answer.statements),
        reviewer=model,
        sent=together(sent),
        redacted=len(kept.kept_back),
    )
