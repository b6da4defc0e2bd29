"""A little city lived through the use cases: a year from opening a round to the letters, on a clock the test moves."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from nats.aio.client import Client
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE
from services.incubator.store.base import METADATA
from services.incubator.store.tables import CAUSE, MESSAGE_SEEN, SPINE, SUBSIDY
from services.incubator.usecases import bookkeeping, finalising, grading, objections, registers, reports, rounds
from services.incubator.usecases.bookkeeping import settle
from shared.contracts.envelope import Envelope, read
from shared.contracts.incubator import EvaluationFinalised
from shared.contracts.notify import MessageFailed, MessageHandedOver, MessageQueued
from shared.core.clock import SHANGHAI
from shared.core.settings import Settings
from shared.correspondence.noting import note_messages
from shared.ledger import budgeting, paying, reversing
from shared.messaging.consumer import Received
from shared.running.running import Running
from tests.asking import anybody, no_accounts
from tests.integration.accounts import confirm_accounts
from tests.one_app import make_app

ROUND = "2018-makerspace"
HEARD = (
    "incubator.carrier.recognised.v1",
    "incubator.tenant.hnte_recognised.v1",
    "incubator.evaluation.finalised.v1",
    "incubator.evaluation.corrected.v1",
    "incubator.settlement.requested.v1",
)
FULL: dict[str, Any] = {
    "seats": 100,
    "seats_used": 95,
    "mentors": 9,
    "agencies": 8,
    "activities": {"hosted": 8, "undertaken": 2, "hosted_jointly": 1, "undertaken_jointly": 1},
    "new_teams": 25,
    "registered": {"company": 8, "sole_trader": 1},
    "commercialised": 5,
    "financing": "2400000.00",
    "tax": "240000.00",
    "talent": {"college": 1, "bachelor": 3, "master": 2, "doctor": 1},
    "operating_cost": "900000.00",
}
"""Full marks."""
STORY = "外部程序/2018 年 第 1 批?"
"""A correlation id as an outside program may choose one."""


class City:
    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.at(date(2018, 10, 8))
        settings = Settings(data=folder)
        self.running = Running(SERVICE, settings, engine, Client().jetstream(), lambda: self.instant)

    @cached_property
    def app(self) -> FastAPI:
        """Made when it is first asked for: three hundred routes take a third of a second."""
        return make_app("苗圃", [self.running], now=lambda: self.instant, identity=no_accounts(), asks=anybody)

    def at(self, day: date, hour: int = 9) -> None:
        self.instant = datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)

    async def do(self, work: Any, order: Any, by: str = "clerk-1") -> Any:
        async with self.running.unit(by) as unit:
            return await work(unit, order)

    async def registered(self) -> None:
        for number in range(1, 5):
            order = registers.RegisterOrganisation(
                id=f"U{number}", name=f"样例单位 {number}", credit_code=f"91000000MA000000{number:02}"
            )
            await self.do(registers.register_organisation, order)
            carrier = registers.RegisterCarrier(
                id=f"Z{number}",
                organisation_id=f"U{number}",
                kind="makerspace",
                level="city",
                name=f"样例众创空间 {number}",
                district="高新园区" if number < 3 else "中山区",
                prior={"city": "unqualified"} if number == 3 else {},
            )
            await self.do(registers.register_carrier, carrier)
        incubator = registers.RegisterCarrier(
            id="F1", organisation_id="U1", kind="incubator", level="national", name="样例孵化器 1"
        )
        await self.do(registers.register_carrier, incubator)
        tenant = registers.EnterTenant(tenant_id="E1", carrier_id="F1", name="样例企业 1", entered_on=date(2016, 3, 1))
        await self.do(registers.enter_tenant, tenant)
        await self.do(
            bookkeeping.set_budget, budgeting.SetBudget(year=2019, amount="1000000", document_no="样例财 1 号")
        )

    async def opened(self) -> None:
        self.at(date(2018, 11, 1))
        order = rounds.OpenRound(
            year=2018,
            kind="makerspace",
            scheme="makerspace-100",
            document_no="样例文〔2018〕31号",
            opens_on=date(2018, 11, 1),
            closes_on=date(2018, 11, 30),
        )
        await self.do(rounds.open_round, order)

    async def reported(self) -> None:
        """Z1 and Z4 are excellent, Z4 without its cost; Z2 is good after a correction; Z3 does not report."""
        self.at(date(2018, 11, 20))
        weak = FULL | {"financing": "0.00", "tax": "0.00", "commercialised": 1}
        given = {"Z1": FULL, "Z2": weak | {"mentors": 90}, "Z4": FULL | {"operating_cost": None}}
        for id_, figures in given.items():
            await self._submit(id_, figures)
        reasons = {"mentors": "与附件名单不符，请核对"}
        back = reports.ReturnReport(report_id=f"{ROUND}-Z2", reasons=reasons, deadline=date(2018, 11, 28))
        await self.do(reports.return_report, back)
        self.at(date(2018, 11, 22))
        await self._submit("Z2", weak)

    async def _submit(self, id_: str, figures: dict[str, Any]) -> None:
        order = reports.SubmitReport(round_id=ROUND, carrier_id=id_, figures=figures)
        await self.do(reports.submit_report, order, "operator")

    async def graded(self) -> None:
        self.at(date(2018, 12, 10))
        for id_ in ("Z1", "Z2", "Z4"):
            await self.do(reports.accept_report, reports.AcceptReport(report_id=f"{ROUND}-{id_}"))
        await self.do(rounds.close_round, rounds.CloseRound(round_id=ROUND))
        await self.do(grading.grade_round, grading.GradeRound(round_id=ROUND))

    async def objected(self) -> str:
        self.at(date(2018, 12, 24))
        await self.do(grading.publicise_round, grading.PubliciseRound(round_id=ROUND))
        self.at(date(2018, 12, 25))
        order = objections.FileObjection(
            evaluation_id=f"{ROUND}-Z2", objector_id="secret-objector", grounds="到账凭证漏报"
        )
        id_: str = await self.do(objections.file_objection, order)
        return id_

    async def decided(self, objection: str) -> None:
        self.at(date(2018, 12, 27))
        order = objections.DecideObjection(
            objection_id=objection,
            outcome="upheld",
            reason="凭证属实",
            figures={"financing": "2400000.00", "tax": "240000.00"},
        )
        await self.do(objections.decide_objection, order, "head-1")

    async def finalised(self) -> None:
        self.at(date(2019, 1, 2))
        await self.do(finalising.finalise_round, finalising.FinaliseRound(round_id=ROUND), "schedule")

    async def settled(self) -> None:
        """What the settlement hears of this service and has not answered yet."""
        while True:
            async with self.running.look() as connection:
                known = set((await connection.execute(select(CAUSE.c.event_id))).scalars())
                rows = await connection.execute(select(SPINE.outbox).order_by(SPINE.outbox.c.position))
                new = [row for row in rows.mappings() if row["subject"] in HEARD and row["event_id"] not in known]
            if not new:
                return
            await self.hear(*(Received(*read(row["headers"], bytes(row["body"]))) for row in new))

    async def hear(self, *received: Received[Any]) -> None:
        async with self.running.unit("system") as unit:
            await settle(received, unit)

    async def paid(self, subsidy: str, state: str = "paid") -> None:
        await self.do(bookkeeping.propose_payments, paying.ProposePayments(subsidy_ids=[subsidy], budget_year=2019))
        if state == "proposed":
            return
        await self.do(bookkeeping.approve_payments, paying.ApprovePayments(subsidy_ids=[subsidy]), "head-1")
        if state == "paid":
            self.at(date(2019, 1, 8))
            await self.accounts_confirmed(subsidy)
            order = paying.PaySubsidies(subsidy_ids=[subsidy], paid_on=date(2019, 1, 8), document_no="样例财 3 号")
            await self.do(bookkeeping.pay_subsidies, order, "finance-1")

    async def accounts_confirmed(self, *subsidies: str) -> None:
        """Whoever these are paid to confirms an account, unless he has one already."""
        payees = select(SUBSIDY.c.organisation_id).where(SUBSIDY.c.id.in_(subsidies)).distinct()
        async with self.running.unit("operator-1") as unit:
            await confirm_accounts(unit, set((await unit.connection.execute(payees)).scalars()))

    async def reverse(self, subsidy: str) -> None:
        await self.do(bookkeeping.reverse_subsidy, reversing.ReverseSubsidy(subsidy_id=subsidy, reason="证书被撤销"))

    async def told(self, subject: str) -> list[Any]:
        """The events of this kind the service has told, with their bodies read."""
        async with self.running.look() as connection:
            query = select(SPINE.outbox).where(SPINE.outbox.c.subject == subject).order_by(SPINE.outbox.c.position)
            rows = (await connection.execute(query)).mappings().all()
        return [Received(*read(row["headers"], bytes(row["body"]))) for row in rows]

    async def write_letters(self) -> None:
        """As the notify service would tell: queued, then handed over; Z2's subsidy letter fails."""
        kinds = {
            "incubator.report.due.v1": "round-opened",
            "incubator.objection.filed.v1": "objection-received",
            "incubator.objection.decided.v1": "objection-decided",
            "incubator.evaluation.finalised.v1": "evaluation-result",
            "incubator.subsidy.computed.v1": "subsidy-computed",
            "incubator.subsidy.declined.v1": "subsidy-declined",
        }
        for subject, letter in kinds.items():
            for each in await self.told(subject):
                to = [each.event.objector_id] if letter == "objection-received" else [each.event.carrier.org_id]
                if letter == "objection-decided":
                    to.append(each.event.objector_id)
                for recipient in to:
                    await self._letter(each.envelope, letter, recipient)

    async def _letter(self, cause: Envelope, letter: str, recipient: str) -> None:
        body = {
            "message_id": f"m-{cause.id}-{recipient}",
            "letter": letter,
            "cause_event_id": cause.id,
            "recipient_id": recipient,
        }
        failed = letter == "subsidy-computed" and recipient == "U2"
        last = MessageFailed(**body, reason="550 no such mailbox") if failed else MessageHandedOver(**body)
        told = []
        for number, event in enumerate((MessageQueued(**body), last)):
            envelope = Envelope(f"{body['message_id']}-{number}", "/notify", self.instant, "m", cause.correlation_id)
            told.append(Received(event, envelope))
        await self.do(lambda unit, _: note_messages(MESSAGE_SEEN, told, unit), None, "system")

    async def year(self) -> None:
        """All of it, to the letters."""
        await self.registered()
        tenant = registers.RecogniseTenant(tenant_id="E1", carrier_id="F1", on=date(2018, 11, 16))
        await self.opened()
        await self.reported()
        await self.do(registers.recognise_tenant, tenant)
        await self.graded()
        await self.decided(await self.objected())
        await self.finalised()
        await self.settled()
        await self.write_letters()

    async def stranger(self, kind: str = "makerspace", **changed: Any) -> None:
        """An outside program's grade, for a carrier no register knows."""
        carrier = {"id": "Q/9", "org_id": "U-Q", "kind": kind, "level": "city", "name": "=外来载体 <9>"}
        event = EvaluationFinalised.model_validate({**EvaluationFinalised.example, "carrier": carrier, **changed})
        await self.hear(Received(event, Envelope(f"q-{kind}", "/outside", self.instant, event.about(), STORY)))


@asynccontextmanager
async def little_city(engine: AsyncEngine, folder: Path) -> AsyncIterator[City]:
    """An empty city on this database."""
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    yield City(engine, folder)


class Page:
    """A page as somebody reads it: its words, and where its links go."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.html = answer.text
        words = re.sub(r"<(script|style|title)\b.*?</\1>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        self.text = re.sub(r"\s+", " ", unescape(words))
        self.links = [unescape(link) for link in re.findall(r'href="([^"]+)"', self.html)]

    def rows(self) -> list[str]:
        """The words of each table row."""
        cells = re.findall(r"<tr\b.*?</tr>", self.html, flags=re.DOTALL)
        return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", row))).strip() for row in cells]


class Visitor:
    def __init__(self, city: City) -> None:
        transport = httpx.ASGITransport(city.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", follow_redirects=True)

    async def get(self, path: str, status: int = 200) -> Page:
        page = Page(await self.client.get(path))
        assert page.status == status, page.text
        return page
