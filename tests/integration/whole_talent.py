"""A talent office in which every page has something to show: applications at each step, a call that is ranked, an award
that runs, a unit and an applicant with desks of their own. One person has every role in it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client
from starlette.requests import Request

from services.talent.service import SERVICE
from services.talent.usecases import barring, brokers, call_days, deals, recommending
from services.talent.web.sealing import seal_of
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.identity import accounts
from shared.identity.opening import SCHEMA, Identity
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.integration.award_hands import TEAM, Hands
from tests.integration.interest_hands import Lenders
from tests.integration.talent_office import Office, identity, talent_office
from tests.integration.talent_panel import Panel
from tests.integration.whole_city import SECRET

FILES = ("talent", "identity")
EVERYBODY = Who("e-1", "样例", (), session="everything", second_factor=True)


OFFICE = tuple(Grant(role) for role in Role if role not in {Role.APPLICANT, Role.UNIT, Role.EXPERT})
AFTERWARDS = datetime(2018, 7, 3, 2, 0, tzinfo=UTC)


class WholeTalent:
    """`office` acts on the same clock as the site, `instant`."""

    def __init__(self, office: Office, folder: Path, identity_url: str) -> None:
        self.office = office
        self.running = Running(SERVICE, Settings(data=folder), office.engine, Client().jetstream(), self.now)
        office.seal = seal_of(self.running)
        self.identity = Identity(open_database(identity_url), self.running.settings, SECRET, clock=self.now)
        self.who = EVERYBODY

        async def asks(_: Request) -> Who:
            return self.who

        self.app = make_app("苗圃", [self.running], now=self.now, identity=self.identity, asks=asks)

    @classmethod
    def of(cls, folder: Path) -> "WholeTalent":
        """The office whose files were lived in by somebody else, on the day after."""
        made = cls(
            Office(open_database(f"sqlite:///{folder / 'talent.db'}")), folder, f"sqlite:///{folder / 'identity.db'}"
        )
        made.instant, made.who = AFTERWARDS, replace(EVERYBODY, grants=OFFICE)
        return made

    def now(self) -> datetime:
        return self.office.instant

    @property
    def instant(self) -> datetime:
        return self.office.instant

    @instant.setter
    def instant(self, instant: datetime) -> None:
        self.office.instant = instant

    @property
    def runnings(self) -> Sequence[Running]:
        return (self.running,)

    async def lived(self) -> None:
        """An award that runs and one whose 任务书 waits, a call in which applications wait, one that is ranked."""
        hands, panel = Hands(self.office), Panel(self.office)
        await self._waiting(hands)
        draft = await self.office.started("newcomer", TEAM)
        people = await self._awards(hands)
        await self._broker()
        people.append(await self._interest())
        self.office.instant = datetime(2018, 3, 13, 2, 0, tzinfo=UTC)
        await panel.ranked({"ben": 90, "cho": 80, "dan": 80, "eve": 70})
        self.office.instant = AFTERWARDS
        await hands.schedule("2018-07-03")
        people.append((await self.office.row(draft))["applicant_id"])
        own = [Grant(Role.APPLICANT, each) for each in people]
        self.who = replace(EVERYBODY, grants=(*own, Grant(Role.UNIT, "T-01"), Grant(Role.EXPERT, "E1"), *OFFICE))
        async with transaction(self.identity.engine) as connection:
            for account in (EVERYBODY.account, "other"):
                email, granted = f"{account}@example.cn", [Grant(Role.CLERK)]
                await accounts.make(connection, account, "某人", email, granted, "test", self.instant)

    async def _waiting(self, hands: Hands) -> None:
        """Of a team's programme, whose call stays open: one application is with its unit, two are at the office."""
        office = self.office
        async with office.unit() as unit:
            later = {"opens_on": "2018-03-01", "closes_on": "2018-12-28", "units_until": "2018-12-30", "reason": "延长"}
            order = call_days.ChangeCall.model_validate(
                {"programme_id": TEAM, "document_no": "样例文〔2018〕1号", **later}
            )
            await call_days.change_call(unit, order)
        await hands.handed_in("uma", TEAM, 20)
        for number, name in enumerate(("vic", "wen"), 21):
            handed_in = await hands.handed_in(name, TEAM, number)
            async with office.unit("T-01") as unit:
                await recommending.recommend(unit, recommending.Recommend(application_id=handed_in, opinion="同意推荐"))
        async with office.unit() as unit:
            bar = barring.AddBar(
                id_number=identity(40), document_no="样例惩〔2018〕1号", reason="伪造数据", from_on="2018-01-01",
                until_on="2019-12-31",
            )  # fmt: skip
            await barring.add_bar(unit, bar, office.seal)

    async def _awards(self, hands: Hands) -> list[str]:
        """Three awards: one runs, one waits for its unit's word on the 任务书, one for its talent's; whose they are."""
        awards = []
        for order, name in enumerate(("ann", "yan", "zoe"), 30):
            self.office.instant = datetime(2018, 3, 14, 2, 0, tzinfo=UTC)
            awards.append(await (hands.running if name == "ann" else hands.awarded)(name, order=order))
        await hands.confirmed(awards[1])
        return [str((await hands.award(each))["applicant_id"]) for each in awards]

    async def _interest(self) -> str:
        """An award of a later year that pays interest: one claim at the office, one being filled in; whose it is."""
        lenders = Lenders(self.office)
        award_id = await lenders.borrowing("lee")
        self.office.instant = datetime(2023, 1, 10, 2, 0, tzinfo=UTC)
        await lenders.claimed(award_id, 2022, interest_from="2022-09-05")
        await lenders.started(award_id, 2023)
        return str((await lenders.hands.award(award_id))["applicant_id"])

    async def _broker(self) -> None:
        """One who may log in, registered, with a deal that waits for its files."""
        office, fields = self.office, {"name": "样例经纪", "contact_name": "样例经纪", "email": "broker@example.cn"}
        async with office.unit(EVERYBODY.account) as unit:
            ask = brokers.AskRegistration(account=EVERYBODY.account, sort="person", **fields)
            broker_id = await brokers.ask_registration(unit, ask)
        async with office.unit() as unit:
            await brokers.decide_broker(unit, brokers.DecideBroker(broker_id=broker_id, outcome="registered"))
            deal = deals.ReportDeal(
                broker_id=broker_id, contract_no="样例技合〔2017〕1号", title="海水淡化膜组件", seller="样例大学",
                buyer="样例企业", value="100000", completed_on="2017-11-20",
            )  # fmt: skip
            await deals.report_deal(unit, deal)


@asynccontextmanager
async def whole_talent(folder: Path, urls: Mapping[str, str] | None = None) -> AsyncIterator[WholeTalent]:
    """The office in two databases: its own, and that of the accounts."""
    at = urls or {name: f"sqlite:///{folder / name}.db" for name in FILES}
    engine = open_database(at["talent"])
    async with talent_office(engine) as office:
        made = WholeTalent(office, folder, at["identity"])
        async with made.identity.engine.begin() as connection:
            await connection.run_sync(SCHEMA.metadata.create_all)
        await made.lived()
        yield made
    for each in (engine, made.identity.engine):
        await each.dispose()
