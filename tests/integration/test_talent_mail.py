"""From an application to the mails about it: the talent service's own events, over the real bus, once each."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.notify.store.tables import CONTACT
from services.talent.store.tables import SPINE
from services.talent.usecases import people, recommending, team
from shared.contracts.contact import TalentContactChanged
from shared.contracts.envelope import read
from shared.contracts.talent import (
    TalentApplicationDeclined,
    TalentBrokerDecided,
    TalentMemberInvited,
    TalentReviewsAssigned,
)
from shared.db.engine import open_database
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.notify_mails import MailServer, parsed
from tests.integration.notify_world import SITE, World, at_work, example, sending, until
from tests.integration.talent_office import Office, talent_office
from tests.one_app import make_app
from tests.servers import NatsServer

pytestmark = pytest.mark.tables_of("notify")
CLERK = Who("clerk-1", "经办", (Grant(Role.CLERK),), session="office", second_factor=True)


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
    """The talent service beside it, in a database of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'talent.db'}")
    async with talent_office(engine) as made:
        yield made
    await engine.dispose()


class Relay:
    """Publishes what the talent service wrote down since it was last asked, as its relay does; `again`: all of it once
    more, and the stream takes it for new. `keeps`: what is not published, by how its subject begins."""

    def __init__(self, office: Office, world: World) -> None:
        self.office, self.world, self.position = office, world, 0

    async def __call__(self, again: str = "", keeps: str = "nothing") -> None:
        async with self.office.engine.connect() as connection:
            query = select(SPINE.outbox).order_by(SPINE.outbox.c.position)
            rows = (await connection.execute(query)).mappings().all()
        for row in rows if again else [row for row in rows if row["position"] > self.position]:
            if not row["subject"].startswith(keeps):
                event, envelope = read(row["headers"], bytes(row["body"]))
                story = envelope.correlation_id
                await self.world.publish(event, envelope.id, story=story, at=envelope.time, again=again)
        self.position = rows[-1]["position"]
        await until(self.world.heard)


async def handed_over(world: World, *letters: str) -> None:
    async def are() -> bool:
        return sorted(row.letter for row in await world.rows() if row.state == "handed_over") == sorted(letters)

    await until(are)


def number_in(text: str) -> str:
    """The receipt's number a letter says."""
    found = re.search(r"RC-\d{8}-[0-9A-F]{8}-\d+", text)
    assert found is not None
    return found[0]


def text_of(mails: MailServer, recipient: str, said: str) -> str:
    """The plain part of the one mail to him whose subject says so."""
    (found,) = (
        mail for mail in map(parsed, mails.taken) if recipient in str(mail["to"]) and said in str(mail["subject"])
    )
    plain = found.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


async def test_an_application_becomes_one_mail_in_each_box_however_often_it_is_heard(
    office: Office, world: World, mails: MailServer
) -> None:
    relay = Relay(office, world)
    id_ = await office.submitted("ann")
    await relay()
    await handed_over(world, "talent-received", "talent-to-recommend")
    receipt = text_of(mails, "ann@example.cn", "申报回执")
    assert receipt.startswith("尊敬的ann："), "the mail greets her by her name"
    assert f"{SITE}/talent/mine/applications/{id_}" in receipt
    (own,) = (row for row in await world.rows() if row.letter == "talent-received")
    assert own.text.startswith("尊敬的申报人："), "the stored letter does not hold it"
    assert "尊敬的申报人：" in own.html
    assert own.carrier_name == f"大连市青年科技之星（2018 年度） {number_in(receipt)}"
    assert f"{SITE}/talent/unit/applications/{id_}" in text_of(mails, "t-1@example.cn", "待贵单位推荐")
    async with office.unit("T-01") as unit:
        order = recommending.ReturnToApplicant(application_id=id_, reasons={"goals": "请写明指标"}, reason="目标不具体")
        await recommending.return_by_unit(unit, order)
    await relay()
    await handed_over(world, "talent-received", "talent-to-recommend", "talent-returned")
    returned = text_of(mails, "ann@example.cn", "退回修改")
    for said in ("经推荐单位审核", "目标不具体", "请写明指标", "2018年4月10日24:00"):
        assert said in returned
    written = [row.id for row in await world.rows()]
    await relay(again="-again")
    assert [row.id for row in await world.rows()] == written
    assert sorted(mails.recipients) == ["ann@example.cn", "ann@example.cn", "t-1@example.cn"]
    assert not {row.carrier_id for row in await world.rows()} - {None}


