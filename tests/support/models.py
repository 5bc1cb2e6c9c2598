"""Models and a gate for tests: they answer what the test says, through the real asking."""

from collections.abc import Callable, Sequence

import msgspec

from ai_prism.core.llm import Answer, Remark
from ai_prism.core.llm.asking import ModelFailed, Reply, Told
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.model import FindingKind, Level, Sent

NOTHING = Answer(remarks=(), summary="", statements=())


class ScriptedModel:
    """Gives the answers of a list, one after the other, and keeps what it was asked."""

    answer_tokens = 1000

    def __init__(
        self,
        answers: Sequence[Answer | ModelFailed] | Callable[[Prompt], Answer],
        name: str = "one",
    ) -> None:
        self.name = name
        self.asked: list[Prompt] = []
        self._answers = answers

    def tell(self, prompt: Prompt, seconds: float, hear: Callable[[str], None]) -> Reply[Told]:
        """Give the next answer's summary in two pieces."""
        reply = self.ask(prompt, seconds)
        words = reply.answer.summary
        hear(words[: len(words) // 2])
        return Reply(answer=Told(text=words), sent=reply.sent)

    def ask(self, prompt: Prompt, seconds: float) -> Reply[Answer]:
        self.asked.append(prompt)
        answers = self._answers
        answer = answers(prompt) if callable(answers) else answers[len(self.asked) - 1]
        if isinstance(answer, ModelFailed):
            raise answer
        return Reply(answer=answer, sent=sent(self.name))


class OpenGate:
    """Lets everything through and keeps what passed."""

    def __init__(self) -> None:
        self.entered: list[str] = []
        self.left: list[tuple[str, bool]] = []

    def enter(self, model: str, tokens: int, patience: float) -> None:
        self.entered.append(model)

    def leave(self, model: str, sent: Sent, *, failed: bool) -> None:
        self.left.append((model, failed))


def sent(model: str = "one") -> Sent:
    """Return the account of one question."""
    return Sent(
        to="llm.example", model=model, requests=1, characters=100, tokens_in=20, tokens_out=5
    )


def failure(*, passes: bool = True, retry_after: float | None = None) -> ModelFailed:
    """Return what a model raises that does not answer."""
    vain = msgspec.structs.replace(sent(), tokens_in=0, tokens_out=0)
    return ModelFailed("no answer", vain, passes=passes, retry_after=retry_after)


def a_remark(quote: str, category: str = "evidence", confidence: float = 0.8) -> Remark:
    """Return a remark on the words *quote*."""
    return Remark(
        quote=quote,
        category=category,
        severity=Level.MEDIUM,
        kind=FindingKind.PROBLEM,
        title="A claim without support",
        message="Nothing shows it.",
        why="Somebody may rely on it.",
        suggestion="Show it.",
        confidence=confidence,
    )
