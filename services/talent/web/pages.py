"""The service's pages, part by part; a further one is one line."""

from collections.abc import Callable

from fastapi import APIRouter

from services.talent.usecases.due import SCHEDULE
from services.talent.web.accounts import unit_account_pages
from services.talent.web.ahead import ahead
from services.talent.web.application_page import application_page
from services.talent.web.applications import application_pages
from services.talent.web.asked_change import asked_change_pages
from services.talent.web.assessment_list import assessment_list_pages
from services.talent.web.assessment_page import assessment_pages
from services.talent.web.award_making import award_making_pages
from services.talent.web.award_page import award_pages
from services.talent.web.awards import award_list_pages
from services.talent.web.bars import bar_pages
from services.talent.web.bookkeeping import money_pages
from services.talent.web.brokers import broker_pages
from services.talent.web.calls import call_pages
from services.talent.web.chain import chain_pages
from services.talent.web.deals import deal_pages
from services.talent.web.desk import desk_pages
from services.talent.web.erasures import erasure_pages, erasure_request_pages
from services.talent.web.evidence import evidence_pages
from services.talent.web.expert_letters import expert_letter_pages
from services.talent.web.interest import interest_pages
from services.talent.web.mine import my_pages
from services.talent.web.my_address import my_address_pages
from services.talent.web.my_application import my_application_pages
from services.talent.web.my_assessment import my_assessment_pages
from services.talent.web.my_assessment_address import my_assessment_address
from services.talent.web.my_assessment_files import my_assessment_file_pages
from services.talent.web.my_award import my_award_pages
from services.talent.web.my_award_change import my_award_change_pages
from services.talent.web.my_broker import my_broker_pages
from services.talent.web.my_contract import my_contract_pages
from services.talent.web.my_data import my_data_pages
from services.talent.web.my_deal import my_deal_pages
from services.talent.web.my_interest import my_interest_pages
from services.talent.web.my_leaving import my_leaving_pages
from services.talent.web.my_letters import letter_pages
from services.talent.web.my_receipts import my_receipt_pages
from services.talent.web.my_selection import my_selection_pages
from services.talent.web.objection_decision import objection_decision_pages
from services.talent.web.objection_words import objection_pages
from services.talent.web.objections import objection_desk_pages
from services.talent.web.one_call import one_call_pages
from services.talent.web.personal_looks import personal_look_pages
from services.talent.web.ranked_application import ranked_application_pages
from services.talent.web.ranking import ranking_pages
from services.talent.web.reviewing import review_pages
from services.talent.web.team_answer import team_answer_pages
from services.talent.web.unit_application import unit_application_pages
from services.talent.web.unit_assessment import unit_assessment_pages
from services.talent.web.unit_awards import unit_award_pages
from services.talent.web.unit_desk import unit_desk_pages
from services.talent.web.unit_letters import unit_letter_pages
from services.talent.web.unit_payments import unit_payment_pages
from services.talent.web.units import unit_register_pages, unit_workbook_pages
from shared.running.running import Running
from shared.scheduling.pages import schedule_pages

PARTS: tuple[Callable[[Running], APIRouter], ...] = (
    my_pages,
    my_application_pages,
    my_receipt_pages,
    my_award_pages,
    my_contract_pages,
    my_assessment_pages,
    my_assessment_file_pages,
    my_award_change_pages,
    my_data_pages,
    my_leaving_pages,
    my_address_pages,
    my_assessment_address,
    letter_pages,
    team_answer_pages,
    unit_desk_pages,
    unit_application_pages,
    unit_letter_pages,
    unit_account_pages,
    unit_payment_pages,
    desk_pages,
    money_pages,
    unit_award_pages,
    unit_assessment_pages,
    asked_change_pages,
    call_pages,
    one_call_pages,
    application_pages,
    application_page,
    chain_pages,
    award_making_pages,
    award_list_pages,
    award_pages,
    assessment_list_pages,
    assessment_pages,
    unit_register_pages,
    unit_workbook_pages,
    bar_pages,
    personal_look_pages,
    erasure_pages,
    erasure_request_pages,
    evidence_pages,
    expert_letter_pages,
    review_pages,
    ranking_pages,
    ranked_application_pages,
    my_selection_pages,
    objection_desk_pages,
    objection_pages,
    objection_decision_pages,
    broker_pages,
    deal_pages,
    interest_pages,
    my_interest_pages,
    my_broker_pages,
    my_deal_pages,
)


def pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in PARTS:
        router.include_router(part(running))
    router.include_router(schedule_pages(running, SCHEDULE, ahead))
    return router
