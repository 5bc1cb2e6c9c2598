"""Hostile PDFs: bombs, rings, depth, lies about pages, and what a page may ask the reader to do."""

import io
import zlib
from collections.abc import Sequence

from support.hostile.case import READS, Bait, Case, case

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_WORDS = b"BT /F 12 Tf 72 700 Td (The supplier keeps a record of every delivery.) Tj ET"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of *objects*, whose first is the catalogue."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = out.tell(), len(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (size, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(content: bytes = _WORDS, *more: bytes, **changes: bytes) -> list[bytes]:
    """Return the objects of a file of one page; *more* are numbered from 6 on.

    *changes*: `catalog` replaces the catalogue, `page` and `resources` are further entries.
    """
    resources = b"<</Font<</F 5 0 R>>%s>>" % changes.get("resources", b"")
    return [
        changes.get("catalog", _CATALOG),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources%s%s>>"
        % (resources, changes.get("page", b"")),
        content if content.startswith(b"<<") else stream(content),
        _FONT,
        *more,
    ]


def _catalog(entries: bytes) -> bytes:
    return _CATALOG[:-2] + entries + b">>"


def _deflated(unit: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([packer.compress(unit) for _ in range(times)]) + packer.flush()


def _flate(data: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return stream(data, b"/Filter" + filters)


def _forms(levels: int, times: int) -> bytes:
    entry = b"/XObject<</X %d 0 R>>"
    forms = [
        stream(
            b"/X Do\n" * times if level < levels - 1 else _WORDS,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>" % (entry % (7 + level)),
        )
        for level in range(levels)
    ]
    return pdf(page(b"/X Do", *forms, resources=entry % 6))


def _form_ring() -> bytes:
    ring = [
        stream(
            b"/X Do /X Do",
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % other,
        )
        for other in (7, 6)
    ]
    return pdf(page(_WORDS + b" /X Do", *ring, resources=b"/XObject<</X 6 0 R>>"))


def _many_pages(count: int) -> bytes:
    kids = b" ".join([b"3 0 R"] * count)
    return pdf([_CATALOG, b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), *page()[2:]])


def _deep_page_tree(depth: int) -> bytes:
    nodes = [
        b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (5 + level, 7 + level)
        for level in range(depth)
    ]
    leaf = page()[2].replace(b"/Parent 2 0 R", b"/Parent %d 0 R" % (5 + depth))
    return pdf(
        [_CATALOG, b"<</Type/Pages/Kids[6 0 R]/Count 1>>", b"null", *page()[3:], *nodes, leaf]
    )


def _outline(count: int) -> bytes:
    entries = [
        b"<</Title(Part %d)/Parent 6 0 R/Next %d 0 R/Dest[3 0 R/Fit]>>" % (number, 8 + number)
        for number in range(count)
    ]
    head = b"<</First 7 0 R/Last %d 0 R/Count %d>>" % (6 + count, count)
    return pdf(page(_WORDS, head, *entries, catalog=_catalog(b"/Outlines 6 0 R")))


def _outline_ring() -> bytes:
    return pdf(
        page(
            _WORDS,
            b"<</First 7 0 R/Last 7 0 R/Count 1>>",
            b"<</Title(a)/Parent 6 0 R/Next 7 0 R/First 7 0 R>>",
            catalog=_catalog(b"/Outlines 6 0 R"),
        )
    )


def _deep_tags(depth: int) -> bytes:
    nodes = [
        b"<</Type/StructElem/S/H1/P %d 0 R/K %d 0 R/Pg 3 0 R>>" % (6 + level, 8 + level)
        for level in range(depth)
    ]
    root = b"<</Type/StructTreeRoot/K 7 0 R>>"
    return pdf(
        page(
            _WORDS,
            root,
            *nodes,
            catalog=_catalog(b"/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R"),
            page=b"/StructParents 0",
        )
    )


def _reaching_out(bait: Bait) -> bytes:
    url, secret = bait.url.encode(), str(bait.secret).encode()
    actions = (
        b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('%s/js'\\);)>>"
        b"/AA<</WC<</S/URI/URI(%s/uri)>>>>"
        b"/AcroForm<</XFA 6 0 R/Fields[]>>" % (url, url)
    )
    form = stream(
        b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><connect href="%s/x"/></xdp:xdp>' % url
    )
    note = (
        b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(%s)>>>>"
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoToR/F<</FS/URL/F(%s/go)>>>>>>]"
        % (secret, url)
    )
    outer = b"<</Length 0/F<</FS/URL/F(%s/stream)>>>>\nstream\n\nendstream" % url
    drawn = b"/XObject<</X 7 0 R>>"
    return pdf(page(_WORDS, form, outer, catalog=_catalog(actions), page=note, resources=drawn))


def _attached(_: Bait) -> bytes:
    program = b"<</Type/Filespec/F(../../evil.sh)/UF(../../evil.sh)/EF<</F 7 0 R>>>>"
    names = b"/Names<</EmbeddedFiles<</Names[(../../evil.sh) 6 0 R]>>>>"
    return pdf(page(_WORDS, program, stream(b"#!/bin/sh\nid\n"), catalog=_catalog(names)))


