"""This service's ledger (see shared.ledger): the subject is an award or a broker's deal, the payee a unit or broker."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import broker_reward
from services.talent.store import assessments, awards, changes, money, trail
from services.talent.store.awards import part_of
from services.talent.store.ledger_tables import LEDGER as TABLES
from services.talent.usecases.instalments import parts_told
from shared.contracts.contact import applicant_person
from shared.contracts.event import Event
from shared.contracts.talent import (
    TalentBrokerClaimed,
    TalentGrantApproved,
    TalentGrantBlocked,
    TalentGrantComputed,
    TalentGrantCut,
    TalentGrantDeclined,
    TalentGrantPaid,
    TalentGrantReversed,
    TalentInstalmentReleased,
    TalentInterestClaimed,
    TalentSettlementRequested,
)
from shared.contracts.talent.awards import Instalment, Planned
from shared.contracts.talent.grants import Matter, Then
from shared.core.errors import DomainError
from shared.ledger import blocked, budgeting, deciding, paying, questions, recovering, reversing, settling
from shared.ledger import shortages as sharing
from shared.ledger.service import Asked, Hearing, Ledger, Telling
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit
from shared.policy import load_policy
from shared.programme.load import load_programme
from shared.programme.model import INTEREST_CLAIMED, instalment_event

OF_AWARD = (TalentInstalmentReleased, TalentInterestClaimed)
"""Events by which an award is to be given money."""
GRANTED = "granted"
"""The fact that says what an award comes to in all, as every edition's policy calls it."""


def asked(event: Event) -> Asked:
    """What an event asks of which policy: an instalment that was released and interest that was accepted, of their
    edition's; a broker's claim, of 大政发〔2017〕52号."""
    match event:
        case TalentInstalmentReleased():
            matter = Matter(
                what="instalment", id=event.award_id, number=event.contract_no, programme=event.programme,
                instalment=event.number, person_id=event.person_id, org_id=event.org_id,
            )  # fmt: skip
            body = {
                "type": instalment_event(event.number),
                "date": event.date,
                "facts": {GRANTED: event.granted},
                "sources": {GRANTED: f"{event.granted_by}；{event.because}"},
            }
            policy = load_programme(event.programme.id).policy
            subject = {"id": event.award_id, "org": event.person_id, "kind": event.kind}
            return Asked(event.award_id, event.org_id, policy, subject, body, matter)
        case TalentInterestClaimed():
            return _of_interest(event)
        case TalentBrokerClaimed():
            matter = Matter(what="deal", id=event.deal_id, number=event.contract_no, org_id=event.org_id)
            body = {
                "type": broker_reward.EVENT,
                "date": event.date,
                "facts": {
                    "deal": event.contract_key,
                    "completed_on": event.completed_on,
                    "actual_trade_value": event.actual_trade_value,
                },
                "sources": {"actual_trade_value": f"技术合同 {event.contract_no} 的到账凭证，办公室核定"},
            }
            subject = {"id": event.org_id, "org": event.org_id, "kind": broker_reward.KIND}
            policy = load_policy(broker_reward.POLICY)
            return Asked(event.deal_id, event.org_id, policy, subject, body, matter)
        case _:
            raise TypeError(event.type_)


def _of_interest(event: TalentInterestClaimed) -> Asked:
    matter = Matter(
        what="interest", id=event.award_id, number=event.contract_no, programme=event.programme, year=event.year,
        person_id=event.person_id, org_id=event.org_id,
    )  # fmt: skip
    proof = f"贷款合同 {event.loan_no}；{event.because}"
    body = {
        "type": INTEREST_CLAIMED,
        "date": event.date,
        "year": event.year,
        "facts": {
            "principal": event.principal,
            "interest_from": event.interest_from,
            "interest_until": event.interest_until,
        },
        "sources": dict.fromkeys(("principal", "interest_from", "interest_until"), proof),
    }
    subject = {"id": event.award_id, "org": event.person_id, "kind": event.kind}
    return Asked(event.award_id, event.org_id, load_programme(event.programme.id).policy, subject, body, matter)


