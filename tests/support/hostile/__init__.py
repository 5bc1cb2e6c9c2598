"""Hostile and broken files, made on the spot and always the same; what may come of each.

A file kills a reader, fills a disk or asks for other files in one way only, and is named for it.
To add one: a line in the `CASES` of the module of its kind; every test and `make hostile` find it.
"""

from support.hostile import archives, damage, office, pdfs, pictures, texts
from support.hostile.case import READS, Bait, Case

__all__ = ["CORPUS", "READS", "Bait", "Case"]

_KINDS = (archives, damage, office, pdfs, pictures, texts)

#: Every case, by a name of its own that is also a good file name.
CORPUS: dict[str, Case] = {key: one for kind in _KINDS for key, one in kind.CASES.items()}

if len(CORPUS) != sum(len(kind.CASES) for kind in _KINDS):
    raise ValueError("two hostile files have the same name")
