"""Runs one tool in its own interpreter: a path comes in by line, what was found goes out as JSON.

Needs nothing but the tool and Python's own library.
"""

import importlib
import json
import os
import resource
import sys
import time
from importlib.metadata import PackageNotFoundError, version

#: Where a package is not named as the tool is.
_PACKAGES = {
    "opendataloader": "opendataloader-pdf",
    "pandoc": "pypandoc-binary",
    "python_docx": "python-docx",
}


def main() -> None:
    """Say hello with the tool's version, then answer until there are no more questions."""
    # Tools print what they please: the answers go where only we write.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    name = sys.argv[1]

    def answer(what: dict) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        extract = importlib.import_module(f"with_{name}").extract
    except Exception as error:  # noqa: BLE001 - whatever keeps a tool from loading is to be told
        answer({"error": f"cannot be loaded: {error!r}"[:300]})
        return
    answer({"version": _version(_PACKAGES.get(name, name))})
    for line in sys.stdin:
        answer(_read(extract, line.rstrip("\n")))


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return package


def _read(extract, path: str) -> dict:
    clock, processor = time.perf_counter(), _processor_seconds()
    try:
        text, headings = extract(path)
    except Exception as error:  # noqa: BLE001 - any failure of a tool is its answer
        return {"error": repr(error)[:300]}
    return {
        "text": text.encode("utf-8", "replace").decode(),
        "headings": headings,
        "clock": time.perf_counter() - clock,
        "processor": _processor_seconds() - processor,
    }


def _processor_seconds() -> float:
    """Return what this process and those it started have used: some tools are programs."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