async def test_a_letter_waits_until_the_address_of_its_receiver_is_known(
    office: Office, world: World, mails: MailServer
) -> None:
    relay = Relay(office, world)
    await office.submitted("ann")
    await relay(keeps="contact.")
    assert {row.letter: (row.state, row.to_address) for row in await world.rows()} == {
        "talent-received": ("no_address", None), "talent-to-recommend": ("no_address", None),
    }  # fmt: skip
    assert mails.recipients == []
    async with office.unit("ann") as unit:
        person = await people.register_applicant(
            unit, people.RegisterApplicant(account="ann", name="ann", email="ann@example.cn")
        )
        order = people.ChangeContact(applicant_id=person, name="安", email="an@example.cn")
        await people.change_contact(unit, order)
    await relay()
    await handed_over(world, "talent-received")
    assert mails.recipients == ["an@example.cn"]
    await world.publish(
        TalentContactChanged(recipient_id="T-01", org_id="T-01", role="unit", name="科技处", email="t-9@example.cn")
    )
    await handed_over(world, "talent-received", "talent-to-recommend")
    assert mails.recipients == ["an@example.cn", "t-9@example.cn"]


async def test_a_member_gets_his_own_address_to_answer_and_is_erased_when_he_is_removed(
    office: Office, world: World, mails: MailServer
) -> None:
    relay = Relay(office, world)
    id_ = await office.started("ann", "innovation-team-2018")
    async with office.unit("ann") as unit:
        order = team.NameMember(application_id=id_, name="甲", email="jia@example.cn")
        member = await team.name_member(unit, order, office.seal)
    await relay()
    await handed_over(world, "talent-member-invited")
    found = re.search(rf"{SITE}/talent/team/(\S+)/(\S+)", text_of(mails, "jia@example.cn", "请确认是否参加团队"))
    assert found is not None
    assert found.groups() == (member, office.seal.mark(member))
    (letter,) = [row for row in await world.rows() if row.letter == "talent-member-invited"]
    assert office.seal.mark(member) not in letter.text + letter.html, "the mark is in his mail alone"
    assert f"/talent/team/{member}/in-mail" in letter.text
    async with office.unit("ann") as unit:
        await team.remove_member(unit, team.RemoveMember(member_id=member))
    await relay()
    async with world.running.look() as connection:
        query = select(CONTACT).where(CONTACT.c.person_id == f"member-{member}")
        (row,) = list(await connection.execute(query))
    assert (row.name, row.email) == ("", "")


