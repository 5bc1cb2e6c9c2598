"""Hostile Office and OpenDocument files: bombs, entities, depth, lies and links to the outside."""

import io
import zipfile
from collections.abc import Callable

from support.documents import LINE, W, paragraph
from support.hostile.case import READS, Bait, Case, case, zipped
from support.office import ODT, flat_open_document, relations

_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN = (
    f'xmlns:office="{_TEXT}:office:1.0" xmlns:text="{_TEXT}:text:1.0" '
    f'xmlns:table="{_TEXT}:table:1.0" xmlns:draw="{_TEXT}:drawing:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
)
_QUADRATIC = f'<!ENTITY a "{"x" * 100_000}">'


def word(body: str, doctype: str = "", **parts: bytes | str) -> bytes:
    """Return a Word file; *parts* are further ones, by names with `__` for a slash."""
    document = f"{doctype}<w:document {W} {_R}><w:body>{body}</w:body></w:document>"
    more = {name.replace("__", "/"): content for name, content in parts.items()}
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def open_text(body: str, doctype: str = "", **parts: bytes | str) -> bytes:
    """Return an OpenDocument text."""
    content = (
        f"{doctype}<office:document-content {_OPEN}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    more = {name.replace("__", "/"): part for name, part in parts.items()}
    return zipped({"mimetype": ODT, "content.xml": content, **more})


def slides(shapes: str, doctype: str = "", count: int = 1) -> bytes:
    """Return a presentation of *count* slides that all hold *shapes*."""
    spaces = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" {_R}'
    )
    ids = "".join(f'<p:sldId r:id="s{place}"/>' for place in range(count))
    targets = {f"s{place}_slide": "slides/0.xml" for place in range(count)}
    return zipped(
        {
            "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst>"
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(**targets),
            "ppt/slides/0.xml": f"{doctype}<p:sld {spaces}><p:cSld><p:spTree>{shapes}"
            "</p:spTree></p:cSld></p:sld>",
        }
    )


def workbook(rows: str, doctype: str = "", shared: str = "", **parts: bytes | str) -> bytes:
    """Return a workbook of one sheet."""
    spaces = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {_R}'
    more = {name.replace("__", "/"): part for name, part in parts.items()}
    return zipped(
        {
            "xl/workbook.xml": f'<workbook {spaces}><sheets><sheet name="S" r:id="s"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                s_worksheet="sheet.xml", h_sharedStrings="strings.xml"
            ),
            "xl/strings.xml": f"<sst {spaces}>{shared}</sst>",
            "xl/sheet.xml": f"{doctype}<worksheet {spaces}><sheetData>{rows}</sheetData>"
            "</worksheet>",
            **more,
        }
    )


def _slide_text(text: str) -> str:
    return f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def _cell(text: str, place: str = "A1") -> str:
    return f'<row r="1"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def _flat(body: str, doctype: str) -> bytes:
    xml = flat_open_document(body)
    return xml.replace("?><office:document ", f"?>{doctype}<office:document ").encode()


#: How each XML format takes a doctype and a text that may name an entity.
_WITH_ENTITY: dict[str, Callable[[str, str], bytes]] = {
    "docx": lambda doctype, text: word(paragraph(LINE) + paragraph(text), doctype),
    "odt": lambda doctype, text: open_text(
        f"<text:p>{LINE}</text:p><text:p>{text}</text:p>", doctype
    ),
    "fodt": lambda doctype, text: _flat(f"<text:p>{LINE}</text:p><text:p>{text}</text:p>", doctype),
    "pptx": lambda doctype, text: slides(_slide_text(LINE) + _slide_text(text), doctype),
    "xlsx": lambda doctype, text: workbook(_cell(LINE) + _cell(text), doctype),
}


