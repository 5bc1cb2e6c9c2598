"""Reports that programs read keep to their schemas, and words of a document do nothing in them."""

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from ai_prism.core import readers
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import Corrupt
from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.exporters.json import parse, schema
from ai_prism.core.model import (
    Answer,
    Answered,
    Baseline,
    Comparison,
    Coverage,
    Decision,
    Departed,
    Fate,
    Fix,
    NotRead,
    Problem,
    Reply,
    Review,
)
from ai_prism.examples import EXAMPLES, path
from ai_prism.testing import a_document
from support.reviews import a_finding, a_review, anchor_of

ROOT = Path(__file__).parents[2]
SARIF = jsonschema_rs.validator_for(
    json.loads((ROOT / "tests/schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
)
HOSTILE = "=cmd|' /C calc'!A0 </script><img src=x onerror=alert(1)>\"'& \u202e {{7*7}} ${x}"


@pytest.fixture(scope="module", params=[example.name for example in EXAMPLES])
def review(request: pytest.FixtureRequest) -> Review:
    return DocumentAnalyzer().analyze(path(request.param))


def a_hostile_review() -> Review:
    document = a_document(f"# Plan\n\nBefore {HOSTILE} after.\n", name=f"{HOSTILE}.md")
    start = document.text.index("Before")
    anchor = anchor_of(document, start, len(document.text))
    words = dict.fromkeys(
        ("title", "message", "why", "suggestion", "rule_id", "category", "reason"), HOSTILE
    )
    fix = Fix(anchor=anchor, replacement=HOSTILE)
    finding = a_finding(1, anchor, fixes=[fix], decision=Decision.REJECTED, **words)
    made = a_review(document, finding, a_finding(2, **words))
    return msgspec.structs.replace(
        made,
        problems=(Problem(code="check_failed", message=HOSTILE, where=HOSTILE),),
        coverage=Coverage(read=0.5, not_read=(NotRead(what=HOSTILE, why=HOSTILE),)),
    )


def test_the_json_keeps_to_its_schema(review: Review) -> None:
    validator = jsonschema_rs.validator_for(schema())

    assert list(validator.iter_errors(json.loads(EXPORTERS["json"].export(review)))) == []


def test_the_schema_refuses_what_is_no_review() -> None:
    assert not jsonschema_rs.validator_for(schema()).is_valid({"schema": "ai-prism/review/1"})


def test_the_schema_in_the_documentation_is_the_one_in_force() -> None:
    written = (ROOT / "docs/reference/review-1.schema.json").read_text(encoding="utf-8")

    assert json.loads(written) == json.loads(msgspec.json.encode(schema()))


def test_the_sarif_keeps_to_the_standard(review: Review) -> None:
    log = json.loads(EXPORTERS["sarif"].export(review))

    assert list(SARIF.iter_errors(log)) == []
    assert len(log["runs"][0]["results"]) == len(review.findings)


def test_sarif_tells_fixes_rejections_and_problems() -> None:
    log = json.loads(EXPORTERS["sarif"].export(a_hostile_review()))
    run = log["runs"][0]

    assert list(SARIF.iter_errors(log)) == []
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 2
    assert run["results"][0]["suppressions"]
    replaced = run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replaced["insertedContent"]["text"] == HOSTILE
    text = run["artifacts"][0]["contents"]["rendered"]["text"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    end = region["charOffset"] + region["charLength"]
    assert text[region["charOffset"] : end] == region["snippet"]["text"]


def a_compared_review() -> Review:
    made = a_hostile_review()
    fixed, unknown = (msgspec.structs.replace(f, baseline=Baseline.FIXED) for f in made.findings)
    comparison = Comparison(
        name=HOSTILE,
        sha256="0" * 64,
        started_at=made.receipt.started_at,
        fixed=1,
        departed=(
            Departed(finding=fixed, fate=Fate.FIXED, why="Its words no longer stand there."),
            Departed(finding=unknown, fate=Fate.UNKNOWN, why="Nobody looked."),
        ),
        answered=(
            Answered(
                finding=fixed.id,
                title=HOSTILE,
                answer=Answer.REPLIED,
                is_resolved=True,
                replies=(Reply(author=HOSTILE, text=HOSTILE), Reply(author="", text="Agreed.")),
            ),
        ),
    )
    return msgspec.structs.replace(made, comparison=comparison)


def test_sarif_calls_absent_what_was_fixed_and_gives_it_no_place_in_the_text() -> None:
    log = json.loads(EXPORTERS["sarif"].export(a_compared_review()))
    results = log["runs"][0]["results"]

    assert list(SARIF.iter_errors(log)) == []
    assert [result["baselineState"] for result in results] == ["new", "new", "absent"]
    assert "region" not in results[2]["locations"][0]["physicalLocation"]


def test_a_comparison_keeps_to_the_schema_and_can_be_read_back() -> None:
    review = a_compared_review()
    made = EXPORTERS["json"].export(review)

    assert list(jsonschema_rs.validator_for(schema()).iter_errors(json.loads(made))) == []
    (back,) = parse(made + b"\n")
    assert back.comparison == review.comparison
    assert back.findings == review.findings
    assert back.document.text == review.document.text


@pytest.mark.parametrize("format_name", ["text", "md", "html", "csv"])
def test_reports_for_people_say_what_became_of_earlier_findings(format_name: str) -> None:
    report = EXPORTERS[format_name].export(a_compared_review()).decode()

    assert "1 fixed, 0 new, 0 unchanged; of 1 more nobody can tell" in report
    assert "Nobody looked" in report
    if format_name != "csv":
        assert "answered and resolved" in report
        assert "Somebody: “Agreed.”" in report


def read_and_reviewed(path: Path, quote: str, rule: str) -> Review:
    document = readers.read(path, name=path.name)
    start = document.text.index(quote)
    anchor = anchor_of(document, start, start + len(quote))
    fix = Fix(anchor=anchor, replacement="done")
    return a_review(document, a_finding(1, anchor, fixes=[fix], rule_id=rule))


def test_several_documents_make_one_run_of_sarif(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One\n\nThe fee\nis due.\n")
    (tmp_path / "b.txt").write_text("All is to be done.\n")
    sarif = EXPORTERS["sarif"]
    reports = [
        sarif.export(read_and_reviewed(path, quote, rule), Order(original=path, uri=uri))
        for path, quote, rule, uri in (
            (tmp_path / "a.md", "fee is", "vague", "docs/a.md"),
            (tmp_path / "b.txt", "to be done", "unfinished", "docs/b%20c.txt"),
        )
    ]
    refused = sarif.refusal(Order(uri="docs/broken.docx"), Corrupt("It is damaged."))
    assert refused is not None

    log = json.loads(sarif.merge([reports[0], refused, reports[1]]))

    assert list(SARIF.iter_errors(log)) == []
    (run,) = log["runs"]
    uris = [artifact["location"]["uri"] for artifact in run["artifacts"]]
    assert uris == ["docs/a.md", "docs/broken.docx", "docs/b%20c.txt"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == ["vague", "unfinished"]
    assert [place["artifactLocation"]["index"] for place in places] == [0, 2]
    lines = {"startLine": 3, "startColumn": 5, "endLine": 4, "endColumn": 3}
    assert lines.items() <= places[0]["region"].items()
    change = run["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["replacements"][0]["deletedRegion"] == lines
    (said,) = run["invocations"][1]["toolExecutionNotifications"]
    assert said["descriptor"]["id"] == "corrupt"
    assert said["locations"][0]["physicalLocation"]["artifactLocation"]["index"] == 1
    assert [one["executionSuccessful"] for one in run["invocations"]] == [True, False, True]


def test_no_cell_of_the_table_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(EXPORTERS["csv"].export(a_hostile_review()).decode())))

    assert any(HOSTILE[:10] in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")] == []


class Elements(HTMLParser):
    """Collects the elements of a page and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("made", [a_hostile_review, a_compared_review])
def test_words_of_a_document_are_no_elements_of_the_page(made: Callable[[], Review]) -> None:
    page = Elements()
    page.feed(EXPORTERS["html"].export(made()).decode())

    assert [tag for tag, _ in page.seen].count("script") == 1
    assert not {"img", "link", "iframe", "object", "base"} & {tag for tag, _ in page.seen}
    for _, attributes in page.seen:
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
        assert "src" not in attributes


def test_the_page_shows_the_whole_text() -> None:
    review = a_hostile_review()
    page = EXPORTERS["html"].export(review).decode()

    shown: list[str] = []
    reader = HTMLParser()
    reader.handle_data = shown.append  # type: ignore[method-assign]
    reader.feed(page.partition('<div class="text" dir="auto">')[2].partition("</div>")[0])

    assert "".join(shown).strip("\n") == review.document.text
