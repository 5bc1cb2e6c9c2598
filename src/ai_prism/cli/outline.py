"""`ai-prism outline`: the sections of a document, alone."""

from pathlib import Path

import click

from ai_prism.core import readers
from ai_prism.core.exporters import json, text
from ai_prism.core.sections import detect_sections


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="An indented tree to read, or JSON with `document` and `sections`.",
)
def outline(file: Path, format_name: str) -> None:
    """Show the sections of FILE."""
    document = readers.read(file, name=click.format_filename(file.name))
    exporter = json if format_name == "json" else text
    click.echo(exporter.export_outline(document, detect_sections(document)), nl=False)
