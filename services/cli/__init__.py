"""The `miaopu` command: one file per noun. A command reads its arguments, calls one thing, and prints the result.

Its own words are Chinese where they stand; those of the command-line library come from `locale/`.
"""

import gettext
import io
import os
import sys
from pathlib import Path

# before click is imported by anybody: it looks its words up in the default text domain
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
os.environ.setdefault("LANGUAGE", "zh_CN")


def main() -> None:
    """Entry point of the `miaopu` script."""
    from services.cli.root import miaopu  # noqa: PLC0415 - after the words are found

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character still gets the rest
    miaopu(prog_name="miaopu")
