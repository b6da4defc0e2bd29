"""This service's ledger (see shared.ledger): the subject is an award or a broker's deal, the payee a unit or broker."""

from functools import partial

from services.talent.domain import broker_reward
from services.talent.store import changes, money, trail
from services.talent.store.ledger_tables import LEDGER as TABLES
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
    TalentSettlementRequested,
)
from shared.contracts.talent.grants import Matter
from shared.ledger import blocked, budgeting, deciding, paying, questions, recovering, reversing, settling
from shared.ledger import shortages as sharing
from shared.ledger.service import Asked, Hearing, Ledger, Telling
from shared.policy import load_policy
from shared.programme.load import load_programme
from shared.programme.model import instalment_event


def asked(event: Event) -> Asked:
    """What an event asks of which policy: an instalment that was released, of its edition's; a broker's claim, of
    大政发〔2017〕52号."""
    match event:
        case TalentInstalmentReleased():
            matter = Matter(
                what="instalment", id=event.award_id, number=event.contract_no, programme=event.programme,
                instalment=event.number, person_id=event.person_id, org_id=event.org_id,
            )  # fmt: skip
            body = {
                "type": instalment_event(event.number),
                "date": event.date,
                "facts": {"granted": event.granted},
                "sources": {"granted": f"{event.granted_by}；{event.because}"},
            }
            policy = load_programme(event.programme.id).policy
            subject = {"id": event.award_id, "org": event.person_id, "kind": event.kind}
            return Asked(event.award_id, event.org_id, policy, subject, body, matter)
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
    noun="资助",
    payees="单位",
)
settle = partial(settling.settle, LEDGER)
what_blocks = partial(blocked.what_blocks, LEDGER)
parties_of = partial(questions.parties_of, LEDGER)
decide, decide_many = partial(deciding.decide, LEDGER), partial(deciding.decide_many, LEDGER)
supply_facts = partial(deciding.supply_facts, LEDGER)
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
