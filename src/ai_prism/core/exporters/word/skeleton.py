"""A Word file without text: the parts that one made from the text of another document needs."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ai_prism.core.readers.word import DOCUMENT
from ai_prism.core.readers.word.names import W

#: Of headings and of lists; Word has no more.
LEVELS: Final = 9
NUMBERING: Final = "word/numbering.xml"
_MAIN: Final = f'xmlns:w="{W[1:-1]}"'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: The earliest day of an archive: the same review gives the same bytes on any day.
_DAY: Final = (1980, 1, 1, 0, 0, 0)

_KINDS: Final = {"styles": "styles", "numbering": "numbering"}


def _paragraph_style(name: str, shown: str, paragraph: str = "", run: str = "") -> str:
    based = '<w:basedOn w:val="Normal"/>' if name != "Normal" else ""
    first = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{first}><w:name w:val="{shown}"/>{based}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_MONOSPACE: Final = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
_GREY: Final = '<w:color w:val="666666"/>'
#: Half points, from the outermost heading on.
_SIZES: Final = (36, 30, 26, 24, 22, 22, 22, 22, 22)
_STYLES: Final = "".join(
    (
        f"{_HEAD}<w:styles {_MAIN}>",
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>',
        _paragraph_style("Normal", "Normal"),
        *(
            _paragraph_style(
                f"Heading{level}",
                f"heading {level}",
                f'<w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="{level - 1}"/>',
                f'<w:b/><w:sz w:val="{size}"/>',
            )
            for level, size in enumerate(_SIZES, start=1)
        ),
        _paragraph_style("ListParagraph", "List Paragraph", '<w:spacing w:after="60"/>'),
        _paragraph_style("Quote", "Quote", '<w:ind w:left="567"/>', "<w:i/>"),
        _paragraph_style("Code", "Code", '<w:spacing w:after="120"/>', _MONOSPACE),
        _paragraph_style("FootnoteText", "footnote text", "", '<w:sz w:val="18"/>'),
        _paragraph_style("Aside", "Aside", "", f'{_GREY}<w:sz w:val="18"/>'),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="character" w:styleId="CodeWords"><w:name w:val="Code Words"/>'
        f"<w:rPr>{_MONOSPACE}</w:rPr></w:style>",
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr>'
        "<w:tblBorders>",
        *(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
        "</w:tblBorders></w:tblPr></w:style></w:styles>",
    )
)


def _levels(kind: str, shown: str) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{shown.format(level + 1)}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
        for level in range(LEVELS)
    )


#: What a list can look like, by what stands behind its numbers; "" for bullets.
LOOKS: Final = {"": 0, ".": 1, ")": 2}
_NUMBERING: Final = (
    f"{_HEAD}<w:numbering {_MAIN}>"
    f'<w:abstractNum w:abstractNumId="0">{_levels("bullet", "•")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1">{_levels("decimal", "%{}.")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2">{_levels("decimal", "%{})")}</w:abstractNum>'
    "</w:numbering>"
)

_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{DOCUMENT}" ContentType="{_TYPE}.document.main+xml"/>'
        + "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
            for name, kind in _KINDS.items()
        )
        + "</Types>"
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="{DOCUMENT}"/></Relationships>'
    ),
    DOCUMENT: f"{_HEAD}<w:document {_MAIN}><w:body><w:p/></w:body></w:document>",
    "word/_rels/document.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{name}.xml"/>'
            for n, (name, kind) in enumerate(_KINDS.items(), start=1)
        )
        + "</Relationships>"
    ),
    "word/styles.xml": _STYLES,
    NUMBERING: _NUMBERING,
}


@contextmanager
def skeleton() -> Iterator[Path]:
    """Give the path of such a file while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "skeleton.docx")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in _PARTS.items():
                archive.writestr(zipfile.ZipInfo(name, _DAY), part, zipfile.ZIP_DEFLATED)
        yield path
