"""Money of an award that changed its unit: what is not paid goes to the unit that has it now."""

from sqlalchemy import RowMapping

from services.talent.store import awards, money
from services.talent.usecases.bookkeeping import reverse_grant
from shared.core.errors import DomainError
from shared.ledger.questions import event_of
from shared.ledger.reversing import ReverseSubsidy
from shared.messaging.unit import Unit


async def readdress(unit: Unit, award: RowMapping, change_id: str, unit_id: str, why: str) -> None:
    """Takes back what was computed for the former unit and not paid, and releases it again for the new one, with the
    words and the day it was released with. What was paid stays with whom it was paid to. Computed anew, what a short
    budget had cut would be whole again: it is paid or taken back before."""
    await awards.held_parts(unit.connection, award["id"])
    unpaid = await money.to_be_paid(unit.connection, award["id"])
    cut = {each.award for each in await money.SHORTFALLS.cuts(unit.connection, [entry["id"] for entry in unpaid])}
    for entry in unpaid:
        if entry["id"] in cut:
            called = f"{entry['year']} 年的贴息" if entry["number"] is None else f"第 {entry['number']} 期资助"
            message = f"{called}因预算不足核减过，还没有拨付；请先拨付或冲销，再同意变更单位"
            raise DomainError("cut-not-paid", message, status=409)
        first = (await money.CAUSES.named(unit.connection, [entry["root"]]))[entry["root"]]
        await reverse_grant(unit, ReverseSubsidy(subsidy_id=entry["id"], reason=why), given_anew=True)
        again = event_of(first).model_copy(update={"org_id": unit_id})
        number = () if entry["number"] is None else (str(entry["number"]),)
        unit.tell(again, *number, change_id, story=award["application_id"])
