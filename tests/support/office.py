"""OpenDocument texts, presentations and workbooks, written on the spot from their XML."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

_OPEN_DOCUMENT = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    ]
)
ODT = "application/vnd.oasis.opendocument.text"


def flat_open_document(body: str, automatic: str = "", styles: str = "", masters: str = "") -> str:
    """Return an OpenDocument text in one file; *automatic* and *styles* are styles."""
    return (
        f'<?xml version="1.0"?><office:document {_OPEN_DOCUMENT} office:mimetype="{ODT}">'
        f"<office:styles>{styles}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def write_open_document(path: Path, body: str, automatic: str = "", **parts: str) -> Path:
    """Write an OpenDocument text; *parts* are further parts by their names without ending."""
    content = (
        f"<office:document-content {_OPEN_DOCUMENT}>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, part in parts.items():
            archive.writestr(f"{name}.xml", part)
    return path


_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_SLIDES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SHEETS = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def relations(**targets: str) -> str:
    """Return a part with relationships: *targets* by "<id>_<kind>"."""
    entries = "".join(
        f'<Relationship Id="{key.partition("_")[0]}" Target="{target}" '
        f'Type="http://x/{key.partition("_")[2]}"/>'
        for key, target in targets.items()
    )
    return f"<Relationships {_RELATIONS}>{entries}</Relationships>"


def shape(text: str, placeholder: str | None = None, properties: str = "") -> str:
    """Return a shape of a slide with a paragraph for each line of *text*."""
    holds = "" if placeholder is None else f'<p:ph type="{placeholder}"/>'
    paragraphs = "".join(
        f"<a:p><a:pPr>{properties}</a:pPr><a:r><a:t>{line}</a:t></a:r></a:p>"
        for line in text.split("\n")
    )
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{holds}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{paragraphs}</p:txBody></p:sp>"
    )


def write_slides(path: Path, *slides: str, title: bool = True, **parts: str) -> Path:
    """Write a presentation with the shapes of each slide; the first slide is a title slide."""
    ids = "".join(f'<p:sldId r:id="s{place}"/>' for place in range(len(slides)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "ppt/presentation.xml",
            f"<p:presentation {_SLIDES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        )
        targets = {f"s{place}_slide": f"slides/{place}.xml" for place in range(len(slides))}
        archive.writestr("ppt/_rels/presentation.xml.rels", relations(**targets))
        archive.writestr("ppt/title.xml", f'<p:sldLayout {_SLIDES} type="title"/>')
        for place, shapes in enumerate(slides):
            archive.writestr(
                f"ppt/slides/{place}.xml",
                f"<p:sld {_SLIDES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>",
            )
            layout = {"l_slideLayout": "../title.xml"} if title and place == 0 else {}
            notes = {"n_notesSlide": "../notes.xml"} if "notes" in parts and place == 0 else {}
            archive.writestr(f"ppt/slides/_rels/{place}.xml.rels", relations(**layout, **notes))
        for name, shapes in parts.items():
            archive.writestr(
                f"ppt/{name}.xml",
                f"<p:notes {_SLIDES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:notes>",
            )
    return path


def write_workbook(
    path: Path,
    sheets: dict[str, str],
    *,
    styles: str = "",
    strings: Sequence[str] = (),
    hidden: Sequence[str] = (),
    properties: str = "",
) -> Path:
    """Write a workbook with the rows of each of the *sheets*."""
    entries = "".join(
        f'<sheet name="{name}" r:id="s{place}" state="{_state(name, hidden)}"/>'
        for place, name in enumerate(sheets)
    )
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    targets = {f"s{place}_worksheet": f"sheets/{place}.xml" for place in range(len(sheets))}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f"<workbook {_SHEETS}>{properties}<sheets>{entries}</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            relations(t_styles="styles.xml", h_sharedStrings="strings.xml", **targets),
        )
        archive.writestr("xl/styles.xml", f"<styleSheet {_SHEETS}>{styles}</styleSheet>")
        archive.writestr("xl/strings.xml", f"<sst {_SHEETS}>{shared}</sst>")
        for place, rows in enumerate(sheets.values()):
            sheet = f"<worksheet {_SHEETS}><sheetData>{rows}</sheetData></worksheet>"
            archive.writestr(f"xl/sheets/{place}.xml", sheet)
    return path


def _state(name: str, hidden: Sequence[str]) -> str:
    return "hidden" if name in hidden else "visible"


_COLUMNS = "ABCDEFGH"


def text_row(number: int, *texts: str, style: int = 0) -> str:
    """Return a row of a sheet with *texts* in its first cells."""
    cells = "".join(
        f'<c r="{_COLUMNS[place]}{number}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'
