"""A little city in which every page has something to show: two years, every state a thing can be in, letters, accounts.

One person has every role in it, and comes with a browser whose forms carry their token.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import httpx
from fastapi import FastAPI
from nats.aio.client import Client
from starlette.requests import Request

from services.incubator.store.base import METADATA
from services.incubator.usecases import (
    carrier_changes,
    drawing,
    experts,
    grading,
    hnte_claims,
    mentors,
    objections,
    reports,
    reviewing,
    rounds,
    tenants,
)
from services.notify.service import SERVICE as NOTIFY
from services.notify.store.tables import MESSAGE
from services.notify.store.tables import METADATA as LETTERS
from services.notify.usecases.queue_letters import queue_letters
from shared.contracts.envelope import Envelope
from shared.contracts.incubator import SubsidyCut
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.identity import accounts
from shared.identity.opening import SCHEMA, Identity
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from shared.messaging.consumer import Received
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.integration.little_city import FULL, City
from tests.integration.money_city import awards
from tests.integration.panel import FIGURES
from tests.integration.title_city import recommended, started

EVERYTHING = (
    *(Grant(Role.OPERATOR, f"U{number}") for number in range(1, 5)),
    *(Grant(Role.DISTRICT, district) for district in ("高新园区", "中山区")),
    *(Grant(role) for role in Role if role not in {Role.OPERATOR, Role.DISTRICT}),
)
EVERYBODY = Who("p1@site", "样例", EVERYTHING, session="everything", second_factor=True)
CLERK = (Grant(Role.CLERK),)
FILES = ("incubator", "notify", "identity")
SECRET = "a secret of the tests" * 2


class Sited(Protocol):
    """Whatever has a site."""

    app: FastAPI


class WholeCity(City):
    """`urls`: where its databases are, by name, unless in files of their own."""

    def __init__(self, folder: Path, urls: Mapping[str, str] | None = None) -> None:
        at = urls or {name: f"sqlite:///{folder / name}.db" for name in FILES}
        engine, letters, people = (open_database(at[name]) for name in FILES)
        super().__init__(engine, folder)
        self.letters = Running(NOTIFY, Settings(data=folder), letters, Client().jetstream(), lambda: self.instant)
        self.identity = Identity(people, self.running.settings, SECRET, clock=lambda: self.instant)

        async def asks(_: Request) -> Who:
            return EVERYBODY

        self.app = make_app(
            "苗圃", [self.running, self.letters], now=lambda: self.instant, identity=self.identity, asks=asks
        )

    @property
    def runnings(self) -> Sequence[Running]:
        return (self.running, self.letters)

    async def lived(self) -> None:
        """A first year to its payments, a second one with a round in publicity and another that is still open."""
        await self.year()
        ids = list((await awards(self)).values())
        await self.paid(ids[0])
        await self.paid(ids[1], "approved")
        await self.paid(ids[2], "proposed")
        self.at(date(2019, 1, 10))
        for kind, scheme, until in (("makerspace", "makerspace-100", 15), ("incubator", "incubator-100-sample", 31)):
            opened = rounds.OpenRound(
                year=2019, kind=kind, scheme=scheme, document_no="样例文〔2019〕1号",
                opens_on=date(2019, 1, 10), closes_on=date(2019, 1, until),
            )  # fmt: skip
            await self.do(rounds.open_round, opened)
        await self._people()
        await self._titles()
        await self._publicity()
        await self._reviewed()
        await self._written()

    async def _publicity(self) -> None:
        for id_ in ("Z1", "Z2"):
            order = reports.SubmitReport(round_id="2019-makerspace", carrier_id=id_, figures=FULL, explanation="属实")
            await self.do(reports.submit_report, order, "operator")
            await self.do(reports.accept_report, reports.AcceptReport(report_id=f"2019-makerspace-{id_}"))
        self.at(date(2019, 1, 16))
        await self.do(rounds.close_round, rounds.CloseRound(round_id="2019-makerspace"))
        await self.do(grading.grade_round, grading.GradeRound(round_id="2019-makerspace"))
        await self.do(grading.publicise_round, grading.PubliciseRound(round_id="2019-makerspace"))
        self.at(date(2019, 1, 18))
        filed = objections.FileObjection(evaluation_id="2019-makerspace-Z2", objector_id="p1@site", grounds="到账漏报")
        await self.do(objections.file_objection, filed)

    async def _people(self) -> None:
        added = tenants.AddTenant(
            carrier_id="F1", name="样例企业 2", credit_code="91350100M000100Y43",
            founded_on="2016-01-01", entered_on="2017-01-01", field="new-it",
        )  # fmt: skip
        tenant = await self.do(tenants.add_tenant, added, "operator")
        claim = hnte_claims.ClaimHnte(
            carrier_id="F1", tenant_id=tenant, certificate_no="GR201821000001", issued_on="2018-11-30"
        )
        await self.do(hnte_claims.claim_hnte, claim, "operator")
        change = carrier_changes.ReportChange(
            carrier_id="Z1", what="name", new="样例众创空间一号", happened_on="2018-12-01", reason="更名"
        )
        await self.do(carrier_changes.report_change, change, "operator")
        mentor = mentors.RegisterMentor(
            carrier_id="Z1",
            name="郑导师",
            kind="mentor",
            time="part",
            field="管理",
            employer="样例大学",
            began_on="2018-01-01",
        )
        await self.do(mentors.register_mentor, mentor, "operator")

    async def _titles(self) -> None:
        await started(self, carrier_id="Z2", organisation_id="U2")
        await recommended(self)

    async def _reviewed(self) -> None:
        """F1 has reported; two experts were drawn for it, one of them ourselves; F2 has only begun."""
        order = reports.SubmitReport(round_id="2019-incubator", carrier_id="F1", figures=FIGURES, explanation="已核对")
        await self.do(reports.submit_report, order, "operator")
        for number in (1, 2):
            expert = experts.RegisterExpert(
                id=f"P{number}",
                name=f"专家 {number}",
                employer="样例大学",
                fields=["孵化管理"],
                account=f"p{number}@site",
            )
            await self.do(experts.register_expert, expert)
        tied = experts.DeclareRelation(expert_id="P2", kind="shareholding", carrier_id="Z4")
        await self.do(experts.declare_relation, tied)
        await self.do(drawing.draw_experts, drawing.DrawExperts(round_id="2019-incubator", per_unit=2, most=3))
        accepted = reviewing.AcceptReviews(report_ids=["2019-incubator-F1"])
        await self.do(reviewing.accept_reviews, accepted, EVERYBODY.account)

    async def _written(self) -> None:
        """Letters of the notify service, one of them held until somebody releases it; an account beside ours."""
        cut = SubsidyCut.model_validate(SubsidyCut.example)
        envelope = Envelope("e-cut", "/incubator", self.instant, cut.about(), "story")
        async with self.letters.unit("system") as unit:
            await queue_letters([Received(cut, envelope)], unit)
            known = {"state": "held", "to_name": "联系人", "to_address": "a@example.cn"}
            await unit.connection.execute(MESSAGE.update().values(**known))
        async with transaction(self.identity.engine) as connection:
            for account in (EVERYBODY.account.partition("@")[0], "other"):
                await accounts.make(connection, account, "某人", f"{account}@example.cn", CLERK, "test", self.instant)


@asynccontextmanager
async def whole_city(folder: Path, urls: Mapping[str, str] | None = None) -> AsyncIterator[WholeCity]:
    """The city in three databases: the incubator's, the letters' and the accounts'."""
    city = WholeCity(folder, urls)
    engines = (city.running.engine, city.letters.engine, city.identity.engine)
    for engine, metadata in zip(engines, (METADATA, LETTERS, SCHEMA.metadata), strict=True):
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
    await city.lived()
    yield city
    for engine in engines:
        await engine.dispose()


def browser(city: Sited) -> httpx.AsyncClient:
    headers = {"x-form-token": form_token(EVERYBODY.session, SECRET), "accept": "text/html"}
    transport = httpx.ASGITransport(city.app)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers)
