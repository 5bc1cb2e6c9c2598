"""Checks of actions and of totals: what stands in tables and lists."""

import pytest

from ai_prism.core.action_words import is_heading_of_actions, names_a_time, names_an_owner
from ai_prism.core.actions import find_actions
from ai_prism.testing import a_subject
from support.rules import found


def table(*rows: str) -> str:
    head, *others = rows
    return "\n".join([f"| {head} |", "|---|---|---|", *(f"| {row} |" for row in others)])


@pytest.mark.parametrize(
    "rows",
    [
        ("Kind | Rows |", "A | 10", "B | 20", "Total | 30"),
        ("Kind | Fee |", "A | $1,000.50", "B | $2,000", "Total | $3,000.50"),
        ("Kind | Fee |", "A | 1.000,50 €", "B | 2.000,00 €", "Summe/Total | 3.000,50 €"),
        ("Kind | Share |", "A | 33.3", "B | 33.3", "C | 33.3", "Total | 100"),
        ("Kind | Rate |", "A | 10", "B | 20", "Total | 17"),
        ("Kind | Unit price |", "A | 10", "B | 20", "Total | 17"),
        ("Kind | Rows |", "A | 10", "B | about 20", "Total | 31"),
        ("Kind | Rows |", "A | 10", "B | -", "C | 5", "Total | 15"),
        ("Kind | Rows |", "A | 10", "B | 5", "Subtotal | 15", "C | 5", "D | 1", "Total | 21"),
        ("Kind | Rows |", "A | 10", "Total | 11"),
        ("Kind | Change |", "A | -5", "B | 15", "Total | 10"),
        ("Kind | Weight |", "A | 3.125", "B | 2.5", "Total | 5.7"),
        ("Kind | Rows |", "A | 10", "B | 20", "Total cost of ownership report | 31"),
    ],
)
def test_totals_that_add_up_or_cannot_be_added_pass(rows: tuple[str, ...]) -> None:
    assert found("table-total", table(*rows)) == ()


def test_a_wrong_total_says_both_sums_and_shows_the_rows() -> None:
    text = table("Kind | Rows |", "A | 1,000", "B | 240", "**Total** | 1,420")

    [finding] = found("table-total", text)

    assert finding.message == "The rows add up to 1,240, the total says 1,420."
    assert finding.suggestion == "Find the 180 that are missing or too many."
    assert [place.quote for place in finding.related] == ["1,000", "240"]


def test_each_column_is_added_by_itself() -> None:
    text = table("Kind | Rows | Fee", "A | 10 | 1", "B | 20 | 2", "Total | 30 | 4")

    [finding] = found("table-total", text)

    assert finding.evidence["column"] == "fee"


@pytest.mark.parametrize(
    "title",
    [
        "Actions",
        "Action items",
        "9. Actions",
        "Next steps",
        "Follow-ups",
        "Follow up actions",
        "Corrective and preventive actions",
        "Agreed action items:",
        "Remediation plan",
        "Next steps and owners",
        "To-dos",
        "IV. Action plan",
    ],
)
def test_headings_of_actions_are_known(title: str) -> None:
    assert is_heading_of_actions(title)


@pytest.mark.parametrize(
    "title",
    [
        "Actions taken",
        "Class action waiver",
        "Preventing the next outage",
        "Transactions",
        "GitHub Actions",
        "Legal action",
        "Steps",
        "Required steps",
        "Tasks",
        "Interactions",
        "What happens next",
        "Right of action",
    ],
)
def test_headings_of_other_things_are_not_taken_for_actions(title: str) -> None:
    assert not is_heading_of_actions(title)


@pytest.mark.parametrize(
    "words",
    [
        "Upgrade the proxy (Ann Lee)",
        "Upgrade the proxy (AL, 4 May 2027)",
        "Upgrade the proxy (data lead, 4 May 2027)",
        "@ann upgrades the proxy",
        "Ann Lee to upgrade the proxy",
        "Ann will upgrade the proxy",
        "The platform team will upgrade the proxy",
        "Owner: legal. Check the contract",
        "Upgrade the proxy — Ann Lee",
        "Upgrade the proxy - SRE team",
        "Upgrade the proxy. Assigned to Kim",
        "Upgrade the proxy [Kim]",
        "The proxy is upgraded by the network team",
    ],
)
def test_owners_are_seen(words: str) -> None:
    assert names_an_owner(words)