async def led_today(connection: AsyncConnection, parties: Mapping[str, BaseModel]) -> Mapping[str, BaseModel]:
    """What is told of an award's money goes to who leads the project now, not to who led it when it was released, and
    says what comes after an instalment."""
    known = {root: each for root, each in parties.items() if isinstance(each, Matter) and each.what != "deal"}
    ids = [each.id for each in known.values()]
    leaders = await awards.leaders_of(connection, ids) if known else {}
    parts = await awards.payable(connection, ids) if known else {}
    dues = await assessments.ahead_of(connection, ids) if known else {}
    now = {
        root: each.model_copy(
            update={
                "person_id": applicant_person(leaders[each.id]),
                "then": each.instalment and _then(each.instalment, parts.get(each.id, ()), dues.get(each.id, ())),
            }
        )
        for root, each in known.items()
        if each.id in leaders
    }
    return {**parties, **now}


def _then(number: int, parts: Sequence[RowMapping], dues: Sequence[RowMapping]) -> Then:
    """`parts`: the award's instalments that may still be paid; `dues`: its assessments to come; both in their order.
    The assessment is that which the next instalment waits for, or else the first."""
    after = next((each for each in parts if each["number"] > number), None)
    awaited = [each for each in dues if after is not None and each["kind"] == after["when"]]
    due = next(iter((*awaited, *dues)), None)
    return Then(
        instalment=after and Instalment.model_validate(parts_told((part_of(after),))[0]),
        assessment=due and Planned(kind=due["kind"], name=due["name"], due_on=due["due_on"].isoformat()),
    )


LEDGER = Ledger(
    tables=TABLES,
    changes=changes.CHANGES,
    trailing=trail.TRAILING,
    recorded=trail.MONEY,
    hearing=Hearing(asked, TalentSettlementRequested),
    telling=Telling(
        computed=TalentGrantComputed,
        declined=TalentGrantDeclined,
        blocked=TalentGrantBlocked,
        reversed=TalentGrantReversed,
        cut=TalentGrantCut,
        approved=TalentGrantApproved,
        paid=TalentGrantPaid,
        entry="grant_id",
        party="matter",
    ),
    named=money.named,
    unconfirmed=money.unconfirmed,
    ranks=money.ranks,
    withheld=money.withheld,
    today=led_today,
    noun="资助",
    payees="单位",
)


async def settle(received: Sequence[Received[Any]], unit: Unit) -> None:
    """Enters what became of each event. What was released or accepted before its award changed its unit or its leader
    is computed for those of today."""
    released = [each.event.award_id for each in received if isinstance(each.event, OF_AWARD)]
    now = await awards.whose(unit.connection, released) if released else {}
    await settling.settle(LEDGER, [_for_those_of_today(each, now) for each in received], unit)


def _for_those_of_today(received: Received[Any], now: Mapping[str, RowMapping]) -> Received[Any]:
    event = received.event
    if not isinstance(event, OF_AWARD) or event.award_id not in now:
        return received
    row = now[event.award_id]
    today = {"org_id": row["unit_id"], "person_id": applicant_person(row["applicant_id"])}
    return Received(event.model_copy(update=today), received.envelope)


what_blocks = partial(blocked.what_blocks, LEDGER)
parties_of = partial(questions.parties_of, LEDGER)
decide, decide_many = partial(deciding.decide, LEDGER), partial(deciding.decide_many, LEDGER)


async def supply_facts(unit: Unit, order: deciding.SupplyFacts) -> str:
    """What an award comes to in all was decided with the award: no clerk supplies another sum beside it."""
    if GRANTED in order.facts:
        message = "核定的资助总额由设立项目的决定写明，不能在台账里补充或更改"
        raise DomainError("fact-decided", message, status=409)
    return await deciding.supply_facts(LEDGER, unit, order)


recompute_touched = partial(reversing.recompute_touched, LEDGER)
request = partial(reversing.request, LEDGER)
reverse_grant = partial(reversing.reverse_subsidy, LEDGER)
propose_payments, approve_payments = partial(paying.propose_payments, LEDGER), partial(paying.approve_payments, LEDGER)
withdraw_proposals = partial(paying.withdraw_proposals, LEDGER)
withdraw_approvals = partial(paying.withdraw_approvals, LEDGER)
pay_grants = partial(paying.pay_subsidies, LEDGER)
receive_recovery, waive_recovery = (
    partial(recovering.receive_recovery, LEDGER),
    partial(recovering.waive_recovery, LEDGER),
)
set_budget = partial(budgeting.set_budget, LEDGER)
simulate, deal_with_shortage = partial(sharing.simulate, LEDGER), partial(sharing.deal_with_shortage, LEDGER)
