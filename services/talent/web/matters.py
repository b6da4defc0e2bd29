"""The matters of this service's desk: what waits, for whom, and where it is done. A further one is a line of
`MATTERS`."""

from services.talent.store import desk_rows
from services.talent.store.award_tables import AWARD
from services.talent.usecases.bookkeeping import LEDGER
from services.talent.web.award_matters import AWARD_MATTERS
from services.talent.web.bookkeeping import SHOWING
from services.talent.web.office_matters import OFFICE_MATTERS
from services.talent.web.selection_matters import SELECTION_MATTERS
from shared.desk.matters import Matter, said
from shared.identity.roles import Role
from shared.ledger.matters import money_matters
from shared.ledger.waiting import MoneyWaits

HEAD = frozenset({Role.HEAD})
WAITS = MoneyWaits(LEDGER, desk_rows.with_subjects, desk_rows.SUBJECT, AWARD.c.programme_id)
RECOVERIES = "/talent/recoveries"
MATTERS = {
    **OFFICE_MATTERS,
    **SELECTION_MATTERS,
    **AWARD_MATTERS,
    **money_matters(SHOWING, WAITS),
    "take-back": Matter(
        "已停止拨付，核算过的资助待冲销", HEAD, desk_rows.to_take_back, RECOVERIES,
        lambda row: SHOWING.entry(row["id"]), said,
    ),
    "ask-back": Matter(
        "项目终止或者不通过，建议追回已拨付的资助", HEAD, desk_rows.to_ask_back, RECOVERIES,
        lambda row: SHOWING.entry(row["id"]), said,
    ),
}  # fmt: skip
