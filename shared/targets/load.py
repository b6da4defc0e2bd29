"""The plan's targets as their file has them; whatever is wrong with it is told with its line."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.core.files import DataFileError, Problem, line_of, read_model, read_yaml

PLAN = Path(__file__).parent / "plan.yaml"


class Target(BaseModel):
    """So many of something by the end of a year; `counts`: which figures of the services are added up for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    year: int = Field(ge=2000, le=2100)
    number: int = Field(ge=1)
    unit: str = Field(min_length=1)
    counts: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    note: str = ""


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    targets: tuple[Target, ...]


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets written in `path`; one DataFileError with everything that is wrong with it."""
    node = read_yaml(path)
    found = read_model(_Plan, node, path).targets
    seen: set[tuple[str, int]] = set()
    problems = []
    for place, each in enumerate(found):
        if (each.name, each.year) in seen:
            line = line_of(node, ("targets", place))
            problems.append(Problem(str(path), line, f"{each.name}（{each.year} 年）写了两次"))
        seen.add((each.name, each.year))
    if problems:
        raise DataFileError(problems)
    return found


@cache
def plan() -> tuple[Target, ...]:
    return read_targets(PLAN)
