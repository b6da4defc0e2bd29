"""A round of five incubators whose scheme has room for one excellent and two good, publicised."""

from collections.abc import Mapping
from datetime import date

from services.incubator.demo import WORKBOOK
from services.incubator.usecases import grading, objections, registers, reports, rounds
from services.incubator.workbook.read import read_workbook
from tests.integration.little_city import City

Q = "2018-incubator"
AS_IN_DEMO = {"G1": "F03", "G2": "F01", "G3": "F06", "G4": "F04", "G5": "F02"}
"""From the best total down; all but the last reach the line of the excellent."""


class QuotaCity(City):
    async def graded_by_quota(self, figures: Mapping[str, str] | None = None) -> None:
        """`figures`: by carrier, whose report of the demo it hands in."""
        known = read_workbook(WORKBOOK).reports
        self.at(date(2018, 11, 1))
        for number, carrier in enumerate(AS_IN_DEMO, 1):
            organisation = registers.RegisterOrganisation(
                id=f"V{number}", name=f"样例（{number}）孵化器有限公司", credit_code=f"9121020000000000{number:02}"
            )
            await self.do(registers.register_organisation, organisation)
            order = registers.RegisterCarrier(
                id=carrier, organisation_id=f"V{number}", kind="incubator", level="city", name=f"样例孵化器 {number}"
            )
            await self.do(registers.register_carrier, order)
        opened = rounds.OpenRound(
            year=2018, kind="incubator", scheme="incubator-100-sample", document_no="样例文〔2018〕31号",
            opens_on=date(2018, 11, 1), closes_on=date(2018, 11, 30),
        )  # fmt: skip
        await self.do(rounds.open_round, opened)
        for carrier, like in (figures or AS_IN_DEMO).items():
            sent = reports.SubmitReport(
                round_id=Q, carrier_id=carrier, figures=known[like].figures, explanation="已核对"
            )
            await self.do(reports.submit_report, sent, "operator")
            await self.do(reports.accept_report, reports.AcceptReport(report_id=f"{Q}-{carrier}"))
            marks = reports.RecordMarks(report_id=f"{Q}-{carrier}", marks={"management": {"P1": "10"}})
            await self.do(reports.record_marks, marks)
        self.at(date(2018, 12, 10))
        await self.do(rounds.close_round, rounds.CloseRound(round_id=Q))
        await self.do(grading.grade_round, grading.GradeRound(round_id=Q))

    async def objected_by_paper(self, carrier: str) -> str:
        self.at(date(2018, 12, 24))
        await self.do(grading.publicise_round, grading.PubliciseRound(round_id=Q))
        order = objections.FileObjection(evaluation_id=f"{Q}-{carrier}", objector_id="V2", grounds="数字不实")
        id_: str = await self.do(objections.file_objection, order)
        return id_
