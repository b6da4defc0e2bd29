"""Why what is paid is not what was computed: the steps of a cut, or of a year's delay, as the ledger stores them."""

from decimal import Decimal
from typing import NamedTuple

from shared.core.exact import plain
from shared.core.money import yuan_text
from shared.ledger.short import Share, Way
from shared.policy.steps import Explanation, explanation, looked_at, step


class Decided(NamedTuple):
    """The decision a cut follows from, and what it was made on, in fen."""

    year: int
    way: Way
    envelope: int
    claimed: int
    document_no: str
    reason: str
    noun: str
    """What people call this money."""
    ranking: str
    """By what a budget may be shared out, as people call it."""


def explained(decided: Decided, share: Share, article: str, policy_version: str) -> Explanation:
    """Two steps: what the decision does with a short budget, and what that leaves of this amount."""
    before, after = _yuan(share.claim.fen), _yuan(share.after)
    left, wanted = _yuan(max(decided.envelope, 0)), _yuan(decided.claimed)
    inputs = [
        looked_at("envelope", "预算余额", plain(left), "yuan", f"{decided.year} 年预算"),
        looked_at("claimed", "已提出的拨付", plain(wanted), "yuan", "台账"),
    ]
    short = f"{decided.year} 年预算余额 {yuan_text(left)}，已提出拨付 {yuan_text(wanted)}"
    says = f"{short}，按{decided.document_no}{_way(decided, share)}（{decided.reason}）"
    formula = None
    if decided.way == "proportional":
        formula = f"{yuan_text(before)} × {yuan_text(left)} ÷ {yuan_text(wanted)} = {yuan_text(after)}"
    took = _yuan(share.took)
    said = step("budget", article, says, inputs, formula, plain(before), plain(after), plain(took))
    end = step("result", article, _result(decided, share), (), None, plain(before), plain(after))
    return explanation(policy_version, [said, end])


def _way(decided: Decided, share: Share) -> str:
    if decided.way == "proportional":
        return "同比例核减，算到分，除不尽的按余数从大到小各补一分"
    if decided.way == "next_year":
        return f"按核算先后安排，余额放不下的全额转入 {decided.year + 1} 年预算"
    rank = share.claim.rank
    this = f"这笔{decided.noun}"
    place = f"{this}没有名次，排在最前" if rank is None else f"{this}列第 {rank} 名"
    tied = "，轮到时余额不够同名次的全部，同名次的按比例分余下的金额" if share.tied else ""
    return f"按{decided.ranking}从前往后安排到用完为止；{place}{tied}"


def _result(decided: Decided, share: Share) -> str:
    if share.carried:
        return f"{yuan_text(_yuan(share.claim.fen))}全额转入 {decided.year + 1} 年预算"
    if not share.after:
        return f"核减 {yuan_text(_yuan(share.took))}，本年度不予安排"
    return f"核减 {yuan_text(_yuan(share.took))}，拨付 {yuan_text(_yuan(share.after))}"


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
