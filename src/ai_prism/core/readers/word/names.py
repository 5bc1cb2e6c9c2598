"""The names of WordprocessingML elements and attributes that the reader knows."""

from typing import Final

from lxml.etree import _Element

from ai_prism.core.readers import xml

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Files saved as "Strict Open XML" use another namespace for the very same elements.
STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
VAL: Final = W + "val"


def value(parent: _Element | None, child: str) -> str | None:
    """Return the `w:val` of the *child* of *parent*, None where either is missing."""
    found = None if parent is None else parent.find(W + child)
    return None if found is None else found.get(VAL)


def switch(element: _Element) -> bool:
    """Return whether the on/off property *element* is on; it is when it says nothing."""
    return xml.switch(element.get(VAL), default=True)
