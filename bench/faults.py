"""Faults planted into real documents: each kind changes a Markdown text as a careless author might.

A kind is a function that returns the changed text, or None where the document gives it no chance;
`FAULTS` says which rules may find it, and in which kinds of document it is planted.
"""

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from fault_tools import Fault, Plant, appended, paragraphs, said, within
from more_faults import MORE


def _without(*titles: str) -> Plant:
    """Return a fault that takes out the sections whose titles hold one of *titles*."""
    named = re.compile(rf"(?im)^#{{1,4}}[^\n]*(?:{'|'.join(titles)})[^\n]*\n(?:(?!#)[^\n]*\n?)*")

    def plant(text: str, chance: Random) -> str | None:
        left, count = named.subn("", text)
        return left if count else None

    return plant


def _doubled_word(text: str, chance: Random) -> str | None:
    return _changed(text, chance, r"\b(the|a|to|of|and|is|in)(?= \w)", lambda m: f"{m[0]} {m[0]}")


def _misspelt(text: str, chance: Random) -> str | None:
    # Common words only: nobody knows whether jargon is right.
    pattern = (
        r"\b(?:necessary|available|different|following|because|service|services|information"
        r"|customer|customers|address|access|policy|process|receive|required|should|problem|account"
        r"|support|between|through|another|example|provide|changes|security|possible|current)\b"
    )

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        place = chance.randrange(2, len(word) - 2)
        if word[place] == word[place + 1]:
            return word[:place] + word[place + 1 :]
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    return _changed(text, chance, pattern, slip)


def _swapped_rows(text: str, chance: Random) -> str | None:
    rows = list(re.finditer(r"(?m)^\|[^\n|]*\d{1,2}:\d{2}[^\n]*\|\s*$", text))
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(rows)
        if one.end() + 1 == other.start()
        and re.findall(r"\d+", one[0])[:5] != re.findall(r"\d+", other[0])[:5]
    ]
    if len(rows) < 4 or not pairs:
        return None
    one, other = chance.choice(pairs)
    return text[: one.start()] + other[0] + "\n" + one[0] + text[other.end() :]


def _wrong_duration(text: str, chance: Random) -> str | None:
    minutes = chance.randrange(2_000, 9_000)
    changed, count = re.subn(
        r"(?i)(time to recovery:\s*)\d+ minutes", rf"\g<1>{minutes} minutes", text
    )
    return changed if count else None


def _no_zone(text: str, chance: Random) -> str | None:
    if len(re.findall(r"(?m)^\|[^\n|]*\d{1,2}:\d{2}", text)) < 3:
        return None
    left = re.sub(
        r"(?i)\s*\(?(?:all )?times? (?:are )?in \w+\)?\.?|\b(?:UTC|CES?T|GMT|PST|PDT|EST|IST)\b",
        "",
        text,
    )
    return left if left != text else None


def _impossible_date(text: str, chance: Random) -> str | None:
    day = chance.choice(("31 April", "30 February", "31 June", "31 November"))
    return said(f"This was agreed on {day} 2026.")(text, chance)


def _wrong_weekday(text: str, chance: Random) -> str | None:
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
    wrong = day + timedelta(days=chance.randrange(1, 7))
    return said(f"The next meeting is on {wrong:%A}, {day.day} {day:%B %Y}.")(text, chance)


def _wrong_total(text: str, chance: Random) -> str | None:
    values = [chance.randrange(100, 9_000) for _ in range(chance.randrange(3, 7))]
    rows = "\n".join(f"| Part {n} | {value:,} |" for n, value in enumerate(values, start=1))
    total = sum(values) + chance.choice((-900, -10, 10, 1_000))
    return within(f"| Part | Cost |\n|---|---|\n{rows}\n| Total | {total:,} |")(text, chance)


def _wrong_shares(text: str, chance: Random) -> str | None:
    shares = (chance.randrange(20, 40), chance.randrange(20, 40), chance.randrange(30, 45))
    if abs(sum(shares) - 100) <= 2:
        return None
    rows = "\n".join(f"| Region {n} | {share} % |" for n, share in enumerate(shares, start=1))
    return within(f"| Region | Share |\n|---|---|\n{rows}")(text, chance)


def _card(text: str, chance: Random) -> str | None:
    digits = [4, *(chance.randrange(10) for _ in range(14))]
    doubled = [d * 2 - 9 * (d > 4) if n % 2 == 0 else d for n, d in enumerate(digits)]
    number = "".join(map(str, [*digits, -sum(doubled) % 10]))
    spaced = " ".join(number[n : n + 4] for n in range(0, 16, 4))
    return said(f"The payment came from card {spaced}.")(text, chance)


def _key(text: str, chance: Random) -> str | None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    key = "".join(chance.choices(letters, k=16))
    return said(f"The job signs in with AKIA{key}.")(text, chance)


