"""Import a year's workbook: its registers, and, where a round takes them, its reports and experts' scores."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from services.incubator.domain.city_year import CityYear
from services.incubator.usecases.registers import (
    EnterTenant,
    RegisterCarrier,
    RegisterOrganisation,
    enter_tenants,
    register_carriers,
    register_organisations,
)
from services.incubator.usecases.reports import RecordMarks, SubmitReport, record_marks, submit_report
from services.incubator.workbook.read import read_workbook
from shared.messaging.unit import Unit


class ImportWorkbook(BaseModel):
    """导入工作簿：运营单位、载体、在孵企业；写明批次的，同时提交其填报和专家评分。"""

    path: Path
    rounds: list[str] = Field(default_factory=list)
    """提交填报的批次编号。"""
    contacts: dict[str, str] = Field(default_factory=dict)
    """运营单位编号对应的邮箱。"""


class Imported(BaseModel):
    organisations: int
    carriers: int
    tenants: int
    reports: int


async def import_workbook(unit: Unit, order: ImportWorkbook) -> Imported:
    """Imports the whole workbook or, if anything in it is wrong, nothing: a WorkbookError names every cell."""
    year = read_workbook(order.path)
    await import_registers(unit, year, order.contacts)
    reports = 0
    for round_id in order.rounds:
        reports += await import_reports(unit, year, round_id)
    return Imported(
        organisations=len(year.organisations),
        carriers=len(year.carriers),
        tenants=len({tenant.tenant for tenant in year.tenants}),
        reports=reports,
    )


async def import_registers(unit: Unit, year: CityYear, contacts: Mapping[str, str]) -> None:
    """Organisations, carriers and tenants of a year; titles and levels are given by decisions, not by a workbook."""
    organisations = [
        RegisterOrganisation(
            id=each.id,
            name=each.name,
            credit_code=each.credit_code,
            contact_name=each.name if each.id in contacts else None,
            contact_email=contacts.get(each.id),
        )
        for each in year.organisations.values()
    ]
    carriers = [
        RegisterCarrier(
            id=each.id,
            organisation_id=each.organisation or None,
            kind=each.kind,
            level=each.level,
            name=each.name,
            district=each.district,
            evaluated=each.evaluated,
            prior=dict(each.prior),
            note=each.note,
        )
        for each in year.carriers.values()
    ]
    tenants = [
        EnterTenant(
            tenant_id=each.tenant,
            carrier_id=each.carrier,
            name=each.name,
            entered_on=each.entered_on,
            graduated_on=each.graduated_on,
        )
        for each in year.tenants
    ]
    await register_organisations(unit, organisations)
    await register_carriers(unit, carriers)
    await enter_tenants(unit, tenants)


async def import_reports(unit: Unit, year: CityYear, round_id: str) -> int:
    """Submits the workbook's reports of the round's kind, with the experts' scores; how many reports."""
    kind = round_id.partition("-")[2]
    submitted = 0
    for report in year.reports.values():
        if year.carriers[report.carrier].kind != kind:
            continue
        order = SubmitReport(
            round_id=round_id, carrier_id=report.carrier, figures=dict(report.figures), explanation=report.explanation
        )
        await submit_report(unit, order)
        await record_marks(unit, marks_of(year, round_id, report.carrier))
        submitted += 1
    return submitted


def marks_of(year: CityYear, round_id: str, carrier: str) -> RecordMarks:
    """The experts' scores of one carrier as the workbook has them, by the expert's column."""
    marks = {
        indicator: {f"专家{number}": str(mark) for number, mark in enumerate(given, 1)}
        for indicator, given in year.expert_scores.get(carrier, {}).items()
    }
    return RecordMarks(report_id=f"{round_id}-{carrier}", marks=marks)
