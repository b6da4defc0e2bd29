"""What was written of somebody leaves the stream and the letters as well once it was erased; nothing else does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.store.tables import MESSAGE
from services.notify.store.tables import SPINE as NOTIFY_SPINE
from services.talent.service import SERVICE
from services.talent.store.erasure_tables import ERASED_EVENT
from services.talent.store.tables import SPINE
from services.talent.usecases import erasing
from shared.contracts.talent import TalentApplicationDeclined, TalentWordsErased
from shared.contracts.talent.spoken import ERASED
from shared.core.settings import Settings
from shared.messaging.broker import connect
from shared.messaging.erasing import take_out
from shared.messaging.parking import Parked, park
from shared.messaging.provision import Durable, provision
from shared.messaging.pull import Pull
from shared.running.erasing import take_out_erased
from shared.running.running import Running
from tests.integration.notify_mails import MailServer
from tests.integration.notify_world import World, at_work, example, nothing, now, quiet, until
from tests.integration.talent_site import TalentSite, talent_site
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database
WORDS = "材料不实"
LISTENER = Durable("letters", "TALENT", (TalentApplicationDeclined.type_, TalentWordsErased.type_))


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


@pytest.fixture
async def running(site: TalentSite, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Running]:
    """The service on a real message server, and somebody who listens to it."""
    client = await connect(nats_server.url, quiet)
    jetstream = client.jetstream()
    await provision(jetstream, [LISTENER])
    yield Running(SERVICE, Settings(data=tmp_path), site.office.engine, jetstream, lambda: site.office.instant)
    await client.close()


async def in_stream(running: Running) -> list[tuple[str, str]]:
    """Each message the stream has, by subject and content."""
    info = await running.jetstream.stream_info("TALENT")
    found = []
    for sequence in range(info.state.first_seq, info.state.last_seq + 1):
        try:
            message = await running.jetstream.get_msg("TALENT", sequence)
        except NotFoundError:
            continue
        found.append((str(message.subject), (message.data or b"").decode()))
    return found


async def hear(running: Running) -> int:
    """The listener takes and acknowledges what waits for it; how many messages that were."""
    async with Pull(running.jetstream._nc, LISTENER) as pull:  # noqa: SLF001 - as the service's own consumers do
        taken = await pull.take()
        for message in taken:
            await message.ack_sync()
        return len(taken)


async def erased_at(running: Running) -> list[datetime | None]:
    async with running.look() as connection:
        rows = await connection.execute(select(ERASED_EVENT.c.gone_at).order_by(ERASED_EVENT.c.event_id))
        return list(rows.scalars())


def told(story: str) -> TalentWordsErased:
    return TalentWordsErased(story=story)


async def erase(site: TalentSite, id_: str) -> None:
    site.office.instant = datetime(2021, 3, 13, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        await erasing.erase_applications(unit, erasing.EraseApplications(applications=[id_], reason="保存期已满"))


async def test_a_message_with_erased_words_is_deleted_once_everybody_has_heard_it_and_no_other(
    site: TalentSite, running: Running
) -> None:
    gone, stays = await site.declined("ann"), await site.declined("bob", 2)
    await running.relay.publish_batch()
    before = await in_stream(running)
    assert sum(WORDS in body for _, body in before) == 2
    await erase(site, gone)
    page = (await site.get("/talent/erasures")).text
    assert "消息流里还有 1 条" in page
    assert not await take_out_erased(running, ERASED_EVENT, told), "the listener has not heard it"
    await running.relay.publish_batch()
    assert sum(WORDS in body for _, body in await in_stream(running)) == 2
    assert await erased_at(running) == [None]
    assert TalentWordsErased.type_ not in [subject for subject, _ in await in_stream(running)]
    assert await hear(running) == 2
    assert await take_out_erased(running, ERASED_EVENT, told)
    await running.relay.publish_batch()
    after = await in_stream(running)
    assert [body for subject, body in after if WORDS in body and gone in body] == []
    assert [subject for subject, body in after if WORDS in body and stays in body] == [TalentApplicationDeclined.type_]
    kept = [each for each in before if not (WORDS in each[1] and gone in each[1])]
    contacts = [each for each in after if each not in kept]
    assert [subject for subject, _ in contacts] == [TalentWordsErased.type_], "all else is as it was"
    assert await erased_at(running) == [site.office.instant]
    assert "消息流里还有" not in (await site.get("/talent/erasures")).text
    assert await take_out_erased(running, ERASED_EVENT, told), "nothing is left to be done"
    await running.relay.publish_batch()
    assert await in_stream(running) == after


async def test_an_event_that_was_not_yet_published_goes_out_without_what_was_erased(
    site: TalentSite, running: Running
) -> None:
    gone = await site.declined("ann")
    await erase(site, gone)
    assert await take_out_erased(running, ERASED_EVENT, told), "the stream has nothing of it"
    await running.relay.publish_batch()
    said = [body for subject, body in await in_stream(running) if subject == TalentApplicationDeclined.type_]
    assert [ERASED in body and WORDS not in body for body in said] == [True]


async def test_a_durable_that_still_holds_a_message_keeps_it_in_the_stream(site: TalentSite, running: Running) -> None:
    gone = await site.declined("ann")
    await running.relay.publish_batch()
    async with site.office.engine.connect() as connection:
        query = select(SPINE.outbox.c.event_id).where(SPINE.outbox.c.subject == TalentApplicationDeclined.type_)
        event = {(await connection.execute(query)).scalar_one(): TalentApplicationDeclined.type_}
    async with Pull(running.jetstream._nc, LISTENER) as pull:  # noqa: SLF001 - as the service's own consumers do
        [message] = await pull.take()
        assert await take_out(running.jetstream, "TALENT", event) == set(), "taken, and not yet handled"
        await message.ack_sync()
    assert await take_out(running.jetstream, "TALENT", event) == set(event)
    assert [body for _, body in await in_stream(running) if WORDS in body and gone in body] == []
    assert await running.jetstream.consumers_info("TALENT") != []
    assert [each.name for each in await running.jetstream.consumers_info("TALENT")] == [LISTENER.name], (
        "no reader stays"
    )


async def test_nothing_is_taken_out_that_a_durable_which_is_being_made_anew_has_yet_to_hear(
    site: TalentSite, running: Running
) -> None:
    gone = await site.declined("ann")
    await running.relay.publish_batch()
    await erase(site, gone)
    await running.jetstream.delete_consumer(LISTENER.stream, LISTENER.name)
    assert not await take_out_erased(running, ERASED_EVENT, told)
    await provision(running.jetstream, [LISTENER])
    assert await hear(running) == 1
    assert await take_out_erased(running, ERASED_EVENT, told)


async def test_a_reader_of_another_program_that_acknowledges_nothing_holds_nothing_up(
    site: TalentSite, running: Running
) -> None:
    gone = await site.declined("ann")
    await running.relay.publish_batch()
    await erase(site, gone)
    await hear(running)
    stranger = ConsumerConfig(filter_subjects=list(LISTENER.subjects), ack_policy=AckPolicy.EXPLICIT)
    await running.jetstream.add_consumer("TALENT", stranger)
    assert await take_out_erased(running, ERASED_EVENT, told)


async def test_the_service_does_it_by_itself(site: TalentSite, running: Running) -> None:
    gone = await site.declined("ann")
    await running.relay.publish_batch()
    await hear(running)
    await erase(site, gone)
    (own,) = (task for task in SERVICE.tasks if getattr(task, "__name__", "") == "take_out_of_stream")
    working = asyncio.create_task(own(running))

    async def done() -> bool:
        return await erased_at(running) == [site.office.instant]

    await until(done)
    running.stop.set()
    await working
    await running.relay.publish_batch()
    assert [body for subject, body in await in_stream(running) if subject == TalentWordsErased.type_ and gone in body]


@pytest.fixture
async def world(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[World]:
    async with (
        MailServer().serving() as mails,
        at_work(database, nats_server.url, tmp_path, mails.url, nothing) as made,
    ):
        yield made


async def test_letters_and_parked_events_of_a_story_lose_their_words_and_those_of_others_keep_them(
    world: World,
) -> None:
    event = example(TalentApplicationDeclined, reason=WORDS)
    for story in ("one", "another"):
        await world.publish(event, story=story)
    await until(world.heard)
    [row] = [each for each in await world.rows() if each.correlation_id == "one" and each.letter == "talent-declined"][
        :1
    ]
    assert WORDS in row.text
    assert WORDS in row.html
    async with world.unit() as unit:
        for number, story in enumerate(("one", "another"), 1):
            headers, body = {"ce-correlationid": story}, event.model_dump_json().encode()
            put = Parked("notify-talent", "TALENT", number, event.type_, headers, body, "oops", WORDS, 1)
            await park(unit.connection, NOTIFY_SPINE, put, now())
        broken = Parked(
            "notify-talent", "TALENT", 3, event.type_, {"ce-correlationid": "one"}, b"\xff[", "oops", WORDS, 1
        )
        await park(unit.connection, NOTIFY_SPINE, broken, now())
    await world.publish(TalentWordsErased(story="one"), story="one")
    await until(world.heard)
    async with world.database.connect() as connection:
        letters = (await connection.execute(select(MESSAGE))).mappings().all()
        parked = (await connection.execute(select(NOTIFY_SPINE.parked))).mappings().all()
    said = {story: [each for each in letters if each["correlation_id"] == story] for story in ("one", "another")}
    assert [WORDS in each["text"] + each["html"] for each in said["one"]] == [False] * len(said["another"])
    assert all("已按规定清除" in each["text"] and "已按规定清除" in each["html"] for each in said["one"])
    assert all(WORDS in each["text"] for each in said["another"])
    assert [(bytes(each["body"]), each["error"]) for each in parked if each["sequence"] == 3] == [(b"{}", "")]
    left = {
        each["headers"]["ce-correlationid"]: bytes(each["body"]).decode() + each["error"]
        for each in parked
        if each["sequence"] != 3
    }
    assert WORDS not in left["one"]
    assert ERASED in left["one"]
    assert left["another"].count(WORDS) == 2


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("请核对证件 110101199003078515", "身份证号"),
        ("请致电 138 1234 5678", "手机号"),
        ("请发到 ann@example.cn", "邮箱"),
        ("请发到 ann＠example.cn", "邮箱"),
        ("电话１３８１２３４５６７８", "手机号"),
        ("电话138.1234.5678", "手机号"),
        ("电话138‑1234‑5678", "手机号"),
        ("证件 110101 19900307 8515", "身份证号"),
        ("老证件 110101900307851", "身份证号"),
    ],
)
async def test_a_reason_that_names_somebody_by_number_or_address_is_not_told(
    site: TalentSite, written: str, what: str
) -> None:
    id_ = await site.recommended("ann")
    before = await site.office.told()
    page = await site.post(f"/talent/applications/{id_}/decline", "head", reason=written)
    assert page.status_code == 422
    assert f"所写的内容里有{what}" in page.text
    assert written in page.text, "nothing typed is lost"
    assert (await site.office.row(id_))["state"] == "recommended"
    assert await site.office.told() == before


async def test_a_landline_a_credit_code_and_a_document_may_stand_in_a_reason(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    reason = "单位 91210200MA0000001X 的证明（大科发〔2018〕12号，2018031200012345，合同编号15020190001）不符，详询 0411-83612345"
    page = await site.post(f"/talent/applications/{id_}/decline", "head", reason=reason)
    assert page.status_code == 303, page.text
