"""The matters of a desk that a ledger has, in the noun of the service that keeps it."""

from collections.abc import Mapping

from sqlalchemy import RowMapping

from shared.desk.matters import Matter, always, said, several
from shared.identity.roles import Role
from shared.ledger.showing import Showing
from shared.ledger.waiting import MoneyWaits
from shared.webkit.called import called

CLERK, HEAD, FINANCE = frozenset({Role.CLERK}), frozenset({Role.HEAD}), frozenset({Role.FINANCE})


def _proposed(row: RowMapping) -> str:
    return f"{row['id']} 年预算，由 {called(row['said'])} 提出"


def _budget(row: RowMapping) -> str:
    return f"{row['id']} 年预算"


def money_matters(showing: Showing, waits: MoneyWaits) -> Mapping[str, Matter]:
    """By name: facts, propose, touched (the clerk's), amounts, approve (the head's), pay, recover (finance's)."""
    noun, payments = showing.ledger.noun, showing.payments
    recoveries = always(f"{showing.base}/recoveries")
    return {
        "facts": Matter(
            f"缺少事实，{noun}无法核算", CLERK, waits.facts, showing.blocked,
            lambda row: showing.blocked_entry(row["id"]), said,
        ),
        "propose": Matter(
            "已核算，可以提出拨付", CLERK, waits.to_propose, payments, always(f"{payments}/unproposed"),
            unit=several("笔"),
        ),
        "touched": Matter("受冲销影响，待重新核算", CLERK, waits.touched, payments, recoveries),
        "amounts": Matter(
            "金额待决定（最高）", HEAD, waits.amounts, showing.decisions, always(showing.decisions), said
        ),
        "approve": Matter(
            "拨付建议待批准", HEAD, waits.to_approve, payments, always(f"{payments}?state=proposed"), _proposed,
            several("笔"),
        ),
        "pay": Matter(
            "已批准，待拨付", FINANCE, waits.to_pay, payments, always(f"{payments}?state=approved"), _budget,
            several("笔"),
        ),
        "recover": Matter("待追回", FINANCE, waits.to_recover, payments, recoveries),
    }  # fmt: skip
