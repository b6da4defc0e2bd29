"""A round of incubators that have reported, and the experts who may review them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from services.incubator.demo import WORKBOOK
from services.incubator.store.review_tables import EXPERT_MARK
from services.incubator.usecases import (
    drawing,
    experts,
    marking,
    registers,
    reports,
    review_views,
    reviewing,
    rounds,
)
from services.incubator.workbook.read import read_workbook
from shared.core.errors import DomainError
from tests.integration.little_city import City

R = "2018-incubator"
FIGURES = read_workbook(WORKBOOK).reports["F03"].figures
CARRIERS = ("F1", "F2", "F3", "F4")
ALL = tuple(f"P{number}" for number in range(1, 7))


class Panel(City):
    """A round of incubators that have reported, and six experts."""

    async def prepared(self) -> None:
        self.at(date(2018, 11, 1))
        for number, carrier in enumerate(CARRIERS, 1):
            organisation = registers.RegisterOrganisation(
                id=f"U{number}", name=f"样例（{number}）孵化器有限公司", credit_code=f"9121020000000000{number:02}"
            )
            await self.do(registers.register_organisation, organisation)
            registered = registers.RegisterCarrier(
                id=carrier, organisation_id=f"U{number}", kind="incubator", level="city", name=f"样例孵化器 {number}"
            )
            await self.do(registers.register_carrier, registered)
            tenant = registers.EnterTenant(
                tenant_id=f"E{number}", carrier_id=carrier, name=f"在孵样例 {number}", entered_on=date(2017, 1, 1)
            )
            await self.do(registers.enter_tenant, tenant)
        opened = rounds.OpenRound(
            year=2018, kind="incubator", scheme="incubator-100-sample", document_no="样例文〔2018〕31号",
            opens_on=date(2018, 11, 1), closes_on=date(2018, 11, 30),
        )  # fmt: skip
        await self.do(rounds.open_round, opened)
        for carrier in CARRIERS[:3]:
            await self.report(carrier)
        for expert in ALL:
            await self.expert(expert)

    async def report(self, carrier: str) -> None:
        order = reports.SubmitReport(round_id=R, carrier_id=carrier, figures=FIGURES, explanation="已核对")
        await self.do(reports.submit_report, order, "operator")

    async def expert(self, id_: str, **given: Any) -> None:
        order = {"name": f"专家 {id_}", "employer": f"样例大学 {id_}", "fields": ["孵化管理"], "account": f"{id_}@site"}
        await self.do(experts.register_expert, experts.RegisterExpert(id=id_, **{**order, **given}))

    async def tied(self, id_: str, kind: str = "shareholding", **given: Any) -> experts.Declared:
        order = experts.DeclareRelation.model_validate({"expert_id": id_, "kind": kind, **given})
        found: experts.Declared = await self.do(experts.declare_relation, order)
        return found

    async def drawn(self, per_unit: int = 2, most: int = 3, **given: Any) -> drawing.DrawnExperts:
        order = drawing.DrawExperts(round_id=R, per_unit=per_unit, most=most, **given)
        found: drawing.DrawnExperts = await self.do(drawing.draw_experts, order)
        return found

    async def holding(self) -> set[tuple[str, str]]:
        return {
            (each.carrier_id, each.expert_id)
            for each in await self.do(review_views.list_reviews, review_views.ListReviews(round_id=R))
            if each.state in {"invited", "accepted", "marked"}
        }

    async def accept(self, carrier: str, expert: str) -> None:
        order = reviewing.AcceptReviews(report_ids=[f"{R}-{carrier}"])
        await self.do(reviewing.accept_reviews, order, f"{expert}@site")

    async def mark(self, carrier: str, expert: str, mark: str, reason: str = "管理规范，规划清楚", **more: Any) -> None:
        marks = {"management": {"mark": mark, "reason": reason}, **more}
        order = marking.MarkUnit.model_validate({"report_id": f"{R}-{carrier}", "marks": marks})
        await self.do(marking.mark_unit, order, f"{expert}@site")

    async def moderate(self, carrier: str, expert: str, outcome: str, reason: str = "与材料核对") -> None:
        order = marking.Moderate.model_validate(
            {"report_id": f"{R}-{carrier}", "expert": expert, "indicator": "management", "outcome": outcome,
             "reason": reason}
        )  # fmt: skip
        await self.do(marking.moderate, order, "head-1")

    async def seen(self, expert: str) -> list[review_views.MyReview]:
        order = review_views.MyReviews(round_id=R)
        found: list[review_views.MyReview] = await self.do(review_views.my_reviews, order, f"{expert}@site")
        return found

    async def outliers(self, *, every: bool = False) -> list[review_views.Outlier]:
        order = review_views.ListOutliers(round_id=R, every=every)
        found: list[review_views.Outlier] = await self.do(review_views.list_outliers, order)
        return found

    async def rows(self, query: Any) -> list[Any]:
        async with self.running.look() as connection:
            return list((await connection.execute(query)).mappings())

    async def counting(self, carrier: str) -> dict[str, str]:
        rows = await self.rows(select(EXPERT_MARK).where(EXPERT_MARK.c.report_id == f"{R}-{carrier}"))
        return {row["expert"]: row["mark"] for row in rows}

    async def reviewed(self, marks: Mapping[str, str]) -> None:
        """F1 reviewed by P1 to P3, whoever is drawn for the others; each gives F1 his mark."""
        for expert in ("P4", "P5", "P6"):
            await self.tied(expert, carrier_id="F1")
        await self.drawn(3, 3)
        for expert, mark in marks.items():
            await self.accept("F1", expert)
            await self.mark("F1", expert, mark)


async def refused(work: Any) -> str:
    with pytest.raises(DomainError) as error:
        await work
    return error.value.code
