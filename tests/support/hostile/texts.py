"""Hostile text formats: depth, lines and tags without end, bytes that are no text, mail in mail."""

from support.documents import LINE
from support.hostile.case import READS, Bait, Case, case

_SIZE = 50_000_000
_RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}"


def _html(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def _html_reaching_out(bait: Bait) -> bytes:
    return _html(
        f'<p>{LINE}</p><img src="{bait.url}/image"><iframe src="{bait.url}/frame"></iframe>'
        f'<object data="{bait.secret.as_uri()}"></object><script src="{bait.url}/js"></script>'
        f'<link rel="import" href="{bait.url}/import"><form action="{bait.url}"></form>'
        '<img src=x onerror="alert(1)"><svg onload="alert(2)"></svg>',
        head=f'<base href="{bait.url}/"><link rel="stylesheet" href="{bait.url}/css">'
        f'<meta http-equiv="refresh" content="0;url={bait.url}/refresh">',
    )


def _html_entities(bait: Bait) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{bait.secret.as_uri()}">'
        f'<!ENTITY y SYSTEM "{bait.url}/y">]><html><body><h1>Plan</h1><p>{LINE} &x;&y;</p>'
    ).encode()


def _rtf_reaching_out(bait: Bait) -> bytes:
    target = bait.url.encode()
    field = rb'{\field{\*\fldinst INCLUDEPICTURE "%s/p" \\d}{\fldrslt x}}' % target
    template = rb"{\*\template %s/t.dot}" % target
    packaged = rb"{\object\objemb{\*\objclass Package}{\*\objdata 0105%s}}" % (b"41" * 2000)
    return _RTF + template + field + packaged + LINE.encode() + rb"\par}"


def _mail(head: str, body: str = LINE) -> bytes:
    return f"Subject: Plan\r\nMIME-Version: 1.0\r\n{head}\r\n\r\n{body}\r\n".encode()


def _mail_of_parts(count: int) -> bytes:
    part = f"--b\r\nContent-Type: text/plain\r\n\r\n{LINE}\r\n"
    return _mail('Content-Type: multipart/mixed; boundary="b"', part * count + "--b--")


def _mail_in_mail(depth: int) -> bytes:
    inner = _mail("Content-Type: text/plain")
    for _ in range(depth):
        inner = b"Subject: Plan\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    return inner


def _parts_in_parts(depth: int) -> bytes:
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        for level in range(depth)
    )
    return f"Subject: Plan\r\n{opening}Content-Type: text/plain\r\n\r\n{LINE}\r\n".encode()


def _mail_reaching_out(bait: Bait) -> bytes:
    head = (
        f'Content-Type: message/external-body; access-type=URL; URL="{bait.url}/body"\r\n'
        f"X-Link: {bait.url}"
    )
    return _mail(head, f"Content-Type: text/plain\r\n\r\n{LINE}")


_ANY_TEXT = (READS, "no_text", "too_large", "corrupt")
_HUGE = (READS, "too_large")

