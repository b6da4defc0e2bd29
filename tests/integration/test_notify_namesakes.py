"""Two services may call somebody alike: neither's letters go to the other's, nor are they read by him."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.domain.handing_over import RECIPIENT, answered
from services.notify.store.tables import ATTEMPT, CONTACT, MESSAGE, SPINE
from services.notify.usecases import decide, hand_over
from services.notify.usecases.note_contacts import note_contacts
from services.notify.usecases.queue_letters import queue_letters
from services.notify.web.mine import read_by
from services.talent.service import SERVICE as TALENT
from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.store.tables import MESSAGE_SEEN
from shared.contracts.contact import (
    IncubatorContactChanged,
    TalentContactChanged,
    applicant_person,
    expert_person,
    reviewer_person,
)
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import ReviewsAssigned, SubsidyComputed
from shared.contracts.notify import MessageQueued
from shared.contracts.talent import TalentApplicationDeclined, TalentReviewsAssigned
from shared.core.errors import DomainError
from shared.correspondence.noting import messages_seen, note_messages
from shared.db.transaction import reading, transaction
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.messaging import parking
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit
from tests.integration.notify_world import carrier, example, made, now

pytestmark = pytest.mark.empty_database


def told(type_: type[Event], id_: str, **more: str) -> Event:
    return type_.model_validate({"recipient_id": id_, "role": "unit", "name": "某", **more})


async def hear(engine: AsyncEngine, work: Any, *events: Event) -> None:
    async with transaction(engine) as connection:
        await work(
            [
                Received(each, Envelope(f"e-{each.about()}-{each.type_}", "/test", now(), each.about()))
                for each in events
            ],
            Unit(connection, now()),
        )


async def letters(engine: AsyncEngine) -> dict[str, Any]:
    async with reading(engine) as connection:
        return {row["letter"]: row for row in (await connection.execute(select(MESSAGE))).mappings()}


async def test_an_organisation_and_a_unit_of_one_id_are_written_to_apart(database: AsyncEngine) -> None:
    await made(database)
    await hear(database, note_contacts, told(IncubatorContactChanged, "X-1", org_id="X-1", email="org@example.cn"))
    await hear(database, note_contacts, told(TalentContactChanged, "X-1", org_id="X-1", email="unit@example.cn"))
    event = example(SubsidyComputed, carrier={**carrier(1), "org_id": "X-1"})
    await hear(database, queue_letters, event)
    (row,) = (await letters(database)).values()
    assert (row["state"], row["to_address"]) == ("queued", "org@example.cn")
    await hear(database, note_contacts, told(TalentContactChanged, "X-1", org_id="X-1", email="", name=""))
    (row,) = (await letters(database)).values()
    assert (row["state"], row["to_address"]) == ("queued", "org@example.cn"), "another's was erased"


async def test_experts_of_one_id_in_two_registers_read_each_his_own_letters_alone(database: AsyncEngine) -> None:
    await made(database)
    for type_, person, login in (
        (IncubatorContactChanged, expert_person("E1"), "sun"),
        (TalentContactChanged, reviewer_person("E1"), "zhao"),
    ):
        await hear(
            database, note_contacts,
            told(type_, person, person_id=person, email=f"{login}@example.cn", account=login),
        )  # fmt: skip
    await hear(database, queue_letters, example(ReviewsAssigned, person_id=expert_person("E1")))
    await hear(database, queue_letters, example(TalentReviewsAssigned, person_id=reviewer_person("E1")))
    rows = await letters(database)
    async with reading(database) as connection:
        seen = {
            (login, letter)
            for login in ("sun", "zhao")
            for letter, row in rows.items()
            if await read_by(connection, row, Who(login, "专家", (Grant(Role.EXPERT, "E1"),), session="mine"))
        }
    assert seen == {("sun", "review-invited"), ("zhao", "talent-review-invited")}


async def test_a_service_keeps_and_shows_the_letters_about_its_own_events_alone(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        await connection.run_sync(TALENT.metadata.create_all)
    queued = [
        MessageQueued.model_validate(
            MessageQueued.example | {"message_id": letter, "letter": letter, "recipient_id": "X-1"}
        )
        for letter in ("talent-to-recommend", "report-received")
    ]
    await hear(database, messages_seen(MESSAGE_SEEN, "talent").handler, *queued)
    async with reading(database) as connection:
        assert await CORRESPONDENCE.kinds(connection, ["X-1"]) == ["talent-to-recommend"]
    await hear(database, partial(note_messages, MESSAGE_SEEN), *queued)  # as it was noted before
    async with reading(database) as connection:
        assert await CORRESPONDENCE.kinds(connection, ["X-1"]) == ["talent-to-recommend"]
        assert len((await connection.execute(CORRESPONDENCE.to(["X-1"]))).all()) == 1


async def test_on_no_letter_is_the_address_of_who_was_erased_and_none_goes_to_him_again(database: AsyncEngine) -> None:
    await made(database)
    person = applicant_person("p1")
    ann = {"person_id": person, "email": "ann@example.cn", "name": "安"}
    await hear(database, note_contacts, told(TalentContactChanged, person, **ann))
    await hear(database, queue_letters, example(TalentApplicationDeclined, person_id=person))
    (row,) = (await letters(database)).values()
    words = f"{row['to_address']}: user unknown"
    async with transaction(database) as connection:
        unit = Unit(connection, now())
        (claimed,) = await hand_over.claim(unit, 10, "a@example.cn", now(), timedelta(minutes=1))
    aside = parking.Parked(
        "contacts", "CONTACTS", 1, f"{TalentContactChanged.type_}.{person}", {}, "安 ann@example.cn".encode(), "bad",
        "ann@example.cn", 1,
    )  # fmt: skip
    async with transaction(database) as connection:
        await parking.park(connection, SPINE, aside, now())
    await hear(database, note_contacts, told(TalentContactChanged, person, **ann | {"email": "", "name": ""}))
    async with transaction(database) as connection:
        outcome = answered(RECIPIENT, 550, f"5.1.1 <{words}")
        await hand_over.note(Unit(connection, now()), claimed, outcome, now())
    async with reading(database) as connection:
        kept = str([(await connection.execute(select(each))).mappings().all() for each in (MESSAGE, ATTEMPT, CONTACT)])
        put_aside = (await connection.execute(select(SPINE.parked.c.body, SPINE.parked.c.error))).one()
        kept += bytes(put_aside.body).decode() + put_aside.error
        events = [bytes(body).decode() for body in (await connection.execute(select(SPINE.outbox.c.body))).scalars()]
    for left in (kept, *events):
        assert "ann@example.cn" not in left
        assert "安" not in left
    with pytest.raises(DomainError, match="没有可以寄往的地址"):
        async with transaction(database) as connection:
            await decide.resend(Unit(connection, now()), row["id"], "再试一次")
