"""When what is due: the assessments after a contract began, and which instalment waits for which of them."""

from datetime import date
from typing import NamedTuple

from shared.core.dates import add_months
from shared.programme.model import Assessment, Instalment, Programme

CONCLUSIONS = {"passed": "通过", "rectify": "限期整改", "failed": "不通过"}


class Due(NamedTuple):
    """An assessment of a contract: `id` tells it from the others of the same kind (yearly-2)."""

    id: str
    kind: str
    name: str
    number: int
    on: date
    releases: tuple[Instalment, ...]


def assessments_due(programme: Programme, begins: date) -> tuple[Due, ...]:
    """Every assessment of a contract that begins on a day, by date.

    A yearly one that would fall on the day of the final one, or after it, is not held: the final one looks at the same.
    Where there is no final one, there is one for each year interest is paid.
    """
    last = max((each.after_months for each in programme.assessments if each.after_months is not None), default=None)
    found = [
        _due(programme, each, 1, add_months(begins, each.after_months))
        for each in programme.assessments
        if each.after_months
    ]
    for each in programme.assessments:
        step = each.every_months
        if step:
            times = (last - 1) // step if last else (programme.interest_years or 0) * 12 // step
            found += [
                _due(programme, each, number, add_months(begins, step * number)) for number in range(1, times + 1)
            ]
    return tuple(sorted(found, key=lambda due: (due.on, due.id)))


def _due(programme: Programme, assessment: Assessment, number: int, on: date) -> Due:
    releases = tuple(each for each in programme.instalments if each.when == assessment.kind)
    id_ = f"{assessment.kind}-{number}" if assessment.every_months else assessment.kind
    return Due(id_, assessment.kind, assessment.name, number, on, releases)


Effect = str
EFFECTS = {"released": "可以拨付", "held": "暂缓拨付", "stopped": "停止拨付", "nothing": "没有影响"}


class OnMoney(NamedTuple):
    """What a conclusion does: to the instalments not paid yet, and whether what was paid is to be asked back."""

    effect: Effect
    instalments: tuple[int, ...]
    recovery_proposed: bool


def effect_on_money(programme: Programme, kind: str, conclusion: str, paid: frozenset[int]) -> OnMoney:
    """What the conclusion of an assessment does to the money of its award.

    Passed: the instalments that waited for it are released. Rectify: they are held until it is passed. Failed: nothing
    further is paid, and to ask back what was paid is proposed; that is decided by the office, each time.
    `paid`: the numbers of the instalments that were paid.
    """
    waiting = tuple(each.number for each in programme.instalments if each.when == kind and each.number not in paid)
    unpaid = tuple(each.number for each in programme.instalments if each.number not in paid)
    if conclusion == "failed" and kind != "yearly":
        return OnMoney("stopped", unpaid, recovery_proposed=bool(paid))
    if conclusion == "passed":
        return OnMoney("released" if waiting else "nothing", waiting, recovery_proposed=False)
    held = waiting if kind != "yearly" else unpaid
    return OnMoney("held" if held else "nothing", held, recovery_proposed=False)
