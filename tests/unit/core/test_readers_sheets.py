"""Workbooks: sheets as sections, rows as tables, and numbers as they are shown."""

import zipfile

import pytest

from ai_prism.core.errors import Corrupt, NoText, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.readers import read, sheets
from ai_prism.core.sections import detect_sections
from support.office import text_row, write_workbook


@pytest.fixture
def workbook(tmp_path):
    def read_sheets(content, **options):
        return read(write_workbook(tmp_path / "a.xlsx", content, **options))

    return read_sheets


def test_each_sheet_is_a_section(workbook):
    document = workbook({"Risks": text_row(1, "a", "b"), "Actions": text_row(1, "c", "d")})

    assert [(s.title, s.level) for s in detect_sections(document)] == [("Risks", 1), ("Actions", 1)]
    assert document.text == "Risks\n\na\tb\n\nActions\n\nc\td"


def test_an_empty_row_ends_a_table_and_a_bold_cell_names_the_next(workbook):
    styles = (
        '<fonts><font/><font><b/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
    )
    rows = (
        text_row(1, "Risk", "Owner")
        + text_row(2, "Fire", "Ann")
        + text_row(4, "Closed", style=1)
        + text_row(5, "Flood", "Ben")
        + text_row(7, "A remark.")
    )

    document = workbook({"Risks": rows}, styles=styles)

    assert [block.kind for block in document.blocks] == [
        BlockKind.HEADING,
        *[BlockKind.CELL] * 4,
        BlockKind.HEADING,
        *[BlockKind.CELL] * 2,
        BlockKind.PARAGRAPH,
    ]
    cells = [block.cell for block in document.blocks if block.cell]
    assert [(cell.table, cell.row, cell.column) for cell in cells] == [
        (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1),
    ]  # fmt: skip
    assert [cell.header for cell in cells] == [True, True, False, False, True, True]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", "0.1", "0.1"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "12", "12"),
        ("0.00", "2.5", "2.50"),
        ("#,##0", "1234567.2", "1,234,567"),
        ("0%", "0.25", "25%"),
        ('"€" #,##0.00;[Red]-#,##0.00', "1234.5", "1,234.50"),
        ("yyyy\\-mm\\-dd", "46349", "2026-11-23"),
        ("dd.mm.yyyy hh:mm", "46349.5", "2026-11-23 12:00"),
        ("[h]:mm", "0.25", "0.25"),
        ("hh:mm", "0.25", "06:00"),
        ('0 "days"', "3", "3"),
        ("0", "not a number", "not a number"),
    ],
)
def test_numbers_are_shown_as_their_format_says(workbook, code, value, shown):
    code = code.replace('"', "&quot;")
    styles = (
        f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="164"/></cellXfs>'
    )

    document = workbook({"S": f'<row><c s="0"><v>{value}</v></c></row>'}, styles=styles)

    assert document.text == f"S\n\n{shown}"


def test_days_count_from_1904_where_the_workbook_says_so(workbook):
    document = workbook(
        {"S": '<row><c s="0"><v>44887</v></c></row>'},
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
        properties='<workbookPr date1904="1"/>',
    )

    assert document.text == "S\n\n2026-11-23"


def test_shared_strings_truths_and_results_of_formulas_are_read(workbook):
    row = (
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="b"><v>1</v></c>'
        '<c r="D1" t="str"><f>A1</f><v>result</v></c><c r="E1" t="e"><v>#REF!</v></c></row>'
    )

    document = workbook({"S": row}, strings=["no", "yes"])

    assert document.text == "S\n\nyes\t\tTRUE\tresult\t#REF!"


def test_a_formula_without_a_stored_value_is_listed(workbook):
    rows = text_row(1, "a") + '<row r="2"><c r="A2"><f>1+1</f></c></row>'

    document = workbook({"S": rows})

    assert [(p.what, p.where) for p in document.coverage.not_read] == [("formula", "sheet “S”, A2")]


def test_what_is_not_shown_is_left_out_and_listed(workbook):
    rows = text_row(1, "a") + text_row(2, "b").replace("<row ", '<row hidden="1" ')

    document = workbook({"S": rows, "Away": text_row(1, "c")}, hidden=["Away"])

    assert document.text == "S\n\na"
    assert [part.what for part in document.coverage.not_read] == ["hidden rows", "hidden sheet"]


def test_too_many_cells_are_a_problem_that_says_where_reading_ended(workbook, monkeypatch):
    monkeypatch.setattr(sheets, "_CELLS_LIMIT", 4)

    document = workbook({"S": "".join(text_row(n, "a", "b") for n in range(1, 5))})

    assert document.text == "S\n\na\tb\na\tb"
    assert [(problem.code, problem.where) for problem in document.problems] == [
        ("too_large", "sheet “S”")
    ]
    assert "row 3" in document.problems[0].message


def test_a_damaged_sheet_is_a_problem_and_the_others_are_read(workbook):
    document = workbook({"A": text_row(1, "a") + "<broken", "B": text_row(1, "b")})

    assert document.text == "A\n\na\n\nB\n\nb"
    assert [(p.code, p.where) for p in document.problems] == [("corrupt", "sheet “A”")]


def test_a_workbook_without_cells_has_no_text(workbook):
    with pytest.raises(NoText):
        workbook({"S": ""})


def test_a_sheet_that_unpacks_to_gigabytes_is_too_large(workbook):
    with pytest.raises(TooLarge):
        workbook({"S": text_row(1, " " * 50_000_000)})


def test_an_archive_whose_main_part_is_broken_is_corrupt(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")

    with pytest.raises(Corrupt):
        read(tmp_path / "a.xlsx")