def _broken_reference(text: str, chance: Random) -> str | None:
    chapters = re.findall(r"(?m)^#{1,4} (\d{1,2})[. ]", text)
    if len(chapters) < 3:
        return None
    # A document may be one chapter of many, so the chapter is one that it has.
    label = f"{chance.choice(chapters)}.{chance.randrange(41, 97)}"
    return said(f"This is described in section {label}.", f"See section {label} for more.")(
        text, chance
    )


def _skipped_number(text: str, chance: Random) -> str | None:
    headings = list(re.finditer(r"(?m)^(#{1,4} \d{1,2}(?:\.\d{1,2})*\.)(\d{1,2})(?= )", text))
    inner = [m for m in headings if int(m[2]) > 1]
    if not inner:
        return None
    match = chance.choice(inner)
    return text[: match.start()] + f"{match[1]}{int(match[2]) + 1}" + text[match.end() :]


def _copied_paragraph(text: str, chance: Random) -> str | None:
    long = [p for p in paragraphs(text) if len(text[slice(*p)].split()) >= 30]
    if len(long) < 2:
        return None
    start, end = chance.choice(long)
    return f"{text.rstrip()}\n\n{text[start:end]}\n"


def _long_sentence(text: str, chance: Random) -> str | None:
    words = " and ".join("the list of the day is read by the clerk on duty" for _ in range(8))
    return said(f"Every morning {words}.")(text, chance)


def _conflict(text: str, chance: Random) -> str | None:
    name = chance.choice(("retention period", "notice period", "total cost", "total budget"))
    unit = "days" if "period" in name else "euros"
    one, other = chance.sample((30, 60, 90, 120, 400), 2)
    once = said(f"The {name} is {one} {unit}.")(text, chance)
    return once and appended(f"In short, the {name} is {other} {unit}.")(once, chance)


def _changed(
    text: str, chance: Random, pattern: str, change: Callable[[re.Match[str]], str]
) -> str | None:
    spans = paragraphs(text)
    matches = [m for start, end in spans for m in re.compile(pattern).finditer(text, start, end)]
    matches = [m for m in matches if "`" not in text[max(0, m.start() - 30) : m.end() + 30]]
    if not matches:
        return None
    match = chance.choice(matches)
    return text[: match.start()] + change(match) + text[match.end() :]


_ACTIONS = (
    "## Action items\n\n- {} (Ann Lee, 4 May 2027)\n"
    "- Add a limit to the queue (Kim Day, 9 May 2027)\n- {}"
)

