"""What the talent service can be asked to do about money; the use cases are the ledger's (see shared.ledger)."""

from services.talent.usecases import bookkeeping
from shared.identity.roles import Role
from shared.ledger import budgeting, deciding, paying, recovering, reversing
from shared.ledger.shortages import DealWithShortage
from shared.running.operation import Operation

CLERKS, HEADS = frozenset({Role.CLERK, Role.HEAD}), frozenset({Role.HEAD})
PAYERS = frozenset({Role.FINANCE})
"""A payment is never approved by who proposed it, whatever his role."""

MONEY_OPERATIONS = (
    Operation("set-budget", budgeting.SetBudget, bookkeeping.set_budget, HEADS),
    Operation("decide", deciding.Decide, bookkeeping.decide, HEADS),
    Operation("decide-many", deciding.DecideMany, bookkeeping.decide_many, HEADS),
    Operation("supply-facts", deciding.SupplyFacts, bookkeeping.supply_facts, CLERKS),
    Operation("reverse-grant", reversing.ReverseSubsidy, bookkeeping.reverse_grant, HEADS),
    Operation("recompute-touched", reversing.RecomputeTouched, bookkeeping.recompute_touched, CLERKS),
    Operation("deal-with-shortage", DealWithShortage, bookkeeping.deal_with_shortage, HEADS),
    Operation("propose-payments", paying.ProposePayments, bookkeeping.propose_payments, CLERKS),
    Operation("approve-payments", paying.ApprovePayments, bookkeeping.approve_payments, HEADS),
    Operation("withdraw-proposals", paying.WithdrawProposals, bookkeeping.withdraw_proposals, CLERKS),
    Operation("withdraw-approvals", paying.WithdrawApprovals, bookkeeping.withdraw_approvals, HEADS),
    Operation("pay-grants", paying.PaySubsidies, bookkeeping.pay_grants, PAYERS),
    Operation("receive-recovery", recovering.ReceiveRecovery, bookkeeping.receive_recovery, PAYERS),
    Operation("waive-recovery", recovering.WaiveRecovery, bookkeeping.waive_recovery, HEADS),
)
