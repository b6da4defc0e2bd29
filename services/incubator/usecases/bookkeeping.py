"""This service's ledger: see shared.ledger. The subject is a carrier, the payee the organisation behind it."""

from functools import partial

from services.incubator.store import shortages, trail
from services.incubator.store.bank_accounts import unconfirmed
from services.incubator.store.changes import CHANGES
from services.incubator.store.money import named
from services.incubator.store.tables import LEDGER as TABLES
from services.incubator.usecases.questions import HEARING
from shared.contracts.incubator import (
    SubsidyApproved,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyCut,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
)
from shared.ledger import blocked, budgeting, deciding, paying, questions, recovering, reversing, settling
from shared.ledger import shortages as sharing
from shared.ledger.service import Ledger, Telling

TELLING = Telling(
    computed=SubsidyComputed,
    declined=SubsidyDeclined,
    blocked=SubsidyBlocked,
    reversed=SubsidyReversed,
    cut=SubsidyCut,
    approved=SubsidyApproved,
    paid=SubsidyPaid,
    entry="subsidy_id",
    party="carrier",
)
LEDGER = Ledger(
    tables=TABLES,
    changes=CHANGES,
    trailing=trail.TRAILING,
    recorded=trail.MONEY,
    hearing=HEARING,
    telling=TELLING,
    named=named,
    unconfirmed=unconfirmed,
    ranks=shortages.ranks,
    noun="补助",
    payees="单位",
    ranking="考评名次",
)
settle = partial(settling.settle, LEDGER)
parties_of, what_blocks = partial(questions.parties_of, LEDGER), partial(blocked.what_blocks, LEDGER)
decide, decide_many = partial(deciding.decide, LEDGER), partial(deciding.decide_many, LEDGER)
supply_facts, request = partial(deciding.supply_facts, LEDGER), partial(reversing.request, LEDGER)
reverse_subsidy = partial(reversing.reverse_subsidy, LEDGER)
recompute_touched = partial(reversing.recompute_touched, LEDGER)
propose_payments, approve_payments = partial(paying.propose_payments, LEDGER), partial(paying.approve_payments, LEDGER)
withdraw_proposals = partial(paying.withdraw_proposals, LEDGER)
withdraw_approvals = partial(paying.withdraw_approvals, LEDGER)
pay_subsidies = partial(paying.pay_subsidies, LEDGER)
receive_recovery, waive_recovery = (
    partial(recovering.receive_recovery, LEDGER),
    partial(recovering.waive_recovery, LEDGER),
)
set_budget = partial(budgeting.set_budget, LEDGER)
simulate, deal_with_shortage = partial(sharing.simulate, LEDGER), partial(sharing.deal_with_shortage, LEDGER)
