"""The lives of the service's nouns: which state may follow which. What is not written here cannot happen."""

from shared.lives.lifecycle import Lifecycle

CALL = Lifecycle(
    "call",
    "申报批次",
    {
        "planned": "待开放", "open": "申报中", "closed": "已截止", "reviewed": "评审中", "publicised": "公示中",
        "selected": "已确定", "cancelled": "已撤销",
    },
    {
        "planned": ("open", "cancelled"), "open": ("closed",), "closed": ("reviewed",), "reviewed": ("publicised",),
        "publicised": ("selected",), "cancelled": ("planned",),
    },
)  # fmt: skip
WITHDRAWABLE = ("draft", "submitted", "recommended", "returned", "accepted", "publicised")
"""An applicant may withdraw whenever he wants, until he is awarded or declined."""
APPLICATION = Lifecycle(
    "application",
    "申报",
    {
        "draft": "填写中",
        "submitted": "待单位推荐",
        "recommended": "待形式审查",
        "returned": "已退回修改",
        "accepted": "已受理",
        "publicised": "公示中",
        "selected": "已入选",
        "declined": "未入选",
        "withdrawn": "已撤回",
        "lapsed": "逾期未改",
    },
    {
        "draft": ("submitted", "withdrawn"),
        "submitted": ("recommended", "returned", "declined", "withdrawn"),
        "recommended": ("accepted", "returned", "declined", "withdrawn"),
        "returned": ("submitted", "lapsed", "withdrawn"),
        "accepted": ("publicised", "declined", "withdrawn"),
        "publicised": ("selected", "declined", "withdrawn"),
        "lapsed": ("returned",),
    },
)
MEMBER = Lifecycle(
    "member",
    "团队成员",
    {"invited": "待本人确认", "confirmed": "已确认", "declined": "不同意", "removed": "已移除"},
    {"invited": ("confirmed", "declined", "removed"), "confirmed": ("removed",), "declined": ("invited", "removed")},
)
EVERY = (CALL, APPLICATION, MEMBER)
