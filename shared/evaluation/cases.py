"""Worked rounds as files: schemes, and the units of each round. `expect` is for tests and is not read here."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from shared.core.files import DataFileError, Problem, line_of, read_model, read_yaml
from shared.evaluation import schema
from shared.evaluation.build import SchemeBuilder
from shared.evaluation.grade import grade
from shared.evaluation.load import load_scheme, published
from shared.evaluation.scheme import Scheme
from shared.evaluation.score import Unit, score

UNIT_KEYS = {"id", "figures", "experts", "prior", "expect"}
PRIOR_KEYS = {"city", "national"}


class Round(NamedTuple):
    id: str
    scheme: Scheme
    units: tuple[Unit, ...]
    node: Mapping[str, Any]


def read_rounds(path: Path) -> list[Round]:
    """The rounds of a file, by its own schemes or the library's; a DataFileError if it is no such file."""
    node = read_yaml(path)
    if not isinstance(node, Mapping) or not isinstance(node.get("rounds"), list):
        raise DataFileError([Problem(str(path), 1, "应有列表 rounds")])
    problems: list[Problem] = []
    schemes: dict[str, Scheme] = {}
    for place, given in enumerate(node.get("schemes") or []):
        at = ("schemes", place)
        try:
            shaped = read_model(schema.Scheme, given, path)
            schemes[shaped.id] = SchemeBuilder(shaped, path, node, at, described=False).scheme()
        except DataFileError as error:
            problems.extend(error.problems)
    rounds = []
    for place, given in enumerate(node["rounds"]):
        line = line_of(node["rounds"], [place])
        found = list(_wrong(given, schemes))
        problems.extend(Problem(str(path), line, what) for what in found)
        if not found:
            scheme = schemes.get(given["scheme"]) or load_scheme(given["scheme"])
            units = tuple(
                Unit(unit["id"], unit.get("figures"), unit.get("experts"), unit.get("prior") or {})
                for unit in given["units"]
            )
            rounds.append(Round(given["id"], scheme, units, given))
    if problems:
        raise DataFileError(problems)
    return rounds


def _wrong(given: object, schemes: Mapping[str, Scheme]) -> Iterator[str]:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        yield "每个轮次应有文字编号 id"
        return
    if given.get("scheme") not in schemes and given.get("scheme") not in published():
        yield f"轮次 {given['id']}：没有方案 {given.get('scheme')}"
    units = given.get("units")
    if not isinstance(units, list):
        yield f"轮次 {given['id']} 应有列表 units"
        return
    seen: set[str] = set()
    for number, unit in enumerate(units, 1):
        where = f"轮次 {given['id']} 第 {number} 个单位"
        if not isinstance(unit, Mapping) or not isinstance(unit.get("id"), str):
            yield f"{where}应有文字编号 id"
            continue
        if unit["id"] in seen:
            yield f"{where}：编号 {unit['id']} 重复"
        seen.add(unit["id"])
        for key in unit.keys() - UNIT_KEYS:
            yield f"{where}：不认识 {key}"
        if unit.get("figures") is not None and not isinstance(unit["figures"], Mapping):
            yield f"{where}：figures 应为“名称: 数字”的对照表；没有报送请写 null"
        prior = unit.get("prior") or {}
        if not isinstance(prior, Mapping) or not set(prior) <= PRIOR_KEYS:
            yield f"{where}：prior 应为 city、national 与等次的对照表"


def compute_rounds(rounds: list[Round]) -> dict[str, Any]:
    """The JSON document of `miaopu evaluate compute`: per round and unit its total and grade, or its error."""
    return {given.id: dict(_computed(given)) for given in rounds}


def _computed(given: Round) -> Iterator[tuple[str, dict[str, Any]]]:
    results = score(given.scheme, given.units)
    for result, graded in zip(results, grade(given.scheme, results), strict=True):
        if result.error is not None:
            yield result.unit.id, {"error": result.error.code, "message": result.error.message}
            continue
        yield (
            result.unit.id,
            {
                "total": None if result.total is None else str(result.total),
                "grade": graded.grade,
                "withdrawal_proposed": graded.withdrawal_proposed,
                "reason": graded.reason,
                "indicators": [scored.as_json() for scored in result.scores],
            },
        )