def _entity_cases(ending: str, build: Callable[[str, str], bytes]) -> dict[str, Case]:
    def from_file(bait: Bait) -> bytes:
        return build(f'<!DOCTYPE d [<!ENTITY x SYSTEM "{bait.secret.as_uri()}">]>', "&x;")

    def from_network(bait: Bait) -> bytes:
        return build(f'<!DOCTYPE d [<!ENTITY x SYSTEM "{bait.url}/entity">]>', "&x;")

    def from_outer_grammar(bait: Bait) -> bytes:
        return build(f'<!DOCTYPE d SYSTEM "{bait.url}/grammar.dtd">', "words")

    def by_parameter(bait: Bait) -> bytes:
        return build(f'<!DOCTYPE d [<!ENTITY % x SYSTEM "{bait.url}/p">%x;]>', "words")

    harmless = (READS, "corrupt")
    return {
        f"entity-bomb.{ending}": case(
            f"laughs.{ending}",
            lambda _: build(f"<!DOCTYPE d [{_LAUGHS}]>", "&a9;"),
            *harmless,
        ),
        f"entity-quadratic.{ending}": case(
            f"q.{ending}",
            lambda _: build(f"<!DOCTYPE d [{_QUADRATIC}]>", "&a;" * 20_000),
            *harmless,
        ),
        f"entity-file.{ending}": case(f"file.{ending}", from_file, *harmless),
        f"entity-network.{ending}": case(f"network.{ending}", from_network, *harmless),
        f"entity-grammar.{ending}": case(f"grammar.{ending}", from_outer_grammar, *harmless),
        f"entity-parameter.{ending}": case(f"parameter.{ending}", by_parameter, *harmless),
    }


