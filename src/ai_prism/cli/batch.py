"""Reviews of documents, one after the other or on all cores; none keeps another from its own."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ai_prism.cli.batch_processes import in_processes
from ai_prism.cli.progress_line import ProgressLine
from ai_prism.cli.single import Done, Wish, analyzer_for, name_of, review_one
from ai_prism.core import language, readers
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.readers import Read

#: So few are done before processes for them would have started.
_FEW: Final = 4


def reviewed(
    paths: Sequence[Path], wish: Wish, read: Read = readers.read
) -> Iterator[tuple[Path, Done]]:
    """Return what came of each of *paths*, in their order, each as soon as it is known.

    A few are read with *read*, many in processes of their own; but those that models are asked
    about one after the other, since that is waiting, and models have to bear it.

    Raises:
        PrismError: the playbook, or what asks the models, cannot be had.
    """
    analyzer = analyzer_for(wish, read)  # also where not used: it tells of a bad playbook
    cores = len(os.sched_getaffinity(0))
    if len(paths) >= _FEW and cores > 1 and wish.models is None:
        return in_processes(paths, wish, cores)
    return _in_turn(paths, wish, analyzer)


def _in_turn(
    paths: Sequence[Path], wish: Wish, analyzer: DocumentAnalyzer
) -> Iterator[tuple[Path, Done]]:
    with language.kept_loaded():
        for path in paths:
            with ProgressLine(name_of(path)) as progress:
                done = review_one(analyzer, path, wish, progress)
            yield path, done
