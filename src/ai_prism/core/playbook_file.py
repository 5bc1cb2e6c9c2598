"""From the text of a playbook to its rules, or to a list of all that is wrong with it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from ai_prism.core import checks, located_yaml
from ai_prism.core.decoding import prepared
from ai_prism.core.errors import InvalidPlaybook
from ai_prism.core.kinds import Signs
from ai_prism.core.located_yaml import Located
from ai_prism.core.model import Level
from ai_prism.core.playbook_faults import explained, not_allowed, wrong_words
from ai_prism.core.risk.policy import Levels, with_levels
from ai_prism.core.risk.weights import RiskWeights, laid_over
from ai_prism.core.rules import BaseRule

#: Faults named at once: enough to mend a file in one go, few enough to read.
MOST_FAULTS: Final = 20
#: Many times what any built-in playbook has.
MOST_RULES: Final = 1_000

_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_T = TypeVar("_T")


class Playbook(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of rules, and what their findings weigh."""

    name: str
    version: str
    title: str
    sha256: str  #: of the content, whatever its layout and comments
    rules: tuple[BaseRule, ...]  #: its own, after those of the playbook that it extends
    risk: RiskWeights = RiskWeights()
    extends: str = ""
    recognised_by: Signs | None = None
    #: Findings less sure than this are counted and not shown.
    least_confidence: float = 0.0
    clauses: tuple[str, ...] = ()  #: the clause models that are asked


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: _Name
    version: _Words
    title: _Words
    rules: list[dict[str, Any]] = []
    risk: RiskWeights | None = None
    #: What is at stake in a rule, at all or by party: also in those of the playbook it extends.
    levels: dict[str, Level | Levels] = {}
    extends: str = ""
    without: tuple[str, ...] = ()
    recognised_by: Signs | None = None
    least_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    clauses: tuple[Literal["contract", "terms-of-service", "nda"], ...] | None = None


#: Returns the built-in playbook of a name; None where there is none.
BuiltIn: TypeAlias = Callable[[str], Playbook | None]


def read(path: Path, built_in: BuiltIn) -> Playbook:
    """Return the playbook in the file at *path*.

    Raises:
        InvalidPlaybook: the file breaks the format.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidPlaybook(f"{path.name}: The file is not UTF-8 text.") from None
    return parse(text, path.name, built_in)


def parse(text: str, file_name: str, built_in: BuiltIn) -> Playbook:
    """Return the playbook that *text* spells out.

    Args:
        text: YAML.
        file_name: what the author calls it.
        built_in: gives the playbooks that it may extend.

    Raises:
        InvalidPlaybook: the text breaks the format; each line of the message names one fault as
            `file:line:column: what is wrong, and what is allowed`.
    """
    try:
        located = located_yaml.parse(text)
    except located_yaml.InvalidYaml as error:
        raise InvalidPlaybook(f"{file_name}:{error.place}: {error.message}") from error
    faults: list[str] = []
    head = _converted(located, (), _Head, faults)
    base = built_in(head.extends) if head and head.extends else None
    if head and head.extends and not base:
        place = located.place(("extends",))
        faults.append(f"{place}: There is no built-in playbook “{head.extends}”.")
    rules = tuple(_rules(located, head, faults)) if head else ()
    if head:
        faults += _unknown_without(located, head, base)
        faults += _unknown_levels(located, head, base, rules)
    if faults or not head:
        raise InvalidPlaybook("\n".join(f"{file_name}:{fault}" for fault in faults[:MOST_FAULTS]))
    return _playbook(head, base, rules, located)


def _playbook(
    head: _Head, base: Playbook | None, rules: tuple[BaseRule, ...], located: Located
) -> Playbook:
    content = msgspec.json.encode(located.value, order="sorted")
    own = {rule.id for rule in rules}
    risk = base.risk if base else RiskWeights()
    if head.risk:
        risk = laid_over(risk, head.risk, located.value["risk"])
    inherited = [
        rule
        for rule in (base.rules if base else ())
        if rule.id not in own and rule.id not in head.without
    ]
    confidence = head.least_confidence
    if confidence is None:
        confidence = base.least_confidence if base else 0.0
    inherited_models = base.clauses if base else ()
    return Playbook(
        name=head.name,
        version=head.version,
        title=head.title,
        # What it extends is part of what it asks for.
        sha256=hashlib.sha256(content + (base.sha256 if base else "").encode()).hexdigest(),
        rules=tuple(
            with_levels(rule, head.levels[rule.id]) if rule.id in head.levels else rule
            for rule in (*inherited, *rules)
        ),
        risk=risk,
        extends=head.extends,
        recognised_by=head.recognised_by,
        least_confidence=confidence,
        clauses=inherited_models if head.clauses is None else head.clauses,
    )


def _unknown_without(located: Located, head: _Head, base: Playbook | None) -> Iterator[str]:
    known = {rule.id for rule in base.rules} if base else set()
    for position, id in enumerate(head.without):
        if id not in known:
            place = located.place(("without", position))
            yield f"{place}: The playbook that this one extends has no rule “{id}”."


def _unknown_levels(
    located: Located, head: _Head, base: Playbook | None, rules: Iterable[BaseRule]
) -> Iterator[str]:
    known = {rule.id for rule in (*(base.rules if base else ()), *rules)}
    for id in head.levels:
        if id not in known:
            yield f"{located.key_place(('levels', id))}: This playbook has no rule “{id}”."


def _rules(located: Located, head: _Head, faults: list[str]) -> Iterator[BaseRule]:
    if not (head.rules or head.extends) or len(head.rules) > MOST_RULES:
        faults.append(f"{located.place(('rules',))}: Give 1 to {MOST_RULES:,} rules.")
        return
    seen: set[str] = set()
    for position, value in enumerate(head.rules):
        path = ("rules", position)
        kind = value.get("kind")
        if kind not in checks.CHECKS:
            faults.append(not_allowed(located, (*path, "kind"), sorted(checks.CHECKS)))
            continue
        rule: BaseRule | None = _converted(located, path, checks.CHECKS[kind].Rule, faults)
        if rule is None:
            continue
        faults += _faults_of(rule, located, path, seen)
        seen.add(rule.id)
        yield rule


def _faults_of(
    rule: BaseRule, located: Located, path: located_yaml.Path, seen: set[str]
) -> Iterator[str]:
    if rule.id in seen:
        yield f"{located.place((*path, 'id'))}: The id “{rule.id}” stands in this file twice."
    for field in ("flags", "passes"):
        if not getattr(rule.examples, field):
            yield f"{located.place((*path, 'examples', field))}: Give at least one example."
    yield from wrong_words(rule, located, path)


def _converted(
    located: Located, path: located_yaml.Path, kind: type[_T], faults: list[str]
) -> _T | None:
    try:
        return msgspec.convert(located.at(path), prepared(kind))
    except msgspec.ValidationError as error:
        faults.append(explained(str(error), located, path, kind))
        return None