@pytest.mark.parametrize(
    "words",
    [
        "Upgrade the proxy",
        "Upgrade the proxy (see below)",
        "Upgrade the proxy (May 2027)",
        "We should upgrade the proxy",
        "Talk to customer care about the wording",
        "Write to ann@example.org",
        "Someone will upgrade the proxy",
        "Owner: TBD. Upgrade the proxy",
        "Upgrade Traefik to v2.5",
    ],
)
def test_what_names_nobody_is_no_owner(words: str) -> None:
    assert not names_an_owner(words)


@pytest.mark.parametrize(
    "words",
    [
        "by 4 May 2027",
        "(2027-05-04)",
        "by Friday",
        "in Q3",
        "by the end of May",
        "within two weeks",
        "27 November",
        "OPS-1234",
        "#12829",
        "https://example.org/issues/7",
        "next sprint",
        "due EOW",
    ],
)
def test_dates_and_tickets_are_seen(words: str) -> None:
    assert names_a_time(f"Upgrade the proxy {words}")


@pytest.mark.parametrize(
    "words",
    ["soon", "to v2.5", "as it may fail", "in the second zone", "for March hares", "by hand"],
)
def test_what_sets_no_date_is_no_date(words: str) -> None:
    assert not names_a_time(f"Upgrade the proxy {words}")


def test_a_table_of_actions_is_read_by_its_columns() -> None:
    rows = ("Ann | Upgrade | 4 May 2027", "TBD | Add an alert | -", "Kim | Old one | done")
    text = table("Owner | Action | Due", *rows)

    actions = find_actions(a_subject(text))

    assert [(a.has_owner, a.has_date) for a in actions] == [
        (True, True),
        (False, False),
        (True, True),
    ]


def test_a_table_without_a_column_for_owners_lacks_them_all() -> None:
    text = "# Actions\n\n| Action | Status |\n|---|---|\n| Upgrade it | open |\n| Old one | done |"

    actions = find_actions(a_subject(text))

    assert [(a.has_owner, a.has_date) for a in actions] == [(False, False)]


def test_an_owner_below_an_item_belongs_to_it() -> None:
    text = (
        "# Next steps\n\n- Upgrade the proxy\n  - Owner: Ann\n  - Due: 4 May 2027\n- Add an alert"
    )

    actions = find_actions(a_subject(text))

    assert [(a.has_owner, a.has_date) for a in actions] == [(True, True), (False, False)]


def test_items_under_a_subheading_of_actions_are_actions() -> None:
    text = "# Report\n\n## Action items\n\n### Short term\n\n- Upgrade\n\n## Lessons\n\n- Talk more"

    assert len(find_actions(a_subject(text))) == 1


def test_a_title_that_speaks_of_actions_does_not_make_all_lists_actions() -> None:
    text = "# Action plan\n\n## Background\n\n### Goals\n\n- Grow\n- Learn"

    assert find_actions(a_subject(text)) == ()


@pytest.mark.parametrize(
    "item",
    [
        "[x] Upgrade the proxy",
        "Done: the proxy is new",
        "We have upgraded the proxy",
        "DevEx has placed an order",
        "Upgrade the proxy (completed)",
        "None",
    ],
)
def test_what_is_done_is_no_open_action(item: str) -> None:
    assert find_actions(a_subject(f"# Actions\n\n- {item}")) == ()


@pytest.mark.parametrize("item", ["We need to upgrade it", "The proxy has failed: upgrade it"])
def test_what_is_still_to_do_is_an_open_action(item: str) -> None:
    assert len(find_actions(a_subject(f"# Actions\n\n- {item}"))) == 1


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("- Upgrade it", "The only action has no owner."),
        ("- Upgrade it\n- Ann to add an alert", "1 of 2 actions has no owner."),
        ("- Upgrade it\n- Add an alert", "2 of 2 actions have no owner."),
    ],
)
def test_the_message_counts_the_actions(items: str, said: str) -> None:
    [finding] = found("action-without-owner", f"# Actions\n\n{items}")

    assert finding.message == said
