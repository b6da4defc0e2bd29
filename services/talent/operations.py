"""What the talent service can be asked to do.

An identity number is read by people alone, each time with a reason, on a page: no operation answers one.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from services.talent.award_operations import award_operations
from services.talent.money_operations import MONEY_OPERATIONS
from services.talent.selection_operations import SELECTION_OPERATIONS
from services.talent.usecases import (
    applications,
    barring,
    brokers,
    call_days,
    calls,
    cancelling,
    deal_claims,
    deals,
    erasing,
    erasing_brokers,
    formal_check,
    people,
    recommending,
    team,
)
from shared.core.sealed import Seal
from shared.identity.roles import Role
from shared.messaging.unit import Unit
from shared.running.operation import Operation

CLERKS = frozenset({Role.CLERK, Role.HEAD})
"""Who does the office's work, and what came in on paper for others."""
HEADS = frozenset({Role.HEAD})
"""Who decides for the office."""


def operations_with(seal: Callable[[], Seal]) -> tuple[Operation, ...]:
    """`seal`: of this installation, asked for once an identity number has to be kept or found by its mark."""

    def sealed(does: Callable[[Unit, Any, Seal], Awaitable[Any]]) -> Callable[[Unit, Any], Awaitable[Any]]:
        async def done(unit: Unit, order: object) -> object:
            return await does(unit, order, seal())

        return done

    return (
        Operation("plan-call", calls.PlanCall, calls.plan_call, CLERKS),
        Operation("change-call", call_days.ChangeCall, call_days.change_call, CLERKS),
        Operation("open-call", calls.CallNamed, calls.open_call, CLERKS),
        Operation("close-call", calls.CloseCall, calls.close_call, CLERKS),
        Operation("cancel-call", cancelling.CancelCall, cancelling.cancel_call, HEADS),
        Operation("register-unit", people.RegisterUnit, people.register_unit, CLERKS),
        Operation("register-applicant", people.RegisterApplicant, people.register_applicant, CLERKS),
        Operation("change-contact", people.ChangeContact, people.change_contact, CLERKS),
        Operation("start-application", applications.StartApplication, applications.start_application, CLERKS),
        Operation("save-application", applications.SaveApplication, sealed(applications.save_application), CLERKS),
        Operation(
            "submit-application", applications.SubmitApplication, sealed(applications.submit_application), CLERKS
        ),
        Operation("withdraw-application", applications.WithdrawApplication, applications.withdraw_application, CLERKS),
        Operation("name-member", team.NameMember, sealed(team.name_member), CLERKS),
        Operation("remove-member", team.RemoveMember, team.remove_member, CLERKS),
        Operation("recommend", recommending.Recommend, recommending.recommend, CLERKS),
        Operation("return-by-unit", recommending.ReturnToApplicant, recommending.return_by_unit, CLERKS),
        Operation("do-not-recommend", recommending.DoNotRecommend, recommending.do_not_recommend, CLERKS),
        Operation("accept-application", formal_check.Accept, formal_check.accept, CLERKS),
        Operation("accept-clear", formal_check.AcceptClear, formal_check.accept_clear, CLERKS),
        Operation("return-application", recommending.ReturnToApplicant, formal_check.return_by_office, CLERKS),
        Operation("decline-application", formal_check.Decline, formal_check.decline, CLERKS),
        Operation("add-bar", barring.AddBar, sealed(barring.add_bar), CLERKS),
        Operation("end-bar", barring.EndBar, barring.end_bar, CLERKS),
        Operation("register-broker", brokers.RegisterBroker, brokers.register_broker, CLERKS),
        Operation("change-broker", brokers.ChangeBroker, brokers.change_broker, CLERKS),
        Operation("decide-broker", brokers.DecideBroker, brokers.decide_broker, CLERKS),
        Operation("report-deal", deals.ReportDeal, deals.report_deal, CLERKS),
        Operation("change-deal", deals.ChangeDeal, deals.change_deal, CLERKS),
        Operation("withdraw-deal", deals.WithdrawDeal, deals.withdraw_deal, CLERKS),
        Operation("claim-reward", deal_claims.ClaimOnPaper, deal_claims.claim_on_paper, CLERKS),
        Operation("confirm-claim", deal_claims.ConfirmClaim, deal_claims.confirm_claim, CLERKS),
        Operation("return-claim", deal_claims.RefuseClaim, deal_claims.return_claim, CLERKS),
        Operation("refuse-claim", deal_claims.RefuseClaim, deal_claims.refuse_claim, CLERKS),
        Operation("ask-erasure", erasing.AskErasure, erasing.ask_erasure, CLERKS),
        Operation("decline-erasure", erasing.DeclineErasure, erasing.decline_erasure, HEADS),
        Operation("erase-applications", erasing.EraseApplications, erasing.erase_applications, HEADS),
        Operation("erase-brokers", erasing_brokers.EraseBrokers, erasing_brokers.erase_brokers, HEADS),
        Operation("erase-applicant", erasing.EraseApplicant, erasing.erase_applicant, HEADS),
        *award_operations(CLERKS, HEADS),
        *MONEY_OPERATIONS,
        *SELECTION_OPERATIONS,
    )
