"""The columns of a sheet."""

from typing import NamedTuple


class Column(NamedTuple):
    """A column by its heading; `required`: an empty cell is an error. `help` is written under the heading's note."""

    name: str
    heading: str
    required: bool = True
    help: str = ""
