"""What a row of the ledger can be."""

AWARDED, WAITING, DECLINED, BLOCKED, REVERSAL = "awarded", "waiting", "declined", "blocked", "reversal"
CUT = "cut"
"""What a short budget took of an award: negative, beside the award it explains the payment."""
EVERY = (AWARDED, WAITING, DECLINED, BLOCKED, CUT, REVERSAL)


def names(noun: str) -> dict[str, str]:
    """What each outcome is called where people call the money `noun`."""
    return {
        AWARDED: noun,
        WAITING: "待决定",
        DECLINED: f"不予{noun}",
        BLOCKED: "缺少事实",
        CUT: "预算核减",
        REVERSAL: "冲销",
    }
