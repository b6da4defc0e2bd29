"""The matters of the desks: what waits, for whom, and where it is done. A further one is one line of `MATTERS`."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from sqlalchemy import RowMapping

from services.incubator.store import desk_rows
from services.incubator.store.desk import Query
from services.incubator.web.looks import to
from services.incubator.web.wording import kind_name, level_name
from shared.identity.roles import Role
from shared.identity.who import Who

DISTRICT = frozenset({Role.DISTRICT})
CLERK = frozenset({Role.CLERK})
HEAD = frozenset({Role.HEAD})
FINANCE = frozenset({Role.FINANCE})
OFFICE = CLERK | HEAD
DESKS = DISTRICT | CLERK | HEAD | FINANCE
MOST_SAID = 40
Words = Callable[[RowMapping], str]
SAID = {desk_rows.RECOMMENDED: "区县已推荐", desk_rows.REJECTED: "区县不推荐"}


class Matter(NamedTuple):
    """`title` what is to be done; `place` the line of the navigation it counts at; `href` where one of them is done;
    `says` more about one of them; `unit` who it is about, if that is not a carrier."""

    title: str
    roles: frozenset[Role]
    query: Query
    place: str
    href: Words
    says: Words = lambda _: ""
    unit: Words = lambda row: row["unit"] or ""


def _said(row: RowMapping) -> str:
    """What somebody wrote, as far as a line holds it."""
    text: str = row["said"] or ""
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}……"


def _report(row: RowMapping) -> str:
    again = f"补正后的第 {row['number']} 版，" if row["number"] > 1 else ""
    return f"{again}{SAID.get(row['said'], '区县尚未初审')}"


def _corrected(row: RowMapping) -> str:
    return f"补正后的第 {row['number']} 版" if row["number"] > 1 else ""


def _round(row: RowMapping) -> str:
    return f"{row['number']} 年度{kind_name(row['kind'])}"


def _at(place: str) -> Words:
    return lambda row: to(place, row["id"])


def _to(address: str) -> Words:
    return lambda _: address


def _of(unit: str) -> Words:
    return lambda row: f"{row['number']} {unit}"


def _level(row: RowMapping) -> str:
    return f"申请{level_name(row['said'])}"


def _proposed(row: RowMapping) -> str:
    return f"{row['id']} 年预算，由 {row['said']} 提出"


def _budget(row: RowMapping) -> str:
    return f"{row['id']} 年预算"


REPORTS, ROUNDS, TITLES, CLAIMS = (f"/incubator/{name}" for name in ("reports", "rounds", "titles", "claims"))
DECISIONS, OUTBOX, LETTERS = "/incubator/decisions", "/notify/outbox", "/notify/messages"
PAYMENTS, RECOVERIES = "/incubator/payments", "/incubator/recoveries"
MATTERS = {
    "first-review": Matter(
        "填报待初审", DISTRICT, desk_rows.reports_to_review_first, REPORTS, _at("reports"), _corrected
    ),
    "applied": Matter(
        "资格申请待初审", DISTRICT, desk_rows.applications_to_review_first, TITLES, _at("titles"), _level
    ),
    "reports": Matter("填报待受理", CLERK, desk_rows.reports_to_accept, REPORTS, _at("reports"), _report),
    "facts": Matter("缺少事实，补助无法核算", CLERK, desk_rows.facts, "/incubator/blocked", _at("blocked"), _said),
    "grade": Matter("填报已处理完，可以定等次", CLERK, desk_rows.rounds_to_grade, ROUNDS, _at("rounds"), _said, _round),
    "hnte": Matter("企业认定高企，待核对", CLERK, desk_rows.tenants_claimed, CLAIMS, _at("claims/hnte"), _said),
    "changes": Matter("变更报告待核对", CLERK, desk_rows.changes_reported, CLAIMS, _at("claims/changes"), _said),
    "rectified": Matter("整改到期，待核查", CLERK, desk_rows.rectifications, TITLES, _at("titles/carriers"), _said),
    "propose": Matter(
        "已核算，可以提出拨付", CLERK, desk_rows.awards_to_propose, PAYMENTS, _to(f"{PAYMENTS}/unproposed"),
        unit=_of("笔"),
    ),
    "touched": Matter("受冲销影响，待重新核算", CLERK, desk_rows.awards_touched, PAYMENTS, _to(RECOVERIES)),
    "letters": Matter("信件待放行", OFFICE, desk_rows.letters_held, OUTBOX, _to(OUTBOX), unit=_of("封")),
    "unsent": Matter(
        "信件寄不出去：没有地址或被退", CLERK, desk_rows.letters_not_sent, LETTERS, _to(LETTERS), unit=_of("封")
    ),
    "parked": Matter("搁置的事件待处理", CLERK, desk_rows.events_parked, "/parked", _to("/parked"), unit=_of("件")),
    "objections": Matter(
        "异议待处理", HEAD, desk_rows.objections, "/incubator/objections", _at("objections"), _said
    ),
    "publicise": Matter("等次待公示", HEAD, desk_rows.rounds_to_publicise, ROUNDS, _at("rounds"), _said, _round),
    "amounts": Matter(
        "金额待决定（最高）", HEAD, desk_rows.amounts_to_decide, DECISIONS, _to(DECISIONS), _said
    ),
    "approve": Matter(
        "拨付建议待批准", HEAD, desk_rows.payments_to_approve, PAYMENTS, _to(f"{PAYMENTS}?state=proposed"), _proposed,
        _of("笔"),
    ),
    "titles": Matter(
        "资格申请待决定", HEAD, desk_rows.applications_to_decide, TITLES, _at("titles"), _level
    ),
    "withdraw": Matter("两年不合格，提出取消资格", HEAD, desk_rows.withdrawals, TITLES, _at("titles/carriers"), _said),
    "pay": Matter(
        "已批准，待拨付", FINANCE, desk_rows.payments_to_make, PAYMENTS, _to(f"{PAYMENTS}?state=approved"), _budget,
        _of("笔"),
    ),
    "recover": Matter("待追回", FINANCE, desk_rows.money_to_recover, PAYMENTS, _to(RECOVERIES)),
}  # fmt: skip


def matters_of(who: Who) -> dict[str, Matter]:
    """What is this person's to do; whoever only looks sees what is anybody's."""
    mine = who.roles & DESKS
    return {name: matter for name, matter in MATTERS.items() if not mine or matter.roles & mine}


def queries(matters: Collection[str]) -> dict[str, Query]:
    return {name: MATTERS[name].query for name in matters}


def tone(days: int) -> str:
    """How long is long: a day is some time, five are too many."""
    return "bad" if days >= 5 else "wait" if days >= 1 else "calm"
