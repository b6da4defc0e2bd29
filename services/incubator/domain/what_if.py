"""What a round's grades would be under other lines and quotas. Pure: the scheme itself stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from shared.core.exact import EXACT, parse_decimal
from shared.evaluation import Grade, Result, Scheme, grade
from shared.evaluation.figures import exact, text
from shared.evaluation.scheme import GRADE_NAMES, GradeLine

HUNDRED = Decimal(100)


class Moved(NamedTuple):
    """A scheme with other lines; `problems`: by field (`line_good`, `quota_good`), what is wrong and what to do. With
    a problem the scheme is as it was."""

    scheme: Scheme
    problems: dict[str, str]


def moved(scheme: Scheme, lines: Mapping[str, str], quotas: Mapping[str, str | None]) -> Moved:
    """The scheme with these lines (points) and quotas (per cent of the round; none or empty: no quota). A grade that is
    not named keeps what it has."""
    problems = {
        f"{what}_{name}": f"方案没有“{GRADE_NAMES.get(name, name)}”这一等次"
        for what, given in (("line", lines), ("quota", quotas))
        for name in given
        if all(name != each.grade for each in scheme.grades)
    }
    made: list[GradeLine] = []
    for each in scheme.grades:
        line, quota = each.line, each.quota
        if each.grade in lines:
            read = parse_decimal(lines[each.grade].strip())
            if read is None or read.is_signed() or exact(read) > scheme.full:
                problems[f"line_{each.grade}"] = f"请写 0 至 {text(scheme.full)} 的分数"
            elif made and read >= made[-1].line:
                above = GRADE_NAMES.get(made[-1].grade, made[-1].grade)
                problems[f"line_{each.grade}"] = f"应低于{above}线 {made[-1].line}"
            else:
                line = read
        if each.grade in quotas:
            written = (quotas[each.grade] or "").strip()
            share = parse_decimal(written)
            if written and (share is None or share.is_signed() or share > HUNDRED):
                problems[f"quota_{each.grade}"] = "请写 0 至 100 的百分数，不限名额就留空"
            else:
                quota = None if share is None else exact(EXACT.divide(share, HUNDRED))
        made.append(GradeLine(each.grade, line, quota))
    for better, worse in pairwise(made):  # a line that moved below one that did not
        if worse.line >= better.line:
            problems[f"line_{better.grade}"] = f"应高于{GRADE_NAMES.get(worse.grade, worse.grade)}线 {worse.line}"
    return Moved(scheme if problems else replace(scheme, grades=tuple(made)), problems)


def graded_under(scheme: Scheme, results: Sequence[Result], decided: Mapping[str, str]) -> list[Grade]:
    """Each result's grade under the scheme, in the order given; a unit in `decided` keeps the grade a person gave it,
    and takes no room from the others: they are graded as if nobody had decided about it."""
    return [
        given._replace(grade=decided.get(result.unit.id, given.grade))
        for result, given in zip(results, grade(scheme, results), strict=True)
    ]
