"""What a grade a person gave says of itself, and what it brings with it."""

from collections.abc import Mapping

from shared.evaluation import Scheme
from shared.evaluation.scheme import GRADE_NAMES, UNQUALIFIED

BY_HAND = "人工调整"
"""How such a grade is marked wherever the office sees it."""


def hand_reason(reason: str, by_scheme: str | None) -> str:
    """Why a unit has a grade given by hand, beside the one the scheme gives it."""
    named = f"定为{GRADE_NAMES[by_scheme]}" if by_scheme else "不能定等次"
    return f"{BY_HAND}：{reason}（按方案{named}）"


def proposes_withdrawal(scheme: Scheme, prior: Mapping[str, str], grade: str | None) -> bool:
    """国科发区〔2018〕300号 art. 14: failed last year and failed now; also where a person decided the grade."""
    twice = grade == UNQUALIFIED and prior.get("city") == UNQUALIFIED
    return twice and scheme.carry.second_failure_withdraws
