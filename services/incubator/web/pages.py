"""The service's pages to look at: they ask the rows and change nothing."""

from fastapi import APIRouter

from services.incubator.usecases.due import SCHEDULE
from services.incubator.web.ahead import ahead
from services.incubator.web.bookkeeping import money_pages
from services.incubator.web.calendar import calendar_pages
from services.incubator.web.carriers import carrier_pages
from services.incubator.web.chain import chain_pages
from services.incubator.web.city_mentors import city_mentor_pages
from services.incubator.web.claims import claim_pages
from services.incubator.web.decided_grades import decided_grade_pages
from services.incubator.web.desk import desk_pages
from services.incubator.web.dry_run import dry_run_pages
from services.incubator.web.evaluations import evaluation_pages
from services.incubator.web.evidence import evidence_pages
from services.incubator.web.grades import grade_pages
from services.incubator.web.home import overview_pages
from services.incubator.web.mine import my_pages
from services.incubator.web.my_account import account_pages
from services.incubator.web.my_carriers import my_carrier_pages
from services.incubator.web.my_letters import letter_pages
from services.incubator.web.my_mentors import my_mentor_pages
from services.incubator.web.my_report import my_report_pages
from services.incubator.web.my_results import result_pages
from services.incubator.web.my_sessions import my_session_pages
from services.incubator.web.my_subsidies import my_subsidy_pages
from services.incubator.web.my_tenant import one_tenant_pages
from services.incubator.web.my_tenants import my_tenant_pages
from services.incubator.web.my_title import my_title_page
from services.incubator.web.my_titles import my_title_pages
from services.incubator.web.objection_decision import objection_decision_pages
from services.incubator.web.objection_words import objection_pages
from services.incubator.web.objections import objection_desk_pages
from services.incubator.web.organisations import organisation_pages
from services.incubator.web.report_versions import version_pages
from services.incubator.web.reporting import reporting_pages
from services.incubator.web.reports import report_pages
from services.incubator.web.reviewing import review_pages
from services.incubator.web.round_edit import round_edit_pages
from services.incubator.web.round_print import round_print_pages
from services.incubator.web.round_setup import round_setup_pages
from services.incubator.web.round_steps import round_step_pages
from services.incubator.web.rounds import round_pages
from services.incubator.web.title_decisions import title_decision_pages
from services.incubator.web.titles import title_pages
from shared.running.running import Running
from shared.scheduling.pages import schedule_pages

PARTS = (
    overview_pages,
    desk_pages,
    round_setup_pages,
    round_edit_pages,
    dry_run_pages,
    round_print_pages,
    calendar_pages,
    round_pages,
    round_step_pages,
    report_pages,
    reporting_pages,
    evaluation_pages,
    carrier_pages,
    city_mentor_pages,
    organisation_pages,
    money_pages,
    grade_pages,
    decided_grade_pages,
    objection_desk_pages,
    objection_pages,
    objection_decision_pages,
    chain_pages,
    my_pages,
    my_carrier_pages,
    my_tenant_pages,
    one_tenant_pages,
    my_mentor_pages,
    my_session_pages,
    claim_pages,
    my_report_pages,
    version_pages,
    evidence_pages,
    review_pages,
    account_pages,
    result_pages,
    my_subsidy_pages,
    letter_pages,
    my_title_pages,
    my_title_page,
    title_decision_pages,
    title_pages,
)


def pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in PARTS:
        router.include_router(part(running))
    router.include_router(schedule_pages(running, SCHEDULE, ahead))
    return router