CASES: dict[str, Case] = {
    # Plain text
    "one-long-line.txt": case("line.txt", lambda _: b"A" * _SIZE, *_HUGE),
    "one-long-line-of-words.txt": case("line.txt", lambda _: b"plan the work " * 3_500_000, *_HUGE),
    "one-long-line-of-dots.txt": case("dots.txt", lambda _: b". " * 2_000_000, *_ANY_TEXT),
    "one-long-line-of-digits.txt": case("digits.txt", lambda _: b"1" * 3_000_000, *_ANY_TEXT),
    "one-long-line-of-brackets.txt": case("p.txt", lambda _: b"(" * 2_000_000, *_ANY_TEXT),
    "blank-lines.txt": case("blank.txt", lambda _: b"\n" * _SIZE, "no_text", "too_large"),
    "blanks.txt": case("blank.txt", lambda _: b" \t" * 20_000_000, "no_text", "too_large"),
    "lines-of-one-letter.txt": case("tiny.txt", lambda _: b"x\n\n" * 3_000_000, *_HUGE),
    "lines-of-two-words.txt": case("tiny.txt", lambda _: b"the plan\n" * 3_000_000, *_HUGE),
    "million-numbered-lines.txt": case(
        "numbers.txt",
        lambda _: "".join(f"{n}. Item\n\n" for n in range(400_000)).encode(),
        *_HUGE,
    ),
    "numbers-within-numbers.txt": case(
        "numbers.txt",
        lambda _: "".join(f"{'1.' * (n % 400)} Item\n\n" for n in range(5_000)).encode(),
        *_HUGE,
    ),
    "million-underlines.txt": case("rules.txt", lambda _: b"Plan\n====\n\n" * 300_000, *_HUGE),
    "carriage-returns.txt": case("returns.txt", lambda _: b"a\r" * 2_000_000, *_HUGE),
    "nul-among-letters.txt": case("nul.txt", b"The plan\0 is this.\n", "unsupported", READS),
    "nul-far-down.txt": case(
        "nul.txt",
        lambda _: b"The plan is this.\n" * 5_000 + bytes(5_000) + b"end",
        "unsupported",
        *_ANY_TEXT,
    ),
    "no-utf-8.txt": case("bytes.txt", bytes(range(1, 256)) * 4_000, *_ANY_TEXT),
    "half-utf-8.txt": case("half.txt", b"The plan is this. \xf0\x9f\x98", READS),
    "overlong-utf-8.txt": case("slash.txt", b"The plan \xc0\xaf\xc0\xae is this.", READS),
    "surrogates.txt": case("pair.txt", b"The plan \xed\xa0\x80\xed\xb0\x80 is this.", READS),
    "utf-16-with-a-half.txt": case(
        "u16.txt", "The plan is this.".encode("utf-16") + b"\x00\xd8\x41", READS
    ),
    "utf-16-of-odd-length.txt": case("u16.txt", b"\xff\xfe" + b"a\0" * 50 + b"b", READS),
    "utf-32.txt": case("u32.txt", "The plan is this.".encode("utf-32"), READS, "unsupported"),
    "only-a-byte-order-mark.txt": case("mark.txt", b"\xef\xbb\xbf", "no_text"),
    "right-to-left.txt": case(
        "rtl.txt", "The \u202eplan\u2066 is\u2069 this\u200f.\n".encode() * 2_000, READS
    ),
    "marks-upon-marks.txt": case("marks.txt", ("a" + "\u0301" * 500_000).encode(), READS),
    "joined-pictures.txt": case("joined.txt", ("\U0001f468\u200d" * 200_000).encode(), *_ANY_TEXT),
    "one-letter.txt": case("x.txt", b"x", READS),
    # Markdown
    "deep-quotes.md": case("deep.md", lambda _: b">" * 60_000 + b" deep\n", *_ANY_TEXT),
    "deep-lists.md": case(
        "deep.md",
        lambda _: "".join(f"{'  ' * n}- point\n" for n in range(2_000)).encode(),
        READS,
    ),
    "deep-brackets.md": case("deep.md", lambda _: b"[" * 60_000 + b"x" + b"](a)" * 60_000, READS),
    "deep-emphasis.md": case("deep.md", lambda _: b"*a **b " * 40_000, READS),
    "backticks.md": case(
        "ticks.md", lambda _: b"".join(b"e" + b"`" * n for n in range(1, 1_500)), READS
    ),
    "open-comments.md": case("open.md", lambda _: b"<!-- a\n" * 60_000, *_ANY_TEXT),
    "many-headings.md": case("heads.md", lambda _: b"# Plan\n\n" * 300_000, *_HUGE),
    "many-hashes.md": case("hashes.md", lambda _: b"#" * 5_000_000 + b" x\n", READS),
    "wide-table.md": case(
        "wide.md", lambda _: b"|a" * 50_000 + b"|\n" + b"|-" * 50_000 + b"|\n", *_ANY_TEXT
    ),
    "long-table.md": case("long.md", lambda _: b"|a|b|\n|-|-|\n" + b"|x|y|\n" * 400_000, *_HUGE),
    "many-references.md": case(
        "refs.md",
        lambda _: b"".join(b"[a%d]: /x\n" % n for n in range(60_000)) + b"[a1]" * 60_000,
        READS,
    ),
    "long-front-matter.md": case(
        "front.md", lambda _: b"---\n" + b"a: &x [*x, *x]\n" * 100_000 + b"---\n\nPlan.\n", READS
    ),
    # HTML
    "deep-boxes.html": case(
        "deep.html", lambda _: b"<div>" * 100_000 + b"deep" + b"</div>" * 100_000, *_ANY_TEXT
    ),
    "deep-lists.html": case("deep.html", lambda _: b"<ul><li>x" * 50_000, *_ANY_TEXT),
    "deep-tables.html": case("deep.html", lambda _: b"<table><tr><td>x" * 50_000, *_ANY_TEXT),
    "never-closed.html": case("open.html", lambda _: b"<p><b><i>" * 60_000 + b"x", *_ANY_TEXT),
    "one-tag-without-end.html": case(
        "tag.html", lambda _: b"<html><p " + b'a="b" ' * 2_000_000, *_ANY_TEXT
    ),
    "many-attributes.html": case(
        "attributes.html",
        lambda _: _html("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + f">{LINE}</p>"),
        READS,
    ),
    "million-tags.html": case("tags.html", lambda _: _html("<p>x</p>" * 1_500_000), *_HUGE),
    "wide-cells.html": case(
        "wide.html",
        lambda _: _html(
            f"<table><tr><td colspan=999999999 rowspan=999999999>{LINE}</td><td>x</td></tr></table>"
        ),
        READS,
    ),
    "many-lines-of-cells.html": case(
        "cells.html",
        lambda _: _html("<table>" + "<tr>" + "<td>x" * 300_000 + "</table>"),
        *_HUGE,
    ),
    "entities.html": case("entities.html", _html_entities, READS),
    "unknown-entities.html": case(
        "entities.html", lambda _: _html("<p>" + "&" * 1_000_000 + "&#x110000;&#xD800;"), READS
    ),
    "reaches-out.html": case("out.html", _html_reaching_out, READS),
    "wrong-charset.html": case(
        "charset.html",
        _html("<p>Gr\xfc\xdfe an alle, die dies lesen.</p>", '<meta charset="utf-16">'),
        READS,
    ),
    "charset-that-is-none.html": case(
        "charset.html", _html(f"<p>{LINE}</p>", '<meta charset="../../etc/passwd">'), READS
    ),
    # RTF
    "deep-groups.rtf": case(
        "deep.rtf",
        lambda _: b"{\\rtf1 " + b"{" * 200_000 + b"x" + b"}" * 200_000 + b"}",
        *_ANY_TEXT,
    ),
    "never-closed.rtf": case("open.rtf", _RTF + LINE.encode() + b"{" * 1_000, READS),
    "more-closed-than-open.rtf": case("closed.rtf", _RTF + LINE.encode() + b"}" * 1_000, READS),
    "binary-that-lies.rtf": case("bin.rtf", _RTF + rb"\bin999999999 " + LINE.encode(), *_ANY_TEXT),
    "numbers-that-overflow.rtf": case(
        "numbers.rtf",
        _RTF + rb"\fs99999999999999999999\u-99999999\uc999999999 ?" + LINE.encode() + rb"\par}",
        *_ANY_TEXT,
    ),
    "million-words-of-control.rtf": case(
        "control.rtf", lambda _: _RTF + rb"\b\b0\par x" * 700_000 + b"}", *_HUGE
    ),
    "long-control-word.rtf": case(
        "word.rtf", lambda _: _RTF + b"\\" + b"a" * 3_000_000 + LINE.encode() + b"}", *_ANY_TEXT
    ),
    "million-fonts.rtf": case(
        "fonts.rtf",
        lambda _: rb"{\rtf1{\fonttbl" + rb"{\f1 A;}" * 500_000 + b"}" + LINE.encode() + b"}",
        READS,
    ),
    "wide-table.rtf": case(
        "wide.rtf",
        lambda _: (
            _RTF + rb"\trowd" + rb"\cellx1" * 100_000 + rb"\intbl x\cell" * 100_000 + rb"\row}"
        ),
        *_HUGE,
    ),
    "reaches-out.rtf": case("out.rtf", _rtf_reaching_out, READS),
    # Mail
    "mail-in-mail.eml": case("deep.eml", lambda _: _mail_in_mail(2_000), *_ANY_TEXT),
    "parts-in-parts.eml": case("deep.eml", lambda _: _parts_in_parts(2_000), *_ANY_TEXT),
    "many-parts.eml": case("parts.eml", lambda _: _mail_of_parts(60_000), *_HUGE),
    "long-head.eml": case("head.eml", lambda _: _mail("X-Long: " + "a " * 5_000_000), *_ANY_TEXT),
    "many-heads.eml": case(
        "heads.eml", lambda _: _mail("X-A: b\r\n" * 500_000 + "X: y"), *_ANY_TEXT
    ),
    "many-receivers.eml": case(
        "to.eml", lambda _: _mail("To: " + "a@b.example, " * 200_000), *_ANY_TEXT
    ),
    "nested-comments.eml": case("to.eml", lambda _: _mail("To: " + "(" * 100_000), *_ANY_TEXT),
    "encoded-words.eml": case(
        "subject.eml",
        lambda _: (
            b"Subject: " + b"=?utf-8?q?=41?= " * 100_000 + b"\r\nTo: a\r\n\r\n" + LINE.encode()
        ),
        *_ANY_TEXT,
    ),
    "boundary-of-nothing.eml": case(
        "boundary.eml",
        _mail('Content-Type: multipart/mixed; boundary=""', "--\r\n\r\nx"),
        *_ANY_TEXT,
    ),
    "charset-that-is-none.eml": case(
        "charset.eml", _mail('Content-Type: text/plain; charset="../../x"'), READS
    ),
    "charset-that-runs-code.eml": case(
        "charset.eml",
        _mail("Content-Type: text/plain; charset=bz2_codec", LINE),
        READS,
    ),
    "base64-that-is-none.eml": case(
        "base64.eml", _mail("Content-Transfer-Encoding: base64", "!" * 1_000 + LINE), *_ANY_TEXT
    ),
    "reaches-out.eml": case("out.eml", _mail_reaching_out, *_ANY_TEXT),
    "name-that-leads-up.eml": case(
        "names.eml",
        _mail(
            'Content-Type: multipart/mixed; boundary="b"',
            f"--b\r\nContent-Type: text/plain\r\n\r\n{LINE}\r\n--b\r\nContent-Type: image/png; "
            'name="../../../tmp/ai-prism-hostile"\r\nContent-Disposition: attachment; '
            'filename="/tmp/ai-prism-hostile"\r\n\r\nx\r\n--b--',
        ),
        READS,
    ),
}
