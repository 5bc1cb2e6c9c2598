"""A key, token or password in the text: whoever reads the document can use it."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

#: Prefixes that the makers gave their keys so that they can be found.
_KINDS: Final[dict[str, str]] = {
    "AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{50,255})\b",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,64}\b",
    "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{20,250}\b",
    "Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{16,247}\b",
    "Google API key": r"\bAIza[A-Za-z0-9_-]{35}(?![\w-])",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-AgEI[A-Za-z0-9_-]{50,1000}",
    "JSON web token": r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,2000}",
    "private key": r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----",
    "password in an address": r"(?<=://)[^\s:/@]{1,64}:[^\s:/@{}<>$*]{6,128}@(?=[\w.-]{3})",
    "password": r"(?i:\b(?:password|passwd|pwd|api[_ -]?key|secret|token)[\"']?\s?[:=]\s?[\"']?)"
    r"(?=[^\s\"']{0,40}\d)(?=[^\s\"']{0,40}[A-Za-z])(?=[^\s\"']{0,40}[A-Z!#%+?^~])"
    r"(?![^\s\"']{0,40}[(){}<>$*/\[\]])[^\s\"']{10,128}",
}
#: What looks like a key, made-up ones included.
SECRET: Final = re.compile(
    "|".join(f"(?P<k{n}>{pattern})" for n, pattern in enumerate(_KINDS.values()))
)
#: The last is the head of a JSON web token, which says of what kind it is, and no more.
_MADE_UP: Final = re.compile(
    r"(?i)example|sample|dummy|placeholder|changeme|password@|redacted|1234|xxxx|\.\.\."
    r"|[:=]\s?[\"']?eyJ[\w-]*\Z"
)
#: A key of several lines of which only the first is shown, or whose rest is blacked out, opens
#: nothing.
_CUT: Final = re.compile(
    r"[\sA-Za-z0-9+/=]{0,160}[█▓*]{3}"
    r"|(?:[\s\\]{0,9}[A-Za-z0-9+/=]{1,80}\n?){0,3}\s{0,9}(?:\[?(?:\.\.\.|…)\]?|\[[a-z ]{3,20}\])"
)
#: The rest of any key is left out: "AKIA…5[redacted]5".
_HALF: Final = re.compile(
    r"(?i)[\w+/=-]{0,40}(?:\[(?:redacted|removed|masked|hidden|omitted|truncated|snip)|…|\.{3}|\*{3}|[█▓])"
)
#: A request to a host that nobody has (RFC 2606) is made up, and so is its key. A mail address is
#: no request: made-up names stand beside real keys.
_EXAMPLE_HOST: Final = re.compile(
    r"(?i)(?<![@.\w-])(?:[^\s:/@]{1,64}:[^\s:/@]{1,128}@)?"
    r"(?:[\w-]{1,63}\.){0,9}(?:example\.(?:com|net|org)|[\w-]{1,63}\.example)\b"
)
#: A password for one's own machine opens nothing elsewhere; the key of a provider does.
_OWN_MACHINE: Final = re.compile(r"(?i)\b(?:localhost|127\.0\.0\.1)\b")
_AROUND: Final = 200
#: Real keys look random: few of their characters come twice.
_FEWEST_DIFFERENT: Final = 9


class Rule(BaseRule, frozen=True):
    """Flags keys by the prefixes of their makers, in prose and in code."""

    evidence_names = ("kind_of_secret",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each key, token or password."""
    for match, _ in subject.matches(SECRET, subject.document.blocks):
        looks_random = len(set(match[0])) >= _FEWEST_DIFFERENT
        if _MADE_UP.search(match[0]) or not looks_random:
            continue
        around = max(0, match.start() - _AROUND), match.end() + _AROUND
        if _EXAMPLE_HOST.search(subject.document.text, *around):
            continue
        if _HALF.match(subject.document.text, match.end()):
            continue
        if match[0].startswith("-----") and _CUT.match(subject.document.text, match.end()):
            continue
        kind = list(_KINDS)[int((match.lastgroup or "k0")[1:])]
        if kind.startswith("password") and _OWN_MACHINE.search(subject.document.text, *around):
            continue
        yield rule.finding(subject, [match.span()], kind_of_secret=kind)
