"""The lives of the service's nouns: which state may follow which. What is not written here cannot happen."""

from shared.ledger.lifecycles import PAYMENT, RECOVERY
from shared.lives.lifecycle import Lifecycle
from shared.objections.life import OBJECTION
from shared.reviewing.life import REVIEW

CARRIER = Lifecycle(
    "carrier",
    "载体",
    {"registered": "仅登记", "active": "在册", "withdrawn": "已取消资格"},
    {"registered": ("active",), "active": ("active", "withdrawn"), "withdrawn": ("active",)},
)
ROUND = Lifecycle(
    "round",
    "考评批次",
    {
        "planned": "待开放",
        "open": "填报中",
        "closed": "已截止",
        "graded": "已定等次",
        "publicised": "公示中",
        "finalised": "已确定",
        "cancelled": "已撤销",
    },
    {
        "planned": ("planned", "open", "cancelled"),
        "cancelled": ("planned",),
        "open": ("closed",),
        "closed": ("graded",),
        "graded": ("graded", "publicised"),
        "publicised": ("finalised",),
    },
)
REPORT = Lifecycle(
    "report",
    "填报",
    {"due": "未填报", "submitted": "已提交", "returned": "已退回", "accepted": "已受理"},
    {"due": ("submitted",), "submitted": ("returned", "accepted"), "returned": ("submitted",)},
)
EVALUATION = Lifecycle(
    "evaluation",
    "考评结果",
    {"graded": "已定等次", "publicised": "公示中", "finalised": "已确定"},
    {"graded": ("publicised",), "publicised": ("finalised",), "finalised": ("finalised",)},  # corrected: a decision
)
REPORTED_CHANGE = Lifecycle(
    "reported_change",
    "变更报告",
    {"pending": "待核对", "confirmed": "已核定", "refused": "未予核定", "withdrawn": "已撤回"},
    {"pending": ("confirmed", "refused", "withdrawn")},
)
HNTE_CLAIM = Lifecycle(
    "hnte_claim",
    "高新技术企业申报",
    {"pending": "待核对", "confirmed": "已核定", "refused": "未予核定", "withdrawn": "已撤回"},
    {"pending": ("confirmed", "refused", "withdrawn")},
)
APPLICATION = Lifecycle(
    "application",
    "资格申请",
    {
        "draft": "填写中",
        "submitted": "已提交",
        "returned": "已退回",
        "recommended": "已推荐",
        "recognised": "已认定",
        "refused": "不予认定",
        "withdrawn": "已撤回",
    },
    {
        "draft": ("submitted", "withdrawn"),
        "submitted": ("returned", "recommended", "refused", "withdrawn"),
        "returned": ("submitted", "withdrawn"),
        "recommended": ("returned", "refused", "recognised", "withdrawn"),
    },
)
RECTIFICATION = Lifecycle(
    "rectification",
    "整改",
    {"ordered": "整改中", "confirmed": "整改合格", "failed": "整改不合格", "ended": "因取消资格终止"},
    {"ordered": ("confirmed", "failed", "ended")},
)
BAR = Lifecycle(
    "bar",
    "失信惩戒",
    {"in_force": "惩戒期内", "expired": "期满终止", "lifted": "提前解除", "annulled": "已撤销"},
    {"in_force": ("expired", "lifted", "annulled"), "lifted": ("annulled",), "expired": ("annulled",)},
)
LIFECYCLES = {
    each.noun: each
    for each in (
        CARRIER,
        ROUND,
        REPORT,
        EVALUATION,
        OBJECTION,
        PAYMENT,
        RECOVERY,
        REVIEW,
        REPORTED_CHANGE,
        HNTE_CLAIM,
        APPLICATION,
        RECTIFICATION,
        BAR,
    )
}