async def test_the_pages_show_a_person_of_talent_as_they_show_an_expert(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> None:
    async with at_work(database, nats_server.url, tmp_path, None) as world:  # no mail server: letters stay queued
        ann = {"recipient_id": "applicant-p1", "person_id": "applicant-p1", "role": "applicant"}
        await world.publish(TalentContactChanged(**ann, name="安", email="ann@example.cn"))
        await until(world.heard)
        await world.publish(example(TalentApplicationDeclined, person_id="applicant-p1"))
        await world.publish(example(TalentMemberInvited))
        await until(world.heard)
        (own,) = [row for row in await world.rows() if row.letter == "talent-declined"]
        (invited,) = [row for row in await world.rows() if row.letter == "talent-member-invited"]
        assert (own.state, own.to_address, invited.state) == ("queued", "ann@example.cn", "no_address")
        page = f"/notify/messages/{own.id}"
        assert "ann@example.cn" in await asked(world, CLERK, page)
        await world.publish(TalentContactChanged(**ann, name="", email=""))
        await until(world.heard)
        erased = await asked(world, CLERK, page)
        assert "ann@example.cn" not in erased
        assert "安<" not in erased
        assert "/incubator/chain/" not in erased
        assert "还没有 申报人（编号 p1）的联系人邮箱" in erased
        assert "请申报人本人在“我的资料”里改正邮箱，信会自动发出" in erased
        assert "从团队名单移除" in await asked(world, CLERK, f"/notify/messages/{invited.id}")
        assert "关于申报未能入选的通知" in await asked(world, CLERK, "/notify/messages?carrier=p1")
        assert "没有符合条件" in await asked(world, CLERK, "/notify/messages?carrier=p2")
        await whose_letters(world, own.id)
        await world.publish(example(TalentReviewsAssigned))
        await until(world.heard)
        (review,) = [row for row in await world.rows() if row.letter == "talent-review-invited"]
        for expert, status in (("E1", 200), ("E2", 404)):
            who = Who("expert", "专家", (Grant(Role.EXPERT, expert),), session="mine")
            shown = await asked(world, who, f"/notify/mine/{review.id}", status)
            assert ("/talent/reviews" in shown) == (status == 200)
        assert "还没有 专家（编号 E1）的联系人邮箱" in await asked(world, CLERK, f"/notify/messages/{review.id}")


async def of_a_broker(world: World) -> None:
    """No grant names a broker: whoever logs in with the account of his contact reads the letters, and nobody else."""
    event = example(TalentBrokerDecided)
    his = {"recipient_id": event.org_id, "org_id": event.org_id, "role": "broker"}
    await world.publish(TalentContactChanged(**his, name="样例", email="b@example.cn", account="bob"))
    await world.publish(event)
    await until(world.heard)
    (row,) = [row for row in await world.rows() if row.letter == "talent-broker-decided"]
    for account, status in (("bob", 200), ("ann", 404)):
        who = Who(account, "某人", (Grant(Role.APPLICANT, account),), session="mine")
        shown = await asked(world, who, f"/notify/mine/{row.id}", status)
        assert ("/talent/mine/letters" in shown) == (status == 200)
    await world.publish(TalentContactChanged(**his, name="", email=""))
    await until(world.heard)
    who = Who("bob", "某人", (Grant(Role.APPLICANT, "bob"),), session="mine")
    await asked(world, who, f"/notify/mine/{row.id}", 404)
    assert "miaopu talent change-broker" in await asked(world, CLERK, f"/notify/messages/{row.id}")


async def whose_letters(world: World, id_: str) -> None:
    """An applicant reads his own, nobody reads another's, and an expert or operator of the same id is another."""
    for role, scope, status in (
        (Role.APPLICANT, "p1", 200),
        (Role.APPLICANT, "p2", 404),
        (Role.EXPERT, "p1", 404),
        (Role.UNIT, "T-01", 404),
    ):
        who = Who("somebody", "某人", (Grant(role, scope),), session="mine")
        for path in (f"/notify/mine/{id_}", f"/notify/mine/{id_}/letter"):
            await asked(world, who, path, status)


async def test_a_unit_reads_what_was_written_to_it_and_an_operator_of_the_same_id_does_not(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, office: Office
) -> None:
    async with at_work(database, nats_server.url, tmp_path, None) as world:
        await office.submitted("ann")
        await Relay(office, world)()
        (row,) = [row for row in await world.rows() if row.letter == "talent-to-recommend"]
        for role, scope, status in ((Role.UNIT, "T-01", 200), (Role.UNIT, "T-02", 404), (Role.OPERATOR, "T-01", 404)):
            who = Who("unit", "科技处", (Grant(role, scope),), session="mine")
            await asked(world, who, f"/notify/mine/{row.id}", status)
        await of_a_broker(world)


async def asked(world: World, who: Who, path: str, status: int = 200) -> str:
    async def asks(_: Request) -> Who:
        return who

    app: Any = make_app("苗圃", [world.running], now=world.running.now, identity=no_accounts(), asks=asks)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1") as browser:
        answer = await browser.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status, (path, answer.text)
    return answer.text
