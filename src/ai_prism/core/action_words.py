"""The words that tell an action's owner and date, and the headings that announce actions."""

import re
from collections.abc import Iterable
from typing import Final

from ai_prism.core.dates import find_dates

_HEADING: Final = re.compile(
    r"(?:[\divxa-c.()]{1,8}\s{1,3})?"
    r"(?:(?:our|the|open|agreed|key|immediate|short[- ]term|medium[- ]term|long[- ]term|corrective"
    r"|preventi(?:ve|tive|on|tative)|remedial|follow[- ]?up|future|planned|next|proposed|required"
    r"|post[- ]incident|post[- ]?mortem|management|outstanding|further|remaining|and|/|&|,)"
    r"\s{1,2}){0,6}"
    r"(?:action items?|actions?|action plan|action points?|actionable items|follow[- ]?ups?"
    r"|follow[- ]?up (?:actions?|items?|tasks?)|next steps|steps"
    r"|remediation(?: plan| actions?| items?| steps?)?|remedial measures|corrective measures"
    r"|to[- ]?do(?:s| list| items)?|tasks)"
    r"(?:,? (?:and|&|/) (?:owners?|follow[- ]?ups?|next steps|deadlines|responsibilities|actions?"
    r"|action items|remediation|improvements?|corrective actions?|recommendations?))?"
    r"(?: (?:list|plan|items|log|register|table))?\s{0,2}[:.]?",
    re.IGNORECASE,
)
#: "Steps" alone are those of a procedure; "tasks" can be anything in a manual.
_TOO_PLAIN: Final = re.compile(
    r"(?:[\d.]{1,6}\s)?(?:the |required |further )?(?:steps|tasks)[:.]?", re.IGNORECASE
)
_ROLE: Final = (
    r"(?:teams?|lead|leader|leads|managers?|owner|engineers?|engineering|director|officer|head"
    r"|department|group|committee|board|analyst|architect|administrators?|admins?|counsel|vendor"
    r"|supplier|customer|sres?|devops|ops|operations|security|legal|finance|hr|it|procurement"
    r"|compliance|platform|support|marketing|sales|ceo|cto|cio|ciso|dpo|cfo|coordinator|specialist"
    r"|secretary|chair|developers?|maintainers?|commander|desk|office|care)"
)
_CALENDAR: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
#: A few words before a role: "the billing platform" team.
_WORDS: Final = r"(?:the\s)?(?:[\w&/-]{1,30}\s){0,3}"
#: "Talk to", "Move to" and "We will" begin like "Ann to" and "Kim will", but name nobody.
_NOBODY: Final = (
    r"(?!(?:We|They|It|This|That|There|Someone|Everyone|You|The|An?|Need|Plan|Try|Talk|Speak|Move"
    r"|Migrate|Switch|Upgrade|Downgrade|Agree|Continue|Ask|Write|Commit|Respond|Reply|Listen|Adhere"
    r"|Look|Work|Return|Send|Add|Go|Revert|Convert|Change|Connect|Subscribe|Start|Begin|Stick|Refer"
    r"|Apply|Report|Escalate|Aim|Seek|Learn|Prepare|Propose|Decide|Want|Wait|Remember|Attempt|Have"
    r"|Explain|Present|Submit|Update|Publish|Release|Deploy|Announce|Offer|Promise|Get|Set|Bring)\s)"
)
_OWNER: Final = re.compile(
    r"(?<![\w.])@[A-Za-z][\w.-]{1,40}"
    r"|(?i:\b(?:owner|owners|assignee|assigned to|responsible|accountable|dri|lead|who|owned by)"
    r"\s{0,2}[:=–—-]?\s{0,2}(?!tbd|none|\?|unassigned|open\b|:)\w)"
    rf"|(?i:^\W{{0,3}}{_WORDS}{_ROLE}\s(?:to|will|is to|are to|shall|must|should)\b)"
    rf"|(?i:\bby {_WORDS}{_ROLE}\b)"
    rf"|^\W{{0,3}}{_NOBODY}[A-Z][\w’'-]{{1,30}}(?:\s[A-Z][\w.’'-]{{0,30}}){{0,2}}"
    r"\s(?:to|will|is to|shall)\s[a-z]"
    rf"|(?i:[\[(–—-]\s?{_WORDS}{_ROLE}\b[^()\[\]\n]{{0,40}}(?:[\])]|$))"
)
#: Brackets, or the end of a line after a dash: a name stands there, or initials.
_ASIDE: Final = re.compile(
    r"[(\[]([^()\[\]\n]{2,60})[)\]]|\s[–—-]\s([^–—\n]{2,40})$|\|\s?([^|\n]{2,40})$", re.M
)
_NAME: Final = re.compile(
    rf"(?!(?i:{_CALENDAR}|q[1-4]|issues?|prs?|pull|tickets?|link|github|gitlab|jira)\b)"
    r"[A-Z][a-z’'-]{1,20}(?:\s(?:[A-Z]\.|[A-Z][a-z’'-]{1,25})){0,2}"
    r"(?=\s?(?:,|;|/|&|and\b|by\b|due\b|$))|\b[A-Z]{2,3}(?=\s?(?:,|;|/|&|$))"
)
_TIME: Final = re.compile(
    r"\b(?:q[1-4]\b|h[12]\s?20\d\d|20\d\d-?q[1-4]|e(?:o[dwmqy])\b"
    rf"|end of (?:the |this |next )?(?:day|week|month|quarter|year|q[1-4]|{_CALENDAR}|20\d\d)"
    rf"|by (?:the )?(?:end|close|next|tomorrow|today|mid|early|late|{_CALENDAR}|20\d\d)"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_CALENDAR}|{_CALENDAR}\s\d{{1,2}}(?:st|nd|rd|th)?"
    rf"|{_CALENDAR}\s20\d\d)\b"
    r"|within (?:\d{1,3}|a|one|two|three|four|five|six|seven|ten|thirty|the next)\s[\w ]{0,20}?"
    r"(?:hours?|days?|weeks?|months?)"
    r"|in (?:the next )?(?:\d{1,3}|two|three|four|six) (?:days|weeks|months)"
    r"|(?:next|this|each|every) (?:week|month|quarter|sprint|year|release|monday|friday)"
    r"|(?:calendar )?week \d{1,2}|[ck]w\s?\d{1,2}|sprint \d{1,3}"
    r"|\d{1,2}[./]\d{1,2}\.?(?=[\s,;)\]]|$)"
    r"|immediately|ongoing|weekly|monthly|quarterly|daily)\b",
    re.IGNORECASE,
)
_TICKET: Final = re.compile(
    r"(?<![\w/])#\d{1,7}\b|\b[A-Z][A-Z0-9]{1,9}-\d{1,6}\b"
    r"|https?://\S{1,300}/(?:issues?|pulls?|browse|merge_requests|tickets?)/\S"
    # The words of a link whose address most formats do not show.
    r"|(?i:[(\[](?:link to |see |the |this |github |gitlab |jira ){0,3}"
    r"(?:issue|pull request|merge request|pr|ticket|bug)s?(?: (?:created|opened|filed))?[)\]])"
    r"|\b(?:GitHub |GitLab |Jira )?(?:Issue|Pull Request|Merge Request|PR|Ticket)s?[.)\]]{0,2}$"
    r"|(?i:\b(?:issue|ticket|bug|card)s? (?:has been |have been |was |were |is )?"
    r"(?:created|opened|filed|raised)\b)",
    re.M,
)
_MANUAL: Final = re.compile(
    r"(?i)\b(?:procedures?|runbooks?|playbooks?|troubleshoot\w{0,3}|support)\b"
)
_ADVICE: Final = re.compile(r"(?i)\b(?:you|your|yourself)\b")
#: Under these an action is not promised but explained.
_LESSONS: Final = re.compile(
    r"(?i)\W{0,3}(?:[\d.]{1,6}\s)?(?:what went (?:wrong|well)|where we got lucky|lessons? learn\w+"
    r"|background|notes?|open questions|investigation|done|completed)\W{0,3}"
)
#: A heading of this one word can stand over the lasting duties of a team, too.
_PLAIN: Final = re.compile(r"(?:[\d.]{1,6}\s)?actions?[:.]?", re.IGNORECASE)
_SOMETHING: Final = re.compile(
    r"(?i)\b(?:incidents?|outage|post-?mortem|retrospective|minutes|meeting|review|audit|timeline"
    r"|(?:root )?causes?|findings?|decisions?|impact|summary|report|lessons)\b"
)
_DONE: Final = re.compile(
    r"(?i)^\W{0,3}(?:\[x\]|✅|✔|done\b|completed?\b|fixed\b|closed\b|resolved\b|n/?a\b|none\b"
    r"|(?-i:[A-Z][\w&-]{1,30}) (?:has|have) (?:already )?(?:[a-z]{2,20}ed|put|set|built|made)\b"
    r"|(?:we|it|they)(?:['’]ve| have| has|)\s(?!need|should|must|will|want)"
    r"(?:already |since |also )?(?:[a-z/]{2,20}ed|built|made|put|set|wrote|added)\b)"
    r"|[(\[–—-]\s?(?:done|completed?|fixed|closed)\b|\b(?:this|it) (?:has been|was|is) done\b"
)