def _xref_ring() -> bytes:
    body = pdf(page())
    start = int(body.rsplit(b"startxref\n")[1].split(b"\n")[0])
    return body.replace(b"/Root 1 0 R", b"/Prev %d/Root 1 0 R" % start)


def _packed_objects_ring() -> bytes:
    """Return a file whose object streams say that they hold each other."""
    streams = [
        b"<</Type/ObjStm/N 1/First 5/Extends %d 0 R/Length 12>>\nstream\n%d 0 <</A 1>>\nendstream"
        % (other, other)
        for other in (7, 6)
    ]
    return pdf(page(_WORDS, *streams))


def _encrypted(_: Bait) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"), invariant=1)
    canvas.drawString(72, 720, "Nobody reads this.")
    canvas.save()
    return buffer.getvalue()


def _picture(side: int) -> bytes:
    pixels = _deflated(bytes(1 << 20), 100)
    image = stream(
        pixels,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode" % (side, side),
    )
    return pdf(
        page(_WORDS + b" q 600 0 0 600 0 0 cm /I Do Q", image, resources=b"/XObject<</I 6 0 R>>")
    )


def _mapped_to_much() -> bytes:
    """Return a page each of whose letters is said to mean a long text."""
    to_unicode = stream(
        b"begincmap 1 beginbfrange <0000> <ffff> <0041> endbfrange "
        + b"1 beginbfchar <41> <%s> endbfchar endcmap" % (b"0041" * 500)
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    objects = page(b"BT /F 9 Tf 72 700 Td (%s) Tj ET" % (b"A" * 20_000), to_unicode)
    objects[4] = font
    return pdf(objects)


_MAYBE = (READS, "corrupt", "no_text", "too_large")

CASES: dict[str, Case] = {
    "bomb-words.pdf": case(
        "bomb.pdf", lambda _: pdf(page(_flate(_deflated(_WORDS * 1000, 8000)))), "too_large"
    ),
    "bomb-blanks.pdf": case(
        "bomb.pdf", lambda _: pdf(page(_flate(_deflated(b" " * (1 << 20), 1500)))), "too_large"
    ),
    "bomb-twice-packed.pdf": case(
        "bomb.pdf",
        lambda _: pdf(
            page(
                _flate(
                    zlib.compress(_deflated(b" " * (1 << 20), 1500), 9),
                    b"[/FlateDecode/FlateDecode]",
                )
            )
        ),
        "too_large",
    ),
    "bomb-run-lengths.pdf": case(
        "bomb.pdf",
        lambda _: pdf(page(_flate(b"\x81 " * 4_000_000, b"/RunLengthDecode"))),
        "too_large",
        "no_text",
    ),
    "bomb-lzw-and-hex.pdf": case(
        "bomb.pdf",
        lambda _: pdf(page(_flate(b"20" * 20_000_000 + b">", b"/ASCIIHexDecode"))),
        "too_large",
        "no_text",
    ),
    "bomb-of-forms.pdf": case("forms.pdf", lambda _: _forms(12, 10), "too_large"),
    "forms-in-a-ring.pdf": case("ring.pdf", lambda _: _form_ring(), READS, "too_large"),
    "pages-in-a-ring.pdf": case(
        "ring.pdf",
        pdf([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"]),
        *_MAYBE,
    ),
    "page-is-its-own-parent.pdf": case(
        "ring.pdf",
        pdf(
            [
                _CATALOG,
                b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",
                b"<</Type/Page/Parent 3 0 R>>",
            ]
        ),
        *_MAYBE,
    ),
    "two-thousand-million-pages.pdf": case(
        "count.pdf",
        pdf(
            [
                _CATALOG,
                b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
            ]
        ),
        *_MAYBE,
    ),
    "minus-one-page.pdf": case(
        "count.pdf", pdf(page())[:].replace(b"/Count 1>>", b"/Count -1>>"), *_MAYBE
    ),
    "hundred-thousand-pages.pdf": case("long.pdf", lambda _: _many_pages(100_000), "too_large"),
    "as-many-pages-as-allowed.pdf": case("long.pdf", lambda _: _many_pages(10_000), READS),
    "deep-page-tree.pdf": case("deep.pdf", lambda _: _deep_page_tree(50_000), *_MAYBE),
    "deep-arrays-in-a-page.pdf": case("deep.pdf", pdf(page(_WORDS + b"[" * 500_000)), *_MAYBE),
    "deep-arrays-in-an-object.pdf": case(
        "deep.pdf", pdf(page(_WORDS, b"[" * 200_000 + b"]" * 200_000)), *_MAYBE
    ),
    "deep-dictionaries.pdf": case(
        "deep.pdf",
        pdf(page(_WORDS, catalog=_catalog(b"/A<<" * 50_000 + b">>" * 50_000))),
        *_MAYBE,
    ),
    "deep-graphics-states.pdf": case("deep.pdf", pdf(page(b"q " * 1_000_000 + _WORDS)), *_MAYBE),
    "deep-tags.pdf": case("tags.pdf", lambda _: _deep_tags(20_000), *_MAYBE),
    "bookmarks-in-a-ring.pdf": case("ring.pdf", _outline_ring(), READS),
    "hundred-thousand-bookmarks.pdf": case("marks.pdf", lambda _: _outline(100_000), READS),
    "cross-references-in-a-ring.pdf": case("ring.pdf", _xref_ring(), *_MAYBE),
    "packed-objects-in-a-ring.pdf": case("ring.pdf", _packed_objects_ring(), *_MAYBE),
    "object-is-itself.pdf": case("ring.pdf", pdf(page(_WORDS, b"6 0 R", b"[7 0 R]")), READS),
    "contents-are-itself.pdf": case("ring.pdf", pdf(page(b"<<>>4 0 R")), *_MAYBE),
    "length-that-is-itself.pdf": case(
        "ring.pdf",
        pdf(page(b"<</Length 4 0 R>>\nstream\n" + _WORDS + b"\nendstream")),
        *_MAYBE,
    ),
    "length-that-lies.pdf": case(
        "length.pdf",
        pdf(page(b"<</Length 999999999>>\nstream\n" + _WORDS + b"\nendstream")),
        *_MAYBE,
    ),
    "wrong-cross-references.pdf": case(
        "xref.pdf", pdf(page()).replace(b"startxref\n", b"startxref\n9"), *_MAYBE
    ),
    "no-cross-references.pdf": case("xref.pdf", pdf(page()).split(b"xref\n0")[0], *_MAYBE),
    "huge-object-number.pdf": case(
        "number.pdf", pdf(page()).replace(b"/Size 6", b"/Size 2147483647"), *_MAYBE
    ),
    "huge-page.pdf": case(
        "huge.pdf", pdf(page()).replace(b"[0 0 612 792]", b"[0 0 1e9 1e9]"), *_MAYBE
    ),
    "page-without-size.pdf": case(
        "flat.pdf", pdf(page()).replace(b"[0 0 612 792]", b"[0 0 0 0]"), *_MAYBE
    ),
    "page-of-no-number.pdf": case(
        "nan.pdf", pdf(page()).replace(b"[0 0 612 792]", b"[(a) null /b]"), *_MAYBE
    ),
    "huge-letters.pdf": case(
        "letters.pdf", pdf(page(_WORDS.replace(b"12 Tf", b"1e30 Tf"))), *_MAYBE
    ),
    "tiny-letters.pdf": case(
        "letters.pdf", pdf(page(_WORDS.replace(b"12 Tf", b"1e-30 Tf"))), *_MAYBE
    ),
    "letters-all-over.pdf": case(
        "everywhere.pdf",
        lambda _: pdf(
            page(
                b"BT /F 5 Tf "
                + b"".join(
                    b"1 0 0 1 %d %d Tm (x) Tj " % (n * 37 % 612, n * 91 % 792)
                    for n in range(60_000)
                )
                + b"ET"
            )
        ),
        *_MAYBE,
    ),
    "letters-that-mean-much.pdf": case(
        "map.pdf", lambda _: _mapped_to_much(), "reader_lost", *_MAYBE
    ),
    "million-letters-on-a-page.pdf": case(
        "dense.pdf",
        lambda _: pdf(
            page(b"BT /F 5 Tf 9 700 Td " + b"(%s) Tj T* " % (b"abc " * 50) * 10_000 + b"ET")
        ),
        *_MAYBE,
    ),
    "rules-all-over.pdf": case(
        "rules.pdf",
        lambda _: pdf(page(_WORDS + b" 0 0 m 600 700 l S" * 300_000)),
        *_MAYBE,
    ),
    "huge-picture.pdf": case("picture.pdf", lambda _: _picture(30_000), READS),
    "reaches-out.pdf": case("out.pdf", _reaching_out, READS),
    "brings-a-program.pdf": case("attached.pdf", _attached, READS),
    "encrypted.pdf": case("locked.pdf", _encrypted, "encrypted"),
    "unknown-encryption.pdf": case(
        "locked.pdf",
        pdf(page(), trailer=b"/Encrypt<</Filter/Mine/V 99/R 99>>/ID[(a)(b)]"),
        "encrypted",
        "corrupt",
    ),
    "no-pages.pdf": case(
        "nothing.pdf", pdf([_CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]), "corrupt", "no_text"
    ),
    "empty-page.pdf": case("nothing.pdf", pdf(page(b" ")), "no_text"),
    "only-a-head.pdf": case("head.pdf", b"%PDF-1.7\n", "corrupt"),
    "head-far-down.pdf": case("head.pdf", b"x" * 1000 + pdf(page()), *_MAYBE),
    "bytes-of-every-kind.pdf": case(
        "noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 4000, "corrupt"
    ),
}
