"""What a row of the ledger can be."""

AWARDED, WAITING, DECLINED, BLOCKED, REVERSAL = "awarded", "waiting", "declined", "blocked", "reversal"
CUT = "cut"
"""What a short budget took of an award: negative, beside the award it explains the payment."""
OUTCOMES = {
    AWARDED: "补助",
    WAITING: "待决定",
    DECLINED: "不予补助",
    BLOCKED: "缺少事实",
    CUT: "预算核减",
    REVERSAL: "冲销",
}
