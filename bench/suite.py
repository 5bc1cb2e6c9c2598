"""Every measurement of speed and scale beside its limit or its peer: one command, one page.

    make bench                        all of it, some ten minutes
    make bench ONLY="submit queueing" some of it

The tables are printed and written to docs/benchmarks.md, each in the place of the one that was
there. Machines differ and are noisy: look at the ratios, which come from one run.
"""

import argparse
import importlib
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from speed import Table  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
MODULES = ("submit", "queueing", "pages", "reading", "parallel", "watching", "again")


def main() -> None:
    """Measure what is asked for, print it and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help=f"some of: {', '.join(MODULES)}")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write the tables")
    options = parser.parse_args()
    chosen = options.only.replace(",", " ").split() or list(MODULES)
    if unknown := set(chosen) - set(MODULES):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    for name in chosen:
        table = importlib.import_module(f"speed.{name}").measure()
        section = as_markdown(table, f"make bench ONLY={name}")
        print(section, flush=True)
        text = options.page.read_text(encoding="utf-8")
        options.page.write_text(put(text, table.title, section), encoding="utf-8")


def as_markdown(table: Table, command: str) -> str:
    """Return the section of *table*, which *command* makes."""
    lines = [table.head, ["---"] * len(table.head), *table.rows]
    return "\n".join(
        [
            f"## {table.title}",
            "",
            table.text,
            "",
            *("| " + " | ".join(cells) + " |" for cells in lines),
            "",
            f"`{command}`, {machine()}.",
            "",
        ]
    )


def put(page: str, title: str, section: str) -> str:
    """Return *page* with *section* in the place of the one with its *title*, or at the end."""
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if old.search(page):
        return old.sub(lambda _: section + "\n", page, count=1).rstrip("\n") + "\n"
    return page.rstrip("\n") + "\n\n" + section


def machine() -> str:
    """Return on what, when, with which revision, and how busy the machine was besides."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, revision {described.stdout.strip() or 'unknown'}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at its end"
    )


if __name__ == "__main__":
    main()
