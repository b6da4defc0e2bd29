"""What every page shows of the site: its title, its navigation and its clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fastapi import FastAPI
from starlette.routing import Match

from shared.core.clock import Now
from shared.identity import roles
from shared.identity.roles import READERS, TITLES, Role
from shared.identity.who import Who


class Place(NamedTuple):
    """A line of the navigation, and who has it: an address others may not open is not shown to them."""

    title: str
    href: str
    roles: frozenset[Role] = READERS


class Places(NamedTuple):
    title: str
    places: tuple[Place, ...]


class DemoLogin(NamedTuple):
    """An account of the demo, shown on its login page for whoever wants to see a role's work."""

    title: str
    name: str
    account: str
    password: str


ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OPERATORS = frozenset({Role.OPERATOR})
EXPERTS = frozenset({Role.EXPERT})
APPLICANTS = frozenset({Role.APPLICANT})
UNITS = frozenset({Role.UNIT})
LOOK_READERS = frozenset({Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR})
DESKS = frozenset({Role.DISTRICT, Role.CLERK, Role.HEAD, Role.FINANCE})
FIRST_REVIEW = READERS | {Role.DISTRICT}
RELEASERS = frozenset({Role.CLERK, Role.HEAD})
NAVIGATION = (
    Places(
        "我的",
        (
            Place("我的载体", "/incubator/mine", OPERATORS),
            Place("资格申请", "/incubator/mine/titles", OPERATORS),
            Place("我的评审", "/incubator/reviews", EXPERTS),
            Place("人才计划评审", "/talent/reviews", EXPERTS),
            Place("收到的信件", "/incubator/mine/letters", OPERATORS | EXPERTS),
            Place("人才评审的信件", "/talent/reviews/letters", EXPERTS),
            Place("我的申报", "/talent/mine", APPLICANTS),
            Place("技术经纪", "/talent/mine/broker", APPLICANTS),
            Place("我的资料", "/talent/mine/data", APPLICANTS),
            Place("收到的信件", "/talent/mine/letters", APPLICANTS),
            Place("我的推荐", "/talent/unit", UNITS),
            Place("本单位的入选项目", "/talent/unit/awards", UNITS),
            Place("单位的信件", "/talent/unit/letters", UNITS),
            Place("单位的资助", "/talent/unit/payments", UNITS),
            Place("收款账户", "/talent/unit/account", UNITS),
            Place("待办", "/incubator/desk", DESKS),
            Place("人才计划待办", "/talent/desk", DESKS - {Role.DISTRICT}),
        ),
    ),
    Places(
        "工作",
        (
            Place("总览", "/incubator/"),
            Place("年度考评", "/incubator/rounds"),
            Place("填报审核", "/incubator/reports", FIRST_REVIEW),
            Place("专家", "/incubator/experts"),
            Place("异议", "/incubator/objections"),
            Place("资格", "/incubator/titles", FIRST_REVIEW),
            Place("登记核对", "/incubator/claims"),
            Place("载体", "/incubator/carriers"),
            Place("创业导师和辅导员", "/incubator/mentors"),
            Place("公示", "/public", roles.EVERYBODY),
        ),
    ),
    Places(
        "人才计划",
        (
            Place("申报批次", "/talent/calls"),
            Place("申报", "/talent/applications"),
            Place("入选项目", "/talent/awards"),
            Place("考核", "/talent/assessments"),
            Place("贴息申请", "/talent/interest"),
            Place("评审专家", "/talent/experts"),
            Place("入选异议", "/talent/objections"),
            Place("推荐单位", "/talent/units"),
            Place("技术经纪人", "/talent/brokers"),
            Place("经纪成交", "/talent/deals"),
            Place("失信惩戒", "/talent/bars"),
            Place("号码查看记录", "/talent/looks", LOOK_READERS),
            Place("个人信息清除", "/talent/erasures"),
            Place("定时任务", "/talent/schedules"),
        ),
    ),
    Places(
        "资金",
        (
            Place("台账", "/incubator/ledger"),
            Place("待补事实", "/incubator/blocked"),
            Place("比例与金额决定", "/incubator/decisions"),
            Place("预算", "/incubator/budgets"),
            Place("拨付", "/incubator/payments"),
            Place("资助台账", "/talent/ledger"),
            Place("资助待补事实", "/talent/blocked"),
            Place("资助金额决定", "/talent/decisions"),
            Place("资助预算", "/talent/budgets"),
            Place("资助拨付", "/talent/payments"),
            Place("资助冲销和追回", "/talent/recoveries"),
        ),
    ),
    Places(
        "信件",
        (
            Place("待放行", "/notify/outbox", RELEASERS),
            Place("信件", "/notify/messages"),
            Place("收到的邮件", "/mails", ADMINISTRATORS),
        ),
    ),
    Places(
        "运行",
        (
            Place("搁置事件", "/parked"),
            Place("定时任务", "/incubator/schedules"),
            Place("审计", "/audit"),
            Place("账号", "/accounts", ADMINISTRATORS),
            Place("事件目录", "/events"),
            Place("消息接口", "/asyncapi"),
            Place("数据接口", "/api"),
        ),
    ),
)


def answers(app: FastAPI, path: str) -> bool:
    """Whether the app has a page of its own at `path`."""
    scope = {"type": "http", "path": path, "method": "GET", "root_path": "", "headers": [], "query_string": b""}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in app.router.routes)


@dataclass
class Site:
    """`answers` says which addresses there are, asked once every router is included; each is looked up once."""

    title: str
    now: Now
    demo: bool
    answers: Callable[[str], bool]
    demo_logins: Sequence[DemoLogin] = ()
    openid: str = ""
    """What people call the place where they may log in instead."""
    registers: bool = False
    """Whether people make accounts of their own at /register."""
    moved: str = ""
    """What fell due when somebody moved the demo's clock last."""
    _there: Sequence[Places] | None = None

    def navigation(self, who: Who | None) -> Sequence[Places]:
        """The addresses there are and this person may open."""
        if self._there is None:
            kept = [
                (each.title, tuple(place for place in each.places if self.answers(place.href))) for each in NAVIGATION
            ]
            self._there = tuple(Places(title, places) for title, places in kept if places)
        if who is None or who.must:
            return ()
        mine = [(each.title, tuple(place for place in each.places if who.may_be(*place.roles))) for each in self._there]
        return tuple(Places(title, places) for title, places in mine if places)

    def searches(self, who: Who | None) -> bool:
        """Whether this person may look for anything in everything."""
        return who is not None and not who.must and who.may_be(*READERS) and self.answers("/search")

    def titles(self, who: Who) -> str:
        """What this person is, in words."""
        return "、".join(dict.fromkeys(TITLES[grant.role] for grant in who.grants)) or "没有角色"

    def here(self, path: str, navigation: Sequence[Places]) -> str | None:
        """The navigation's line a page belongs to: its own, or the longest one it lies under."""
        found = [place.href for group in navigation for place in group.places if _under(path, place.href)]
        return max(found, key=len, default=None)

    @property
    def clock(self) -> datetime:
        return self.now()


def _under(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
