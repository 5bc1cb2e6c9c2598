"""The prompt: words from `prompts.yml`, filled in with a passage or an outline."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import yaml

from ai_prism.core.decoding import prepared
from ai_prism.core.llm import Brief, Overview, Passage

#: What the model is asked for; more is taken from one that does not count.
_MOST_REMARKS: Final = 6
#: Enough to know what is looked for; a playbook can have a thousand rules.
_EXPECTATIONS_SHOWN: Final = 60
#: An outline of a long document, and its sentences, fit into what models take at once.
_MOST_CHARACTERS: Final = 40_000


class Prompts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the file, with their version."""

    version: str
    standing: str
    passage: str
    document: str
    answering: str
    question: str


class Prompt(msgspec.Struct, frozen=True):
    """What is sent: what stands above all, and what is asked."""

    standing: str
    question: str


@cache
def prompts() -> Prompts:
    """Return the prompts that come with this version."""
    text = Path(__file__).with_name("prompts.yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), prepared(Prompts))


def of_passage(passage: Passage, brief: Brief) -> Prompt:
    """Return what is asked about *passage*."""
    line = fence(passage.text)
    question = prompts().passage.format(
        kind=brief.kind,
        path=" › ".join(passage.path) or "the beginning",
        fence=line,
        text=passage.text,
    )
    return Prompt(_standing(brief, line), question)


def of_document(overview: Overview, brief: Brief) -> Prompt:
    """Return what is asked about a whole document; a very long outline is cut at its end."""
    outline = "\n".join(f"- {title}: {summary}" for title, summary in overview.sections)
    statements = "\n".join(f"- {statement}" for statement in overview.statements)
    line = fence(outline + statements)
    question = prompts().document.format(
        kind=brief.kind,
        fence=line,
        outline=outline[:_MOST_CHARACTERS],
        statements=statements[:_MOST_CHARACTERS],
    )
    return Prompt(_standing(brief, line), question)


def of_question(question: str, passages: Sequence[Passage], brief: Brief) -> Prompt:
    """Return what is asked when a person asks *question* about *passages*."""
    text = "\n\n".join(
        f"(Under: {' › '.join(part.path) or 'the beginning'})\n\n{part.text}" for part in passages
    )
    line = fence(text)
    return Prompt(
        prompts().answering.format(fence=line, language=brief.language),
        prompts().question.format(kind=brief.kind, fence=line, text=text, question=question),
    )


def _standing(brief: Brief, line: str) -> str:
    return prompts().standing.format(
        fence=line,
        expectations="; ".join(brief.expectations[:_EXPECTATIONS_SHOWN]) or "none",
        most=_MOST_REMARKS,
        language=brief.language,
    )


def fence(text: str) -> str:
    """Return a line that does not stand in *text*: nobody writes the digest of the very text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"=== document {digest} ==="
