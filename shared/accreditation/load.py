"""Where conditions are: the library, one file per kind of carrier, or any file."""

from datetime import date
from functools import cache
from pathlib import Path

from shared.accreditation.build import ConditionsBuilder
from shared.accreditation.conditions import LEVEL_NAMES, Conditions
from shared.accreditation.schema import KindFile
from shared.core.errors import DomainError
from shared.core.files import DataFileError, Problem, read_model, read_yaml

LIBRARY = Path(__file__).parent.joinpath("library")


def read_conditions(path: Path) -> tuple[Conditions, ...]:
    """The titles written in `path`; one DataFileError with file and line of everything that is wrong with it."""
    node = read_yaml(path)
    given = read_model(KindFile, node, path)
    if given.kind != path.stem.replace("-", "_"):
        raise DataFileError([Problem(str(path), 1, f"载体类型 {given.kind} 应与文件名 {path.stem} 相同")])
    return ConditionsBuilder(given, path, node).build()


@cache
def library() -> dict[str, tuple[Conditions, ...]]:
    """Every title of the library, by kind of carrier."""
    return {titles[0].kind: titles for titles in map(read_conditions, files())}


def files() -> list[Path]:
    return sorted(LIBRARY.glob("*.yaml"))


def load_conditions(kind: str, level: str, on: date) -> Conditions:
    """The conditions of the title in force on `on`; a day for which none are kept is an error, not a silent guess."""
    titles = [title for title in _titles(kind) if title.level == _level(level)]
    if not titles:
        raise DomainError("no-such-title", f"{_titles(kind)[0].kind_name}没有{LEVEL_NAMES[level]}的称号", status=404)
    found = next((title for title in titles if title.in_force.holds(on)), None)
    if found is None:
        kept = "；".join(f"{title.title}，{title.in_force}" for title in titles)
        raise DomainError("no-conditions", f"条件库没有 {on} 适用的条件；有：{kept}", status=404)
    return found


def title(title_id: str) -> Conditions:
    """A title of the library by its id, whenever it is in force."""
    known = {title.id: title for titles in library().values() for title in titles}
    if title_id not in known:
        raise DomainError("no-such-title", f"条件库没有 {title_id}；有：{'、'.join(known)}", status=404)
    return known[title_id]


def next_level(kind: str, level: str | None) -> str | None:
    """The level above `level` at which the kind has a title; none above the highest. Without a level: the lowest.

    A carrier recognised by its district stands below the city's level, as one without a title does.
    """
    there = {title.level for title in _titles(kind)}
    order = list(LEVEL_NAMES)
    below = -1 if level in {None, "district"} else order.index(_level(str(level)))
    return next((each for each in order[below + 1 :] if each in there), None)


def _titles(kind: str) -> tuple[Conditions, ...]:
    titles = library().get(kind)
    if titles is None:
        raise DomainError("unknown-kind", f"条件库没有载体类型 {kind}；有：{'、'.join(library())}", status=404)
    return titles


def _level(level: str) -> str:
    if level not in LEVEL_NAMES:
        raise DomainError("unknown-level", f"不认识级别 {level}；可用：{'、'.join(LEVEL_NAMES)}", status=404)
    return level
