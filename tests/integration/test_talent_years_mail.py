"""The years after, from event to mail: an award in force, its first instalment computed, a mid-term that fails. What
takes money away is delivered once a person has released it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.usecases.decide import release
from services.talent.store.tables import SPINE
from services.talent.usecases import bookkeeping
from shared.contracts.envelope import read
from shared.contracts.talent import TalentInstalmentReleased
from shared.db.engine import open_database
from shared.messaging.consumer import Received
from tests.integration.award_hands import Hands
from tests.integration.notify_mails import MailServer, parsed
from tests.integration.notify_world import SITE, World, at_work, sending, until
from tests.integration.talent_office import Office, talent_office
from tests.integration.test_talent_mail import Relay, text_of
from tests.servers import NatsServer

pytestmark = [pytest.mark.tables_of("notify"), pytest.mark.one_database]
ANN, UNIT = "ann@example.cn", "t-1@example.cn"


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
async def world(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer
) -> AsyncIterator[World]:
    async with at_work(database, nats_server.url, tmp_path, mails.url, sending()) as world:
        yield world


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    engine = open_database(f"sqlite:///{tmp_path / 'talent.db'}")
    async with talent_office(engine) as made:
        yield made
    await engine.dispose()


async def settled(office: Office) -> None:
    """The ledger hears what was released, as it does over the bus."""
    async with office.engine.connect() as connection:
        query = select(SPINE.outbox).where(SPINE.outbox.c.subject == TalentInstalmentReleased.type_)
        rows = (await connection.execute(query.order_by(SPINE.outbox.c.position))).mappings().all()
    async with office.unit("settlement") as unit:
        await bookkeeping.settle([Received(*read(row["headers"], bytes(row["body"]))) for row in rows], unit)


async def delivered(world: World, *letters: str, to: int = 2) -> None:
    """Each of these has been handed over `to` so many."""

    async def are() -> bool:
        sent = [row.letter for row in await world.rows() if row.state == "handed_over"]
        return all(sent.count(letter) >= to for letter in letters)

    await until(are)


async def test_each_kind_of_letter_of_the_years_after_reaches_the_talent_and_the_unit(
    office: Office, world: World, mails: MailServer
) -> None:
    relay, hands = Relay(office, world), Hands(office)
    award = await hands.running()
    await settled(office)
    await relay()
    once = ("talent-awarded", "talent-contract-to-confirm", "talent-contract-confirmed", "talent-award-started")
    await delivered(world, *once, to=1)
    await delivered(world, "talent-grant-computed")
    began = text_of(mails, ANN, "任务书生效")
    for said in (
        "2018年7月2日",
        "第 1 期 500,000.00 元",
        "第 2 期 500,000.00 元",
        f"{SITE}/talent/mine/awards/{award}",
    ):
        assert said in began
    assert f"{SITE}/talent/unit/awards/{award}" in text_of(mails, UNIT, "任务书待贵单位确认")
    money = text_of(mails, UNIT, "资助核算结果：应拨付 500,000.00 元")
    for said in ("1,000,000.00 元 × 50% = 500,000.00 元", "任务书生效", "收款账户还没有确认的"):
        assert said in money
    await hands.paid(award, 1)
    midterm = await hands.assessment(award, "midterm")
    await hands.schedule(midterm["due_on"].isoformat())
    await hands.seen(award, "midterm")
    await hands.conclude(award, "midterm", "failed", reason="指标没有完成")
    await relay()
    await delivered(world, "talent-assessment-due", "talent-assessment-submitted", "talent-assessment-result")
    result = text_of(mails, ANN, "结论：不通过")
    for said in ("指标没有完成", "第 2 期资助停止拨付", f"{SITE}/talent/mine/assessments/{midterm['id']}"):
        assert said in result
    waiting = [row for row in await world.rows() if row.letter == "talent-grant-stopped"]
    assert [row.state for row in waiting] == ["held", "held"]
    assert not [mail for mail in map(parsed, mails.taken) if "停止拨付" in str(mail["subject"])]
    async with world.unit("head-1") as unit:
        await release(unit, [row.id for row in waiting], "已核对")
    await delivered(world, "talent-grant-stopped")
    assert "第 2 期资助" in text_of(mails, UNIT, "停止拨付")