def _bomb(part: str, head: str, unit: str, tail: str, times: int, **others: str) -> bytes:
    """Return an archive whose *part* unpacks to *unit* so many *times*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in others.items():
            archive.writestr(name.replace("__", "/"), content)
        with archive.open(part, "w", force_zip64=True) as file:
            file.write(head.encode())
            block = (unit * 1000).encode()
            for _ in range(times // 1000):
                file.write(block)
            file.write(tail.encode())
    return buffer.getvalue()


def _word_bomb(unit: str, times: int) -> bytes:
    return _bomb(
        "word/document.xml",
        f"<w:document {W}><w:body>",
        unit,
        "</w:body></w:document>",
        times,
    )


_ROWS = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
_TOO_MUCH = ("too_large", READS, "corrupt")


def _external(bait: Bait) -> str:
    kinds = ("image", "attachedTemplate", "oleObject", "hyperlink", "frame", "subDocument")
    entries = "".join(
        f'<Relationship Id="x{place}" Type="http://x/{kind}" Target="{bait.url}/{kind}" '
        'TargetMode="External"/>'
        for place, kind in enumerate(kinds)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{entries}</Relationships>'


def _word_links(bait: Bait) -> bytes:
    body = (
        paragraph(LINE)
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
        + f'INCLUDETEXT "{bait.url}/text" </w:instrText></w:r></w:p>'
        + f'<w:altChunk r:id="x0"/><w:p><w:hyperlink r:id="x3"><w:r><w:t>{bait.url}</w:t>'
        + "</w:r></w:hyperlink></w:p>"
    )
    return word(body, **{"word___rels__document.xml.rels": _external(bait)})


def _odt_links(bait: Bait) -> bytes:
    body = (
        f"<text:p>{LINE}</text:p>"
        f'<text:section text:name="s"><text:section-source xlink:href="{bait.url}/section"/>'
        f'</text:section><draw:frame><draw:image xlink:href="{bait.url}/image"/></draw:frame>'
        f'<draw:frame><draw:object xlink:href="{bait.secret.as_uri()}"/></draw:frame>'
    )
    return open_text(body)


def _ods_links(bait: Bait) -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f"<office:document-content {_OPEN}><office:body><office:spreadsheet>"
        '<table:table table:name="a"><table:table-row><table:table-cell '
        f'table:formula="of:=WEBSERVICE(&quot;{bait.url}/web&quot;)"/><table:table-cell '
        f"table:formula=\"of:='{bait.secret.as_uri()}'#$a.A1\"/><table:table-cell "
        f'office:value-type="string"><text:p>{LINE}</text:p></table:table-cell>'
        f'</table:table-row></table:table><table:table table:name="b"><table:table-source '
        f'xlink:href="{bait.url}/sheet"/><table:table-row/></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": kind, "content.xml": content})


def _manifest(algorithm: str) -> str:
    return (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data>'
        f'<manifest:algorithm manifest:algorithm-name="{algorithm}"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )


def _encrypted_odt(_: Bait) -> bytes:
    noise = bytes((place * 97 + 31) % 251 for place in range(4000))
    return zipped(
        {
            "mimetype": ODT,
            "content.xml": noise,
            "META-INF/manifest.xml": _manifest("http://www.w3.org/2001/04/xmlenc#aes256-cbc"),
        }
    )


def _nested(opening: str, inside: str, closing: str, times: int) -> str:
    return opening * times + inside + closing * times


_CELL = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
_DEEP = (READS, "corrupt", "too_large")

CASES: dict[str, Case] = {
    **{
        key: one
        for ending, build in _WITH_ENTITY.items()
        for key, one in _entity_cases(ending, build).items()
    },
    "bomb-one-run.docx": case(
        "bomb.docx", lambda _: _word_bomb("<w:p><w:r><w:t>" + "A" * 1000, 600_000), "too_large"
    ),
    "bomb-paragraphs.docx": case(
        "bomb.docx", lambda _: _word_bomb(paragraph("x"), 9_000_000), "too_large"
    ),
    "bomb-under-the-limit.docx": case(
        # As dense as is let through, and a million paragraphs: the text limit has to catch it.
        "many.docx",
        lambda _: _word_bomb("<w:p><w:r><w:t>x</w:t></w:r></w:p>", 2_900_000),
        *_TOO_MUCH,
    ),
    "bomb-picture.docx": case(
        "picture.docx",
        lambda _: word(paragraph(LINE), **{"word__media__a.png": bytes(300_000_000)}),
        READS,
    ),
    "bomb-styles.docx": case(
        "styles.docx",
        lambda _: word(
            paragraph(LINE), **{"word__styles.xml": f"<w:styles {W}>" + " " * 300_000_000}
        ),
        "too_large",
    ),
    "bomb-content.odt": case(
        "bomb.odt",
        lambda _: _bomb(
            "content.xml",
            f"<office:document-content {_OPEN}><office:body><office:text>",
            "<text:p>x</text:p>",
            "</office:text></office:body></office:document-content>",
            20_000_000,
            mimetype=ODT,
        ),
        "too_large",
    ),
    "bomb-rows.xlsx": case("rows.xlsx", lambda _: workbook(_ROWS * 1_900_000), READS, "too_large"),
    "bomb-shared-strings.xlsx": case(
        "strings.xlsx",
        lambda _: workbook(_cell(LINE), shared="<si><t>x</t></si>" * 5_000_000),
        READS,
        "too_large",
    ),
    "bomb-slides.pptx": case(
        "slides.pptx", lambda _: slides(_slide_text("x") * 1_000_000), *_TOO_MUCH
    ),
    "many-slides.pptx": case(
        "many.pptx", lambda _: slides(_slide_text(LINE) * 20, count=100_000), *_TOO_MUCH
    ),
    "nested-tables.docx": case(
        "deep.docx", lambda _: word(_nested(_CELL[0], paragraph("x"), _CELL[1], 20_000)), *_DEEP
    ),
    "nested-tables-allowed.docx": case(
        "deep.docx", lambda _: word(_nested(_CELL[0], paragraph("x"), _CELL[1], 80)), READS
    ),
    "nested-controls.docx": case(
        "deep.docx",
        lambda _: word(
            _nested("<w:sdt><w:sdtContent>", paragraph("x"), "</w:sdtContent></w:sdt>", 120)
        ),
        READS,
    ),
    "nested-text-boxes.docx": case(
        "deep.docx",
        lambda _: word(
            _nested(
                "<w:p><w:r><w:pict><w:txbxContent>",
                paragraph("x"),
                "</w:txbxContent></w:pict></w:r></w:p>",
                60,
            )
        ),
        READS,
    ),
    "nested-sections.odt": case(
        "deep.odt",
        lambda _: open_text(
            _nested("<text:section>", "<text:p>x</text:p>", "</text:section>", 20_000)
        ),
        *_DEEP,
    ),
    "nested-spans.odt": case(
        "deep.odt",
        lambda _: open_text(
            f"<text:p>{LINE}" + _nested("<text:span>", "x", "</text:span>", 240) + "</text:p>"
        ),
        READS,
    ),
    "nested-groups.pptx": case(
        "deep.pptx",
        lambda _: slides(
            _slide_text(LINE) + _nested("<p:grpSp>", _slide_text("x"), "</p:grpSp>", 20_000)
        ),
        *_DEEP,
    ),
    "wide-cell.docx": case(
        "wide.docx",
        lambda _: word(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>'
            + paragraph("x")
            + "</w:tc><w:tc>"
            + paragraph("y")
            + "</w:tc></w:tr></w:tbl>"
        ),
        READS,
    ),
    "repeated-cells.odt": case(
        "wide.odt",
        lambda _: open_text(
            '<table:table><table:table-row table:number-rows-repeated="1000000000">'
            '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        ),
        READS,
    ),
    "many-blanks.odt": case(
        "blanks.odt",
        lambda _: open_text(f'<text:p>{LINE}<text:s text:c="2000000000"/>x</text:p>'),
        READS,
    ),
    "far-cell.xlsx": case(
        "far.xlsx",
        lambda _: workbook(
            _cell(LINE) + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
            '</row><row r="99999999999"><c r="ZZZZZZZZ9" t="s"><v>-5</v></c></row>'
        ),
        READS,
    ),
    "wrong-shared-string.xlsx": case(
        "wrong.xlsx",
        lambda _: workbook(_cell(LINE) + '<row><c t="s"><v>123456789</v></c></row>'),
        READS,
    ),
    "big-number.xlsx": case(
        "number.xlsx",
        lambda _: workbook(_cell(LINE) + f"<row><c><v>{'9' * 100_000}</v></c></row>"),
        READS,
    ),
    "numbers-that-are-none.docx": case(
        "numbers.docx",
        lambda _: word(
            paragraph(
                LINE,
                properties='<w:outlineLvl w:val="NaN"/><w:numPr><w:ilvl w:val="-7"/>'
                '<w:numId w:val="999999999999999999999"/></w:numPr>',
            )
            + paragraph(LINE, run='<w:sz w:val="1e309"/>'),
        ),
        READS,
    ),
    "numbering-up-high.docx": case(
        "numbering.docx",
        lambda _: word(
            paragraph(LINE, properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
            * 3,
            **{
                "word__numbering.xml": f"<w:numbering {W}><w:abstractNum w:abstractNumId='0'>"
                "<w:lvl w:ilvl='0'><w:start w:val='2000000000'/><w:numFmt w:val='upperRoman'/>"
                f"<w:lvlText w:val='{'%1' * 5000}'/></w:lvl></w:abstractNum>"
                "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
            },
        ),
        READS,
    ),
    "styles-in-a-ring.docx": case(
        "ring.docx",
        lambda _: word(
            paragraph(LINE, "a"),
            **{
                "word__styles.xml": f"<w:styles {W}>"
                '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
                '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
            },
        ),
        READS,
    ),
    "links.docx": case("links.docx", _word_links, READS),
    "links.odt": case("links.odt", _odt_links, READS),
    "links.ods": case("links.ods", _ods_links, READS, "unsupported", "corrupt"),
    "macros.docm": case(
        "macros.docm",
        lambda _: word(paragraph(LINE), **{"word__vbaProject.bin": b"Attribute VB_Name = 'x'"}),
        READS,
    ),
    "macros.xlsm": case(
        "macros.xlsm",
        lambda _: workbook(_cell(LINE), **{"xl__vbaProject.bin": b"Sub Auto_Open()"}),
        READS,
    ),
    "formula-injection.xlsx": case(
        "formula.xlsx",
        lambda _: workbook(_cell(LINE) + "<row><c><f>CMD|' /C calc'!A0</f><v>1</v></c></row>"),
        READS,
    ),
    "encrypted.odt": case("locked.odt", _encrypted_odt, "encrypted"),
    "no-paragraphs.docx": case("nothing.docx", word(""), "no_text"),
    "no-document-part.docx": case(
        "hollow.docx", zipped({"[Content_Types].xml": "<Types/>"}), "corrupt"
    ),
    "utf-16-parts.docx": case(
        "utf16.docx",
        zipped(
            {
                "word/document.xml": (
                    '<?xml version="1.0" encoding="UTF-16"?>'
                    f"<w:document {W}><w:body>{paragraph(LINE)}</w:body></w:document>"
                ).encode("utf-16")
            }
        ),
        READS,
    ),
    "not-the-charset-it-says.docx": case(
        "charset.docx",
        zipped(
            {
                "word/document.xml": (
                    '<?xml version="1.0" encoding="UTF-8"?>'
                    f"<w:document {W}><w:body>{paragraph('Grüße')}</w:body></w:document>"
                ).encode("latin-1")
            }
        ),
        READS,
        "corrupt",
    ),
}