FAULTS: dict[str, Fault] = {
    "left to fill in": Fault(
        said(
            "The fee is TBD.",
            "It is owned by [insert name of team].",
            "TODO: describe the way back.",
        ),
        ("placeholder",),
    ),
    "empty section": Fault(
        appended("## Open matters\n\n## Contacts\n\nWrite to the desk.", "## Assumptions"),
        ("empty-section",),
    ),
    "impossible date": Fault(_impossible_date, ("impossible-date",)),
    "wrong weekday": Fault(_wrong_weekday, ("wrong-weekday",)),
    "word doubled": Fault(_doubled_word, ("repeated-word",)),
    "words and figures differ": Fault(
        said(
            "Notice of thirty (60) days is given.",
            "It is paid within fourteen (40) days.",
            "There are twelve (20) sites.",
        ),
        ("number-word",),
    ),
    "reference to nowhere": Fault(_broken_reference, ("missing-reference",)),
    "heading number skipped": Fault(_skipped_number, ("heading-number",)),
    "wrong total": Fault(_wrong_total, ("table-total",)),
    "shares not 100": Fault(_wrong_shares, ("percent-sum",)),
    "list miscounted": Fault(
        within(
            "There are three reasons for this:\n\n- it is old\n- it is slow\n\nThat is all.",
            "It is done in two steps:\n\n1. Stop the job.\n2. Clear.\n3. Start it.\n\nThat is all.",
        ),
        ("count-mismatch",),
    ),
    "paragraph copied": Fault(_copied_paragraph, ("duplicate-paragraph",)),
    "key in the text": Fault(_key, ("secret",)),
    "card number": Fault(_card, ("personal-data",)),
    "quantity in conflict": Fault(_conflict, ("quantity-conflict", "notice-conflict")),
    "period backwards": Fault(
        said(
            "The pilot runs from 4 May 2027 to 3 April 2027.",
            "It was closed between 2026-09-10 and 2026-09-01.",
        ),
        ("date-order",),
    ),
    "acronym with two meanings": Fault(
        said("The Central Audit Bureau (CAB) answers to the Change Advisory Board (CAB)."),
        ("acronym-twice",),
    ),
    "acronym unexplained": Fault(
        said(
            "The QZV is checked daily. When the QZV is late, the desk calls.",
            "Ask the WKD; the WKD knows.",
        ),
        ("undefined-acronym",),
    ),
    "claim without source": Fault(
        said(
            "Studies show that this saves half of the time.",
            "Research has shown that users prefer it.",
            "It is widely accepted that this is safe.",
        ),
        ("unsupported-claim",),
    ),
    "one word for another": Fault(
        said(
            "The two principle reasons are cost and time.",
            "This could of been seen.",
            "It will effect the users.",
            "We look forward to hear from you.",
        ),
        ("wrong-word", "grammar"),
    ),
    "verb does not agree": Fault(
        said(
            "There was several issues with it.",
            "Each of the servers were restarted.",
            "They was not told of it.",
            "This changes were made at night.",
        ),
        ("agreement", "agreement-with-one", "grammar"),
    ),
    "word misspelt": Fault(_misspelt, ("spelling",)),
    "then for than": Fault(
        said("It took longer then we had hoped.", "This is better then nothing."),
        ("grammar", "wrong-word"),
    ),
    "sentence too long": Fault(_long_sentence, ("long-sentence",)),
    "timeline swapped": Fault(_swapped_rows, ("timeline-order",), "incident"),
    "duration against the timeline": Fault(_wrong_duration, ("stated-duration",), "incident"),
    "time zone gone": Fault(_no_zone, ("timeline-zone",), "incident"),
    "owner gone": Fault(
        appended(_ACTIONS.format("Upgrade the proxy", "Replace the old disk by 1 June 2027")),
        ("action-without-owner",),
        "incident",
    ),
    "date gone": Fault(
        appended(_ACTIONS.format("Upgrade the proxy", "Replace the old disk (Sam Roe)")),
        ("action-without-date",),
        "incident",
    ),
    "action that changes nothing": Fault(
        appended(
            _ACTIONS.format(
                "Remind all engineers of the rules", "Add an alert (Sam Roe, May 2027)"
            ),
            _ACTIONS.format("Be more careful with updates", "Add an alert (Sam Roe, May 2027)"),
        ),
        ("weak-actions",),
        "incident",
    ),
    "action without end": Fault(
        appended(
            _ACTIONS.format("Improve monitoring", "Add an alert (Sam Roe, May 2027)"),
            _ACTIONS.format("Improve our documentation", "Add an alert (Sam Roe, May 2027)"),
        ),
        ("actions-without-end",),
        "incident",
    ),
    "human error as the cause": Fault(
        said("The root cause was human error.", "It happened due to operator error."),
        ("human-error",),
        "incident",
    ),
    "causes taken out": Fault(
        _without("cause", "contributing factor"),
        ("incident-essentials", "incident-parts"),
        "incident",
    ),
    "impact taken out": Fault(
        _without("impact", "affected", "consequence"), ("incident-parts",), "incident"
    ),
    "actions taken out": Fault(
        _without("action item", "next step", "follow", "takeaway", "prevent"),
        ("incident-essentials", "incident-parts"),
        "incident",
    ),
    "liability without limit": Fault(
        said(
            "The Customer's liability shall be unlimited.",
            "The Supplier is liable without limitation.",
        ),
        ("unlimited-liability",),
        "contract",
    ),
    "renewal by itself": Fault(
        said(
            "The term is automatically renewed for a year.",
            "This Agreement renews for further terms unless either party gives notice.",
        ),
        ("auto-renewal",),
        "contract",
    ),
    "one side changes the terms": Fault(
        said(
            "The Supplier may change the fees at any time.",
            "The company reserves the right to modify these terms.",
        ),
        ("one-sided-change",),
        "contract",
    ),
    "one side ends it": Fault(
        said(
            "The Supplier may terminate this Agreement at any time without notice.",
            "The company can cancel the order for any reason.",
        ),
        ("one-sided-termination",),
        "contract",
    ),
    "rights for ever": Fault(
        said("You grant us a perpetual and irrevocable license to the work."),
        ("perpetual-rights",),
        "contract",
    ),
    "indemnity without bounds": Fault(
        said("The Customer shall indemnify the Supplier from any and all claims."),
        ("broad-indemnity",),
        "contract",
    ),
    "rhythm left open": Fault(
        said(
            "Access rights are reviewed periodically.", "Backups must be tested from time to time."
        ),
        ("vague-frequency",),
        "policy--source",
    ),
    "duty with a way out": Fault(
        said("Visitors should be accompanied where possible.", "Staff must try to lock the doors."),
        ("weak-duty",),
        "policy--source",
    ),
    "requirement without measure": Fault(
        said(
            "The new lookup must be fast.",
            "The system shall be highly available and it should be robust.",
        ),
        ("requirement-without-measure",),
        "design",
    ),
    "alternatives taken out": Fault(
        _without("alternativ", "drawback", "rationale", "unresolved"), ("design-parts",), "design"
    ),
}

FAULTS |= MORE
