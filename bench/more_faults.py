"""More faults to plant: those of people, versions, terms and times, in several wordings each."""

from random import Random

from fault_tools import Fault, Plant, appended, said, then, within

_TABLE = (
    "## Action items\n\n| Action | Owner | Due |\n|---|---|---|\n"
    "| Upgrade the proxy | Platform team | 4 May 2027 |\n| Add an alert | {owner} | {due} |"
)


def _token(text: str, chance: Random) -> str | None:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    body = "".join(chance.choices(letters, k=36))
    return said(
        f"Sign in with ghp_{body}.",
        f"The password is password={body[:14]}.",
        f"Set api_key = '{body[:32]}' first.",
        f"postgres://admin:{body[:12]}@db.prod.internal/prod is the address.",
    )(text, chance)


def _two(one: str, other: str, *values: tuple[str, str]) -> Plant:
    """Return a fault that says *one* in some paragraph and *other* at the end."""

    def plant(text: str, chance: Random) -> str | None:
        first, second = chance.choice(values)
        return then(said(one.format(first)), appended(other.format(second)))(text, chance)

    return plant


MORE: dict[str, Fault] = {
    "owner left empty in a table": Fault(
        within(*(_TABLE.format(owner=o, due="9 May 2027") for o in ("", "TBD", "-", "?"))),
        ("action-without-owner",),
        "incident",
    ),
    "date left empty in a table": Fault(
        within(*(_TABLE.format(owner="Operations", due=d) for d in ("", "TBD", "–", "n/a"))),
        ("action-without-date",),
        "incident",
    ),
    "date that can be read twice": Fault(
        said("It was signed on 03/04/2026.", "Delivery is due on 5/6/2027.", "Begin: 07/08/2026."),
        ("ambiguous-date",),
    ),
    "time left vague": Fault(
        said(
            "The report must be sent as soon as possible.",
            "It will be repaired in due course.",
            "We will answer in a timely manner.",
        ),
        ("vague-time", "vague-standard", "untestable-word"),
    ),
    "token or password": Fault(_token, ("secret",)),
    "private address or number": Fault(
        said(
            "Write to k.lee1984@gmail.com at home.",
            "Her private number is +49 171 5550123.",
            "The account is DE89 3704 0044 0532 0130 00.",
        ),
        ("personal-data",),
    ),
    "versions in conflict": Fault(
        _two(
            "This document is version {}.",
            "Document version: {}",
            ("2.1", "1.4"),
            ("3.0", "3.2"),
        ),
        ("version-conflict",),
    ),
    "notice periods in conflict": Fault(
        _two(
            "Either party may terminate on {} days' written notice.",
            "Termination needs {} days' notice in writing.",
            ("30", "60"),
            ("90", "45"),
        ),
        ("notice-conflict", "quantity-conflict"),
        "contract",
    ),
    "term defined and not used": Fault(
        said(
            "“Quarterly Volume” means the sum of all orders.",
            "The yearly fee (the “Standing Charge”) is paid in advance.",
        ),
        ("unused-term",),
        "contract",
    ),
    "term defined twice": Fault(
        _two(
            "“Quarterly Volume” means {}. The Quarterly Volume is reported.",
            "“Quarterly Volume” means {}.",
            ("all orders", "all deliveries"),
            ("the sum of invoices", "the number of boxes"),
        ),
        ("twice-defined",),
        "contract",
    ),
    "table that is not there": Fault(
        appended(
            "Table 1: Prices\n\nThe rates stand in Table 7.",
            "Figure 1: The plan\n\nThis is shown in Figure 9.",
        ),
        ("missing-reference",),
    ),
    "note to the authors": Fault(
        said(
            "The costs are to be added later.",
            "Insert a figure here.",
            "NOTE TO REVIEWER: is this so?",
            "This was said by all [citation needed].",
        ),
        ("unfinished-mark", "placeholder"),
    ),
    "blame of a person": Fault(
        said(
            "The engineer forgot to set the flag.",
            "The operator is to blame for the outage.",
            "It was the administrator's fault: the admin neglected the alert.",
        ),
        ("blame",),
        "incident",
    ),
}
