"""The matters of this service's desk: what waits, for whom, and where it is done. A further one is a line of
`MATTERS`."""

from sqlalchemy import RowMapping, func

from services.incubator.store import desk_rows
from services.incubator.store.tables import CARRIER, SUBSIDY
from services.incubator.usecases.bookkeeping import LEDGER
from services.incubator.web.bookkeeping import SHOWING
from services.incubator.web.looks import to
from services.incubator.web.wording import kind_name, level_name
from shared.desk.matters import Matter, Words, always, said, several
from shared.identity.roles import Role
from shared.ledger.matters import money_matters
from shared.ledger.waiting import MoneyWaits

DISTRICT = frozenset({Role.DISTRICT})
CLERK = frozenset({Role.CLERK})
HEAD = frozenset({Role.HEAD})
OFFICE = CLERK | HEAD
SAID = {desk_rows.RECOMMENDED: "区县已推荐", desk_rows.REJECTED: "区县不推荐"}


def _report(row: RowMapping) -> str:
    again = f"补正后的第 {row['number']} 版，" if row["number"] > 1 else ""
    return f"{again}{SAID.get(row['said'], '区县尚未初审')}"


def _corrected(row: RowMapping) -> str:
    return f"补正后的第 {row['number']} 版" if row["number"] > 1 else ""


def _round(row: RowMapping) -> str:
    return f"{row['number']} 年度{kind_name(row['kind'])}"


def _at(place: str) -> Words:
    return lambda row: to(place, row["id"])


def _level(row: RowMapping) -> str:
    return f"申请{level_name(row['said'])}"


WAITS = MoneyWaits(
    LEDGER,
    lambda query: query.outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id),
    func.coalesce(CARRIER.c.name, SUBSIDY.c.carrier_id),
    CARRIER.c.kind,
    CARRIER.c.district,
)
MONEY = money_matters(SHOWING, WAITS)
REPORTS, ROUNDS, TITLES, CLAIMS = (f"/incubator/{name}" for name in ("reports", "rounds", "titles", "claims"))
OUTBOX, LETTERS = "/notify/outbox", "/notify/messages"
MATTERS = {
    "first-review": Matter(
        "填报待初审", DISTRICT, desk_rows.reports_to_review_first, REPORTS, _at("reports"), _corrected
    ),
    "applied": Matter(
        "资格申请待初审", DISTRICT, desk_rows.applications_to_review_first, TITLES, _at("titles"), _level
    ),
    "reports": Matter("填报待受理", CLERK, desk_rows.reports_to_accept, REPORTS, _at("reports"), _report),
    "facts": MONEY["facts"],
    "grade": Matter("填报已处理完，可以定等次", CLERK, desk_rows.rounds_to_grade, ROUNDS, _at("rounds"), said, _round),
    "hnte": Matter("企业认定高企，待核对", CLERK, desk_rows.tenants_claimed, CLAIMS, _at("claims/hnte"), said),
    "changes": Matter("变更报告待核对", CLERK, desk_rows.changes_reported, CLAIMS, _at("claims/changes"), said),
    "rectified": Matter("整改到期，待核查", CLERK, desk_rows.rectifications, TITLES, _at("titles/carriers"), said),
    "propose": MONEY["propose"],
    "touched": MONEY["touched"],
    "letters": Matter("信件待放行", OFFICE, desk_rows.letters_held, OUTBOX, always(OUTBOX), unit=several("封")),
    "unsent": Matter(
        "信件寄不出去：没有地址或被退", CLERK, desk_rows.letters_not_sent, LETTERS, always(LETTERS), unit=several("封")
    ),
    "parked": Matter(
        "搁置的事件待处理", CLERK, desk_rows.events_parked, "/parked", always("/parked"), unit=several("件")
    ),
    "objections": Matter(
        "异议待处理", HEAD, desk_rows.objections, "/incubator/objections", _at("objections"), said
    ),
    "publicise": Matter("等次待公示", HEAD, desk_rows.rounds_to_publicise, ROUNDS, _at("rounds"), said, _round),
    "amounts": MONEY["amounts"],
    "approve": MONEY["approve"],
    "titles": Matter(
        "资格申请待决定", HEAD, desk_rows.applications_to_decide, TITLES, _at("titles"), _level
    ),
    "withdraw": Matter("两年不合格，提出取消资格", HEAD, desk_rows.withdrawals, TITLES, _at("titles/carriers"), said),
    "pay": MONEY["pay"],
    "recover": MONEY["recover"],
}  # fmt: skip
