"""Where programmes are: the library, one file per programme, or any file."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import RootModel

from shared.checklist.schema import Name
from shared.core.errors import DomainError
from shared.core.files import DataFileError, Problem, read_model, read_yaml
from shared.programme.build import ProgrammeBuilder
from shared.programme.model import Programme
from shared.programme.schema import Part, ProgrammeFile, ReferenceRate

LIBRARY = Path(__file__).parent.joinpath("library")
FIELDS, RATES = "fields.yaml", "reference-rates.yaml"


class _Parts(RootModel[dict[Name, Part]]):
    pass


class _Rates(RootModel[dict[Name, ReferenceRate]]):
    pass


def read_programmes(path: Path) -> tuple[Programme, ...]:
    """The editions written in `path`, the oldest first; one DataFileError with everything that is wrong with it."""
    node = read_yaml(path)
    given = read_model(ProgrammeFile, node, path)
    if given.programme != path.stem.replace("-", "_"):
        raise DataFileError([Problem(str(path), 1, f"计划 {given.programme} 应与文件名 {path.stem} 相同")])
    return ProgrammeBuilder(given, path, node, parts(), reference_rates()).build()


@cache
def parts() -> dict[str, Part]:
    """The parts of forms, by name."""
    path = LIBRARY.joinpath(FIELDS)
    found = read_model(_Parts, read_yaml(path), path).root
    seen: dict[str, str] = {}
    problems = []
    for part, each in found.items():
        for name, field in each.fields.items():
            if name in seen:
                problems.append(Problem(str(path), 1, f"填报项 {name} 在 {seen[name]} 和 {part} 里重复"))
            seen[name] = part
            if field.personal and not field.why:
                problems.append(Problem(str(path), 1, f"填报项 {name} 是个人信息，应写明为什么要问（why）"))
    if problems:
        raise DataFileError(problems)
    return found


@cache
def reference_rates() -> dict[str, ReferenceRate]:
    path = LIBRARY.joinpath(RATES)
    return read_model(_Rates, read_yaml(path), path).root


@cache
def library() -> dict[str, tuple[Programme, ...]]:
    """Every edition of the library, by programme, the oldest first."""
    return {editions[0].line: editions for editions in map(read_programmes, files())}


def files() -> list[Path]:
    return sorted(path for path in LIBRARY.glob("*.yaml") if path.name not in {FIELDS, RATES})


@cache
def editions() -> dict[str, Programme]:
    """Every edition of the library, by its id."""
    return {programme.id: programme for programmes in library().values() for programme in programmes}


def load_programme(id_: str) -> Programme:
    """An edition of the library by its id."""
    known = editions()
    if id_ not in known:
        raise DomainError("no-such-programme", f"计划库没有 {id_}；有：{'、'.join(known)}", status=404)
    return known[id_]


def open_calls(on: date) -> list[Programme]:
    """The editions that take applications on a day, in the order of their closing."""
    found = [each for editions in library().values() for each in editions if each.call.is_open(on)]
    return sorted(found, key=lambda each: (each.call.closes, each.id))
