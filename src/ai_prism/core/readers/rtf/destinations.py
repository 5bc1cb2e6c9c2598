"""Where the text of a group belongs, by the control word that it begins with."""

from enum import Enum, auto
from typing import Final


class Destination(Enum):
    """Where text goes."""

    TEXT = auto()
    NOTE = auto()
    TEXT_BOX = auto()
    RUNNING_HEAD = auto()
    LIST_TEXT = auto()  #: the number or bullet that the program has computed
    TITLE = auto()
    INFO = auto()  #: about the document; of it the title alone is taken
    FONTS = auto()
    COLOURS = auto()
    STYLES = auto()
    NOTHING = auto()
    SAME = auto()  #: where the text around the group goes


#: Other words that begin a group say how its text looks.
DESTINATIONS: Final[dict[str, Destination]] = {
    "fonttbl": Destination.FONTS,
    "colortbl": Destination.COLOURS,
    "stylesheet": Destination.STYLES,
    "info": Destination.INFO,
    "title": Destination.TITLE,
    "footnote": Destination.NOTE,
    "shptxt": Destination.TEXT_BOX,
    "listtext": Destination.LIST_TEXT,
    "pntext": Destination.LIST_TEXT,
    "object": Destination.SAME,
    **dict.fromkeys(
        ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        Destination.RUNNING_HEAD,
    ),
    **dict.fromkeys(
        (
            "pict", "nonshppict", "nonesttables", "fldinst", "sp", "shprslt", "xe", "tc", "tcn",
            "rxe", "txe", "bkmkstart", "bkmkend", "filetbl", "revtbl", "listtable",
            "listoverridetable", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn",
            "private", "objdata", "mmath", "annotation", "atnid", "atnauthor",
        ),
        Destination.NOTHING,
    ),
}  # fmt: skip
#: What begins with "\*" may be passed over by those that do not know it; these we know.
OPTIONAL: Final[dict[str, Destination]] = {
    "shppict": Destination.SAME,
    "shpinst": Destination.SAME,
}
