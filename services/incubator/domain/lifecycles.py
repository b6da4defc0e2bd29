"""The lives of the service's nouns: which state may follow which. What is not written here cannot happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.core.errors import DomainError


@dataclass(frozen=True)
class Lifecycle:
    """`states` by name as people call them; `moves` the states that may follow each."""

    noun: str
    label: str
    states: Mapping[str, str]
    moves: Mapping[str, tuple[str, ...]]

    def check(self, before: str, after: str, which: str) -> None:
        """Raises if `before` cannot become `after`; the message says what it is and what it would have to be."""
        if after in self.moves.get(before, ()):
            return
        sources = "、".join(self.states[state] for state, following in self.moves.items() if after in following)
        raise DomainError(
            f"{self.noun}-is-{before}",
            f"{self.label}“{which}”现在是“{self.states[before]}”，不能改为“{self.states[after]}”"
            + (f"；只有“{sources}”的可以" if sources else ""),
            status=409,
        )

    def sources(self, after: str) -> tuple[str, ...]:
        """The states that may become `after`."""
        return tuple(state for state, following in self.moves.items() if after in following)


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
    },
    {
        "planned": ("open",),
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
    {"graded": ("publicised",), "publicised": ("finalised",)},
)
OBJECTION = Lifecycle(
    "objection",
    "异议",
    {"filed": "处理中", "upheld": "成立", "rejected": "不成立", "withdrawn": "已撤回"},
    {"filed": ("upheld", "rejected", "withdrawn")},
)
PAYMENT = Lifecycle(
    "payment",
    "拨付",
    {"proposed": "已提出", "approved": "已批准", "paid": "已拨付", "cancelled": "已取消"},
    {"proposed": ("approved", "cancelled"), "approved": ("paid", "cancelled")},
)
REVIEW = Lifecycle(
    "review",
    "专家评审",
    {"invited": "已邀请", "accepted": "已接受", "marked": "已评分", "conflict": "已回避", "released": "已解除"},
    {
        "invited": ("accepted", "conflict", "released"),
        "accepted": ("marked", "conflict", "released"),
        "marked": ("accepted", "conflict", "released"),
    },
)
LIFECYCLES = {each.noun: each for each in (CARRIER, ROUND, REPORT, EVALUATION, OBJECTION, PAYMENT, REVIEW)}