def is_heading_of_actions(title: str) -> bool:
    """Return whether *title* as a whole announces actions: "4. Next steps"."""
    title = title.strip()
    return bool(_HEADING.fullmatch(title)) and not _TOO_PLAIN.fullmatch(title)


def is_of_a_manual(titles: Iterable[str]) -> bool:
    """Return whether *titles*, those above, say that it is told how to do something."""
    return any(_MANUAL.search(title) for title in titles)


def is_advice(words: str) -> bool:
    """Return whether *words* tell the reader what to do: "Involve your supervisor"."""
    return bool(_ADVICE.search(words))


def is_heading_of_lessons(title: str) -> bool:
    """Return whether *title*, though it stands under actions, announces something else."""
    return bool(_LESSONS.fullmatch(title.strip()))


def is_plain(title: str) -> bool:
    """Return whether *title* says “Actions” and no more, which may be a team's daily work."""
    return bool(_PLAIN.fullmatch(title.strip()))


def tells_of_something(titles: Iterable[str]) -> bool:
    """Return whether *titles* are those of a report or a meeting, where actions are agreed on."""
    return any(_SOMETHING.search(title) for title in titles)


def names_a_ticket(words: str) -> bool:
    """Return whether an action's *words* link the ticket in which it is followed."""
    return bool(_TICKET.search(words))


def names_an_owner(words: str) -> bool:
    """Return whether an action's *words* name somebody: a person, a role, a team, a handle."""
    if _OWNER.search(words):
        return True
    asides = ((match[1] or match[2] or match[3]).strip() for match in _ASIDE.finditer(words))
    return any(_NAME.match(aside) for aside in asides)


def names_a_time(words: str) -> bool:
    """Return whether an action's *words* set a time, or a ticket that does."""
    return bool(
        _TIME.search(words) or names_a_ticket(words) or next(find_dates(words, 0, len(words)), None)
    )


def is_done(words: str) -> bool:
    """Return whether an action's *words* say that it is done, or that there is none."""
    return bool(_DONE.search(words))
