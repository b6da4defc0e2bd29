"""Worked rounds as files: schemes, and the units of each round. `expect` is for tests and is not read here."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from shared.core.files import DataFileError, Problem, line_of, read_model, read_yaml
from shared.evaluation import schema
from shared.evaluation.build import SchemeBuilder
from shared.evaluation.grade import grade
from shared.evaluation.load import load_scheme, published
from shared.evaluation.scheme import GRADE_NAMES, Scheme
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
    schemes = _own_schemes(path, node)
    problems: list[Problem] = []
    rounds: list[Round] = []
    for place, given in enumerate(node["rounds"]):
        line = line_of(node["rounds"], [place])
        found = list(_wrong(given, schemes))
        if not found and given["id"] in {earlier.id for earlier in rounds}:
            found.append(f"轮次编号 {given['id']} 重复")
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


def _own_schemes(path: Path, node: Mapping[str, Any]) -> dict[str, Scheme]:
    """The schemes a file of rounds brings itself; their figures need no labels there."""
    own = node.get("schemes") or []
    if not isinstance(own, list):
        raise DataFileError([Problem(str(path), line_of(node, ["schemes"]), "schemes 应为列表")])
    problems: list[Problem] = []
    schemes: dict[str, Scheme] = {}
    for place, given in enumerate(own):
        at = ("schemes", place)
        try:
            shaped = read_model(schema.Scheme, given, path)
            if shaped.id in schemes:
                problems.append(Problem(str(path), line_of(node, at), f"方案编号 {shaped.id} 重复"))
            schemes[shaped.id] = SchemeBuilder(shaped, path, node, at, described=False).scheme()
        except DataFileError as error:
            problems.extend(error.problems)
    if problems:
        raise DataFileError(problems)
    return schemes


def _wrong(given: object, schemes: Mapping[str, Scheme]) -> Iterator[str]:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        yield "每个轮次应有文字编号 id"
        return
    scheme = given.get("scheme")
    if not isinstance(scheme, str) or (scheme not in schemes and scheme not in published()):
        yield f"轮次 {given['id']} 应写明方案编号 scheme；没有方案 {scheme}"
    units = given.get("units")
    if not isinstance(units, list):
        yield f"轮次 {given['id']} 应有列表 units"
        return
    seen: set[str] = set()
    for number, unit in enumerate(units, 1):
        where = f"轮次 {given['id']} 第 {number} 个单位"
        for what in _wrong_unit(unit):
            yield f"{where}{what}"
        name = unit.get("id") if isinstance(unit, Mapping) else None
        if isinstance(name, str) and name in seen:
            yield f"{where}：编号 {name} 重复"
        seen.add(str(name))


def _wrong_unit(unit: object) -> Iterator[str]:
    if not isinstance(unit, Mapping) or not isinstance(unit.get("id"), str):
        yield "应有文字编号 id"
        return
    for key in unit.keys() - UNIT_KEYS:
        yield f"：不认识 {key}"
    if unit.get("figures") is not None and not isinstance(unit["figures"], Mapping):
        yield "：figures 应为“名称: 数字”的对照表；没有报送请写 null"
    prior = unit.get("prior") or {}
    if not isinstance(prior, Mapping) or not set(prior) <= PRIOR_KEYS:
        yield "：prior 应为 city、national 与等次的对照表"
    elif wrong := [grade for grade in prior.values() if not isinstance(grade, str) or grade not in GRADE_NAMES]:
        yield f"：prior 不认识等次 {wrong[0]}；可用：{'、'.join(GRADE_NAMES)}"


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
