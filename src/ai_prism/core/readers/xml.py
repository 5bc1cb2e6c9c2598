"""XML as documents hold it, parsed so that it cannot hurt: nothing is fetched, nothing expands."""

import io
from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

_OFF: Final = {"0", "false", "off", "none"}


def tree_of(data: bytes) -> etree._Element:
    """Return the root element of the XML in *data*.

    Raises:
        etree.XMLSyntaxError: it is no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(data, parser)


def elements_of(
    data: bytes, tags: Collection[str], *, inside: Collection[str]
) -> Iterator[etree._Element]:
    """Yield the elements named *tags* that only elements named *inside* contain, one by one.

    Each is emptied once the next is asked for, so that memory does not grow with the document.

    Raises:
        etree.XMLSyntaxError: the XML breaks off or breaks its rules; what came before was yielded.
    """
    elements = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag=tuple(tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in elements:
        parent = element.getparent()
        if parent is None or not all(
            ancestor.tag in inside for ancestor in element.iterancestors()
        ):
            continue
        yield element
        element.clear()
        while (previous := element.getprevious()) is not None:
            parent.remove(previous)


def number(text: str | None, default: int = 0) -> int:
    """Return *text* as a whole number, *default* where it is none."""
    try:
        return int(text) if text else default
    except ValueError:
        return default


def switch(text: str | None, *, default: bool = False) -> bool:
    """Return whether the attribute *text* says yes, *default* where it is missing."""
    return default if text is None else text not in _OFF
