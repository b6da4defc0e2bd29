"""A programme's edition as its document reads: who may apply, what is paid, how it is reviewed and assessed."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.checklist.requirements import told
from shared.core.workdays import CALENDAR, WORKING, days_said
from shared.programme.load import library
from shared.programme.model import APPLICANTS, EXCLUSIONS, Programme


class Condition(NamedTuple):
    says: str
    told: str
    interpretation: str


class Edition(NamedTuple):
    """Every line of it in words."""

    programme: Programme
    who: str
    quota: str
    conditions: tuple[Condition, ...]
    excludes: tuple[str, ...]
    money: tuple[str, ...]
    review: tuple[str, ...]
    assessments: tuple[str, ...]
    publicity: str


def read(each: Programme) -> Edition:
    rule = each.policy.rules[0]
    quota = f"，每个单位至多推荐 {each.unit_quota} 名" if each.unit_quota else ""
    instalments = (
        f"第 {part.number} 期 {share.share.text(each.call.opens)}：{part.says}"
        for part, share in zip(each.instalments, rule.instalments, strict=True)
    )
    return Edition(
        each,
        APPLICANTS[each.applicant],
        f"{each.select.number} 名{'左右' if each.select.about else ''}{quota}",
        tuple(Condition(one.says, told(one.requirement), one.interpretation) for one in each.conditions),
        tuple(EXCLUSIONS[code] for code in each.excludes),
        (rule.says, *instalments),
        tuple(f"{one.label}，满分 {one.full}：{one.help}" for one in each.review.scheme.indicators),
        tuple(
            f"{due.name}：{f'签订后第 {due.after_months} 个月' if due.after_months else f'每 {due.every_months} 个月'}"
            for due in each.assessments
        ),
        days_said(each.publicity.days, WORKING if each.publicity.working else CALENDAR),
    )


def editions() -> Sequence[Programme]:
    """Every edition of the library, the newest first."""
    every = [each for of_line in library().values() for each in of_line]
    return sorted(every, key=lambda each: (-each.year, each.id))
