"""The lives of the service's nouns: which state may follow which. What is not written here cannot happen."""

from shared.lives.lifecycle import Lifecycle
from shared.objections.life import OBJECTION
from shared.reviewing.life import REVIEW

CALL = Lifecycle(
    "call",
    "申报批次",
    {
        "planned": "待开放", "open": "申报中", "closed": "已截止", "reviewed": "已排名", "publicised": "公示中",
        "selected": "已确定", "cancelled": "已撤销",
    },
    {
        "planned": ("open", "cancelled"), "open": ("closed", "cancelled"), "closed": ("reviewed", "cancelled"),
        "reviewed": ("publicised",),
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
ERASURE_REQUEST = Lifecycle(
    "erasure_request",
    "清除申请",
    {"asked": "待处理", "done": "已清除", "declined": "没有同意"},
    {"asked": ("done", "declined")},
)
AWARD = Lifecycle(
    "award",
    "入选项目",
    {
        "contracting": "签订任务书中", "running": "执行中", "held": "暂缓拨付", "rectifying": "整改中",
        "finished": "已结题", "terminated": "已终止", "failed": "考核不通过",
    },
    {
        "contracting": ("running", "terminated"),
        "running": ("held", "rectifying", "finished", "failed", "terminated"),
        "held": ("running", "rectifying", "finished", "failed", "terminated"),
        "rectifying": ("running", "held", "finished", "failed", "terminated"),
    },
)  # fmt: skip
INSTALMENT = Lifecycle(
    "instalment",
    "分期拨款",
    {"waiting": "待满足条件", "released": "可以拨付", "held": "暂缓拨付", "stopped": "停止拨付", "paid": "已拨付"},
    {
        "waiting": ("released", "held", "stopped"), "released": ("held", "stopped", "paid"),
        "held": ("waiting", "released", "stopped"),
    },
)  # fmt: skip
CONTRACT = Lifecycle(
    "contract",
    "任务书",
    {
        "draft": "申报人填写中", "confirmed": "待单位确认", "agreed": "待办公室签署", "in_force": "已生效",
        "cancelled": "已作废",
    },
    {
        "draft": ("confirmed", "cancelled"), "confirmed": ("agreed", "draft", "cancelled"),
        "agreed": ("in_force", "draft", "cancelled"),
    },
)  # fmt: skip
ASSESSMENT = Lifecycle(
    "assessment",
    "考核",
    {
        "planned": "未到填报时间", "open": "填报中", "submitted": "待单位审核", "seen": "待办公室结论",
        "returned": "已退回修改", "rectifying": "限期整改", "passed": "通过", "failed": "不通过",
        "cancelled": "不再考核",
    },
    {
        "planned": ("open", "cancelled"), "open": ("submitted", "failed", "cancelled"),
        "submitted": ("seen", "returned", "cancelled"), "returned": ("submitted", "failed", "cancelled"),
        "seen": ("passed", "rectifying", "failed", "returned", "cancelled"),
        "rectifying": ("submitted", "failed", "cancelled"),
    },
)  # fmt: skip
AWARD_CHANGE = Lifecycle(
    "award_change",
    "变更申请",
    {
        "applied": "待单位审核", "asked": "待对方确认", "seen": "待办公室决定", "approved": "已同意",
        "refused": "没有同意", "withdrawn": "已撤回",
    },
    {
        "applied": ("asked", "seen", "withdrawn"), "asked": ("seen", "refused", "withdrawn"),
        "seen": ("approved", "refused", "withdrawn"),
    },
)  # fmt: skip
INTEREST_CLAIM = Lifecycle(
    "interest_claim",
    "贴息申请",
    {
        "draft": "填写中", "claimed": "待核定", "returned": "已退回补正", "accepted": "已核定", "refused": "不予贴息",
        "withdrawn": "已撤回",
    },
    {
        "draft": ("claimed", "withdrawn"), "claimed": ("accepted", "returned", "refused", "withdrawn"),
        "returned": ("claimed", "withdrawn"),
    },
)  # fmt: skip
BROKER = Lifecycle(
    "broker",
    "技术经纪人",
    {"requested": "待登记", "registered": "已登记", "refused": "没有同意登记", "ended": "已注销"},
    {
        "requested": ("registered", "refused"), "refused": ("requested", "registered"), "registered": ("ended",),
        "ended": ("requested", "registered"),
    },
)  # fmt: skip
DEAL = Lifecycle(
    "deal",
    "成交",
    {
        "reported": "已登记", "claimed": "待核定", "returned": "已退回补正", "confirmed": "已核定",
        "refused": "不予奖励", "withdrawn": "已撤回",
    },
    {
        "reported": ("claimed", "withdrawn"), "claimed": ("confirmed", "returned", "refused", "withdrawn"),
        "returned": ("claimed", "withdrawn"),
    },
)  # fmt: skip
_KEPT, _GONE = {"kept": "保存", "erased": "已清除"}, {"kept": ("erased",)}
PERSONAL = Lifecycle("personal", "申报里的个人信息", _KEPT, _GONE)
PERSON = Lifecycle("applicant", "申报人的姓名和联系方式", _KEPT, _GONE)
BROKER_PERSON = Lifecycle("broker-person", "技术经纪人的姓名和联系方式", _KEPT, _GONE)
RESULT = Lifecycle("result", "排名", {"ranked": "已排名", "publicised": "拟入选"}, {"ranked": ("publicised",)})
BAR = Lifecycle("bar", "失信惩戒记录", {"held": "惩戒"}, {})
EVERY = (
    CALL,
    APPLICATION,
    MEMBER,
    ERASURE_REQUEST,
    PERSONAL,
    PERSON,
    BROKER_PERSON,
    BAR,
    AWARD,
    INSTALMENT,
    CONTRACT,
    ASSESSMENT,
    AWARD_CHANGE,
    INTEREST_CLAIM,
    BROKER,
    DEAL,
    RESULT,
    REVIEW,
    OBJECTION,
)
