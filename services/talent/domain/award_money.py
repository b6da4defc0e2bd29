"""The money of an award: its amount as the edition's policy computes it, and which instalment may be paid when.

An instalment is released by the signing of the contract or by the assessment it waits for, and by nothing else; it is
held as long as anything holds it, and stopped for good.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.core.errors import DomainError
from shared.core.money import in_fen
from shared.policy import History, compute
from shared.policy.outcome import Award
from shared.programme.model import AWARDED, Programme
from shared.programme.timetable import OnMoney, effect_on_money

CONTRACT = "contract"
"""What an instalment waits for that is paid once the contract is signed."""


class Part(NamedTuple):
    """An instalment. `passed`: what it waits for has happened; `holds`: who holds it back (ids of assessments)."""

    number: int
    when: str
    says: str
    fen: int
    passed: bool = False
    holds: frozenset[str] = frozenset()
    stopped: bool = False
    paid: bool = False

    @property
    def state(self) -> str:
        if self.paid:
            return "paid"
        if self.stopped:
            return "stopped"
        if self.holds:
            return "held"
        return "released" if self.passed else "waiting"


class Granted(NamedTuple):
    """`fen`: none where the programme pays interest, which is computed from what is claimed each year."""

    fen: int | None
    parts: tuple[Part, ...]


def granted(programme: Programme, award_id: str, on: date, decided: Mapping[str, str] | None) -> Granted:
    """The amount and its instalments. `decided`: amount (yuan), by, on, reason; needed where the edition says "up to".

    An edition that fixes the amount leaves nothing to decide, and one that pays interest has no amount.
    """
    if programme.interest_years is not None:
        _nothing_to_decide(decided, "按贷款利息贴息")
        return Granted(None, ())
    award = _computed(programme, award_id, on, None)
    if award.amount is not None:
        _nothing_to_decide(decided, programme.policy.rules[0].says)
    elif decided is None or not Decimal(decided["amount"]):
        message = f"{programme.title}的金额要逐一决定（{programme.policy.rules[0].says}），请写明金额（元）和理由"
        raise DomainError("amount-missing", message)
    else:
        award = _computed(programme, award_id, on, decided)
    parts = tuple(
        Part(due.number, each.when, due.when, in_fen(due.amount) or 0)
        for due, each in zip(award.instalments, programme.instalments, strict=True)
    )
    return Granted(in_fen(award.amount), parts)


def check_whole(amount: str) -> None:
    """Raises unless a decided amount is in whole yuan.

    The ledger computes each instalment from the amount by its share, in hundredths, and rounds it alone: of whole yuan
    every share comes to whole fen, and what is paid in the end is what was decided.
    """
    if Decimal(amount) % 1:
        message = f"决定的金额要到整元，写的是 {amount} 元；到角、分的，各期按比例算出来会与总额差一分"
        raise DomainError("amount-not-whole", message)


def _nothing_to_decide(decided: Mapping[str, str] | None, says: str) -> None:
    if decided is not None:
        raise DomainError("amount-fixed", f"金额由计划写明（{says}），不能另行决定；请把金额留空")


def _computed(programme: Programme, award_id: str, on: date, decided: Mapping[str, str] | None) -> Award:
    subject = {"id": award_id, "org": award_id, "kind": programme.line}
    event = {"id": award_id, "type": AWARDED, "date": on.isoformat()}
    outcome = compute(programme.policy, subject, event, History(), decided)
    if not outcome.awards:
        reasons = "、".join(each.reason for each in outcome.declined)
        raise DomainError("nothing-granted", f"{programme.title}在 {on} 不能核定资助（{reasons}），请核对日期和计划")
    return outcome.awards[0]


def at_start(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The contract is in force: what waited for it may be paid."""
    return tuple(each._replace(passed=True) if each.when == CONTRACT else each for each in parts)


def after(
    programme: Programme, parts: tuple[Part, ...], assessment: str, kind: str, conclusion: str
) -> tuple[OnMoney, tuple[Part, ...]]:
    """What a conclusion does to the money, and how each instalment stands afterwards.

    As shared.programme has it, and beyond it: what this assessment held until it is passed is free again once it is,
    and what something else holds stays held though its own assessment is passed.
    """
    paid = frozenset(each.number for each in parts if each.paid)
    effect = effect_on_money(programme, kind, conclusion, paid)
    if conclusion == "passed":
        moved = tuple(
            each._replace(passed=each.passed or each.when == kind, holds=each.holds - {assessment}) for each in parts
        )
        return _freed(parts, moved, kind), moved
    if effect.effect == "held":
        moved = tuple(
            each._replace(holds=each.holds | {assessment}) if each.number in effect.instalments else each
            for each in parts
        )
        return effect, moved
    if effect.effect == "stopped":
        return effect, stopped(parts)
    return effect, parts


def _freed(before: tuple[Part, ...], moved: tuple[Part, ...], kind: str) -> OnMoney:
    """What is told of an assessment that is passed: what may be paid now, or else what waits on although it did."""
    free = tuple(now.number for was, now in zip(before, moved, strict=True) if was.state != now.state == "released")
    if free:
        return OnMoney("released", free, recovery_proposed=False)
    held = tuple(each.number for each in moved if each.when == kind and each.state == "held")
    return OnMoney("held" if held else "nothing", held, recovery_proposed=False)


def stopped(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Nothing further is paid; what was paid stays paid, and whether it is asked back is decided by the office."""
    return tuple(each if each.paid else each._replace(stopped=True) for each in parts)


def without_holds(parts: Iterable[Part], holders: frozenset[str]) -> tuple[Part, ...]:
    """The office lifts what these assessments held; an instalment still waits for the assessment it waited for."""
    return tuple(each._replace(holds=each.holds - holders) for each in parts)


def award_state(*, final: bool, conclusion: str, kind: str, rectifying: bool, held: bool) -> str:
    """Where an assessment leaves its award. `final`: nothing is assessed after it; `rectifying`: another assessment is
    being rectified; `held`: an instalment is held back."""
    if conclusion == "failed" and (final or kind != "yearly"):
        return "failed"
    if conclusion == "rectify" or rectifying:
        return "rectifying"
    if final and conclusion == "passed":
        return "finished"
    return "held" if held else "running"
