"""E-mails (eml): who wrote to whom and when, the text, and what it quotes of other mails."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message, MIMEPart
from email.policy import EmailPolicy
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ai_prism.core.errors import Corrupt, Encrypted, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.readers import html, plain
from ai_prism.core.readers.archive import PART_BYTES_LIMIT
from ai_prism.core.readers.draft import Draft, clean

_BLANKS: Final = re.compile(r"\s+")
#: Characters; some hundred receivers fit in.
_FIELD_LIMIT: Final = 10_000
_FIELDS: Final = ("From", "To", "Cc", "Date")
_QUOTED: Final = re.compile(r"[ ]{0,3}>")
_QUOTE_MARKS: Final = re.compile(r"[ ]{0,3}(?:>[ ]{0,1}){1,50}")
#: "On Monday, Ann wrote:" stands before what Ann wrote.
_INTRODUCTION: Final = re.compile(
    r"(?:On|Am|Le|El)\s.{5,200}\s(?:wrote|schrieb.{0,80}|a écrit|escribió)\s?:\s{0,8}"
)
#: From here on everything is an earlier mail.
_EARLIER_MAIL: Final = re.compile(
    r"-{2,20}\s{0,4}(?:Original Message|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original|Forwarded message)\s{0,4}-{2,20}\s{0,8}",
    re.I,
)
_SIGNATURE: Final = re.compile(r"--[ ]?")
_SEALED: Final = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}

if TYPE_CHECKING:
    _Policy = EmailPolicy[EmailMessage]
else:  # takes no parameters when it runs
    _Policy = EmailPolicy


class _Bounded(_Policy):
    """Parses no more of a field than anybody fills in: the parser is slow on the rest."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the field *name* with its *value* parsed."""
        # A kind of text that also knows its parts, such as the name of an attachment.
        return cast(str, super().header_fetch_parse(name, value[:_FIELD_LIMIT]))


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the e-mail at *path* into *draft*."""
    if path.stat().st_size > PART_BYTES_LIMIT:
        raise TooLarge(f"“{draft.name}” holds more than can be read.")
    try:
        _fill(draft, message_from_bytes(path.read_bytes(), policy=_Bounded()))
    except RecursionError as error:
        raise TooLarge(f"“{draft.name}” is nested deeper than can be read.") from error


def _fill(draft: Draft, message: EmailMessage) -> None:
    if not message.keys():
        raise Corrupt(f"“{draft.name}” is no e-mail: it does not begin with its head.")
    if _is_sealed(message):
        raise Encrypted(f"“{draft.name}” is encrypted.")
    _add_head(draft, message)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        _add_body(draft, body)
    for part in _parts_of(message):
        if part is not body:
            _say_what_is_left_out(draft, part, has_text=body is not None)


def _is_sealed(message: EmailMessage) -> bool:
    signed = "signed" in str(message.get_param("smime-type", ""))
    return message.get_content_type() in _SEALED and not signed


def _add_head(draft: Draft, message: EmailMessage) -> None:
    subject = _field(message, "Subject")
    draft.title = subject
    draft.add(BlockKind.HEADING, subject, level=1)
    fields = [(name, _field(message, name)) for name in _FIELDS]
    lines = [f"{name}: {value}" for name, value in fields if value]
    draft.add(BlockKind.PARAGRAPH, "\n".join(lines))


def _field(message: EmailMessage, name: str) -> str:
    written = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    try:
        value = message.get(name, "") if len(written) <= _FIELD_LIMIT else written
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library stumbles over some broken heads: take them as they are written.
        value = written
    return _BLANKS.sub(" ", clean(str(value))).strip()


def _add_body(draft: Draft, body: MIMEPart) -> None:
    data = body.get_payload(decode=True)
    text = _decoded(data if isinstance(data, bytes) else b"", body)
    if body.get_content_type() == "text/html":
        html.fill(draft, text)
        return
    if body.get_param("format") == "flowed":
        text = _unfolded(text, keeps_blank=body.get_param("delsp") != "yes")
    for kind, lines in groupby(_kinds_of_lines(clean(text)), key=lambda line: line[0]):
        part = "\n".join(line for _, line in lines)
        if kind is BlockKind.PARAGRAPH:
            plain.fill(draft, part)
        else:
            draft.add(kind, part)


def _decoded(data: bytes, part: MIMEPart) -> str:
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return data.decode("cp1252", "replace")


def _unfolded(text: str, *, keeps_blank: bool) -> str:
    """Return *text* with lines joined that end in a blank, as RFC 3676 wants it."""
    unfolded: list[str] = []
    goes_on = False
    for line in text.splitlines():
        line = line.removeprefix(" ")
        if goes_on:
            unfolded[-1] += line
        else:
            unfolded.append(line)
        goes_on = line.endswith(" ") and not _SIGNATURE.fullmatch(line) and line[0] != ">"
        if goes_on and not keeps_blank:
            unfolded[-1] = unfolded[-1][:-1]
    return "\n".join(unfolded)


def _kinds_of_lines(text: str) -> Iterator[tuple[BlockKind, str]]:
    """Yield each line of *text* with what it is: own words, a quotation, a signature."""
    rest = BlockKind.PARAGRAPH
    for line in text.split("\n"):
        if _EARLIER_MAIL.fullmatch(line.strip()[:200]):
            rest = BlockKind.QUOTE
        elif _SIGNATURE.fullmatch(line) and rest is BlockKind.PARAGRAPH:
            rest = BlockKind.FURNITURE
        if _QUOTED.match(line):
            yield BlockKind.QUOTE, _QUOTE_MARKS.sub("", line, count=1)
        elif rest is BlockKind.PARAGRAPH and _INTRODUCTION.fullmatch(line.strip()[:400]):
            yield BlockKind.QUOTE, line
        else:
            yield rest, line


def _parts_of(message: Message) -> Iterator[Message]:
    """Yield the parts of *message* that hold something; a mail attached to it is one."""
    if message.get_content_maintype() != "multipart":
        yield message
        return
    parts = message.get_payload()
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Message):
            yield from _parts_of(part)


def _say_what_is_left_out(draft: Draft, part: Message, *, has_text: bool) -> None:
    name = part.get_filename() or ""
    kind = part.get_content_type()
    is_attached = part.get_content_disposition() == "attachment"
    if kind.startswith("text/") and has_text and not (is_attached or name):
        return  # the same words in another form
    if kind in ("application/pgp-signature", "application/pkcs7-signature"):
        return
    what = "image" if kind.startswith("image/") and not is_attached else "attachment"
    draft.skip(what, "What is attached to a mail is not read with it.", name or kind)
