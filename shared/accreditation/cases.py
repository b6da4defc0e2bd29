"""Worked cases as files: a title, a day, a carrier's figures. `expect` is for tests and is not read here."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from shared.accreditation.checklist import Checked, checklist
from shared.accreditation.conditions import Conditions
from shared.accreditation.load import library
from shared.core.dates import parse_date
from shared.core.files import DataFileError, Problem, line_of, read_yaml

KEYS = {"id", "title", "on", "track", "figures", "expect"}


class Case(NamedTuple):
    id: str
    conditions: Conditions
    on: date
    track: str | None
    figures: Mapping[str, object]
    node: Mapping[str, Any]

    def check(self) -> tuple[Checked, ...]:
        return checklist(self.conditions, self.figures, self.on, self.track)


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, each on a title of the library; a DataFileError if it is no such file."""
    node = read_yaml(path)
    if not isinstance(node, Mapping) or not isinstance(node.get("cases"), list):
        raise DataFileError([Problem(str(path), 1, "应有列表 cases")])
    titles = {title.id: title for kind in library().values() for title in kind}
    problems: list[Problem] = []
    cases: list[Case] = []
    for place, given in enumerate(node["cases"]):
        line = line_of(node["cases"], [place])
        found = list(_wrong(given, titles))
        if not found and given["id"] in {case.id for case in cases}:
            found.append(f"案例编号 {given['id']} 重复")
        problems.extend(Problem(str(path), line, what) for what in found)
        if not found:
            on = parse_date(given["on"]) or date.min  # it was looked at just now
            cases.append(Case(given["id"], titles[given["title"]], on, given.get("track"), given["figures"], given))
    if problems:
        raise DataFileError(problems)
    return cases


def _wrong(given: object, titles: Mapping[str, Conditions]) -> Iterator[str]:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        yield "每个案例应有文字编号 id"
        return
    where = f"案例 {given['id']}"
    for key in given.keys() - KEYS:
        yield f"{where}：不认识 {key}"
    title = titles.get(str(given.get("title")))
    if title is None:
        yield f"{where} 应写明条件的编号 title；没有 {given.get('title')}；有：{'、'.join(titles)}"
    if parse_date(given.get("on")) is None:
        yield f"{where} 应写明申报之日 on，例如 2019-06-30"
    figures = given.get("figures")
    if not isinstance(figures, Mapping):
        yield f"{where} 的 figures 应为“名称: 数字”的对照表"
    elif title is not None:
        known = {figure.name for figure in title.figures}
        for name in figures.keys() - known:
            yield f"{where}：{title.title}不看填报项 {name}"


def compute_cases(cases: list[Case]) -> dict[str, Any]:
    """The JSON document of `miaopu accreditation compute`: per case the checklist of its title."""
    return {case.id: [checked.as_json() for checked in case.check()] for case in cases}
