"""From a final grade to a ledger row with its explanation: once each, in whatever order, whoever computes."""

import asyncio
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.consumers.incubator import settlement
from services.incubator.store.base import METADATA
from services.incubator.store.tables import SPINE, SUBSIDY
from services.incubator.usecases.bookkeeping import settle
from shared.contracts.envelope import Envelope, body_of, headers_of, read
from shared.contracts.event import Event
from shared.contracts.incubator import CarrierRecognised, EvaluationFinalised, TenantHnteRecognised
from shared.core.money import in_fen, in_yuan
from shared.db.transaction import reading, transaction
from shared.ledger.rows import key_text
from shared.messaging.broker import connect, hear
from shared.messaging.consumer import Hearing, Received
from shared.messaging.outbox import publish
from shared.messaging.provision import provision
from shared.messaging.unit import Unit
from shared.policy import Policy
from shared.policy.outcome import Award
from shared.policy.steps import explanation
from tests.servers import NatsServer

SOURCE = "/incubator"


def now() -> datetime:
    return datetime.now(UTC)


def received(event: Event, id_: str | None = None) -> Received[Any]:
    return Received(event, Envelope(id_ or str(uuid4()), "/test", now(), event.about(), "story"))


def carrier(number: int, organisation: str | None = None, kind: str = "incubator") -> dict[str, str]:
    return {
        "id": f"c{number}",
        "org_id": organisation or f"o{number}",
        "kind": kind,
        "level": "city",
        "name": f"样例 {number}",
    }


def graded(number: int, cost: str | None = "900000.00", grade: str = "excellent") -> Received[Any]:
    facts = {} if cost is None else {"operating_cost_prev_year": cost}
    event = EvaluationFinalised.model_validate(
        {**EvaluationFinalised.example, "carrier": carrier(number, kind="makerspace"), "facts": facts, "grade": grade}
    )
    return received(event)


def hnte(tenant: str, organisation: str, on: str = "2018-11-30") -> Received[Any]:
    body = {"carrier": carrier(1, organisation), "tenant_id": tenant, "date": on, "entered_on": "2016-01-01"}
    return received(TenantHnteRecognised.model_validate(body))


@pytest.fixture
async def database_of_the_incubator(database: AsyncEngine) -> AsyncEngine:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return database


@pytest.fixture
def engine(database_of_the_incubator: AsyncEngine) -> AsyncEngine:
    return database_of_the_incubator


async def work(engine: AsyncEngine, policy: Policy, events: Sequence[Received[Any]]) -> list[Event]:
    """One transaction of the settlement; the events it published."""
    async with transaction(engine) as connection:
        unit = Unit(connection, now())
        await settle(events, unit)
        await publish(connection, SPINE, SOURCE, unit.outgoing, unit.now)
        told = select(SPINE.outbox.c.headers, SPINE.outbox.c.body).order_by(SPINE.outbox.c.position.desc())
        rows = (await connection.execute(told.limit(len(unit.outgoing)))).all()
        return [read(row.headers, row.body)[0] for row in reversed(rows)]


async def rows(engine: AsyncEngine) -> list[Any]:
    async with reading(engine) as connection:
        return list(await connection.execute(select(SUBSIDY).order_by(SUBSIDY.c.entered_at, SUBSIDY.c.id)))


async def test_a_grade_becomes_a_row_with_its_explanation_and_an_event_that_carries_it(
    engine: AsyncEngine, dalian: Policy
) -> None:
    cause = graded(12)
    (told,) = await work(engine, dalian, [cause])
    (row,) = await rows(engine)
    assert (row.outcome, row.amount_fen, row.article, row.rule) == ("awarded", 30_000_000, "12", "makerspace-excellent")
    steps = json.loads(row.explanation)
    assert explanation(row.policy_version, steps) == (bytes(row.explanation), row.explanation_hash)
    stated = told.model_dump()
    assert (told.type_, stated["amount"], stated["subsidy_id"]) == (
        "incubator.subsidy.computed.v1",
        "300000.00",
        row.id,
    )
    assert (stated["explanation"], stated["explanation_hash"]) == (steps, row.explanation_hash)
    assert stated["cause_event_id"] == cause.envelope.id


async def test_a_refusal_is_a_row_of_zero_and_a_missing_fact_a_visible_block(
    engine: AsyncEngine, dalian: Policy
) -> None:
    told = await work(engine, dalian, [graded(1, grade="good"), graded(2, cost=None), graded(3, cost="三十万")])
    found = {row.carrier_id: row for row in await rows(engine)}
    assert [(found[c].outcome, found[c].amount_fen) for c in ("c1", "c2", "c3")] == [
        ("declined", 0), ("blocked", None), ("blocked", None),
    ]  # fmt: skip
    assert "上年度运营成本" in found["c2"].reason
    assert [event.type_.split(".")[2] for event in told] == ["declined", "blocked", "blocked"]


async def test_what_was_entered_before_counts_and_awards_of_a_batch_count_for_its_later_events(
    engine: AsyncEngine, dalian: Policy
) -> None:
    await work(engine, dalian, [hnte(f"t{number}", "o1") for number in range(3)])
    await work(engine, dalian, [hnte(f"t{number}", "o1") for number in range(2, 8)])
    found = await rows(engine)
    assert sum(row.amount_fen for row in found) == 50_000_000
    assert sorted(row.reason for row in found if row.outcome == "declined") == [
        "already-awarded",
        *["limit-used-up"] * 3,
    ]
    refused = next(row for row in found if row.reason == "limit-used-up")
    counted = json.loads(refused.explanation)[-2]["counted"]
    assert len(counted) == 5


async def test_recognitions_are_paid_once_for_each_level(engine: AsyncEngine, dalian: Policy) -> None:
    body = {"carrier": {**carrier(1), "level": "national"}, "date": "2018-06-20", "document_no": "样例文"}
    event = CarrierRecognised.model_validate(body)
    await work(engine, dalian, [received(event)])
    await work(engine, dalian, [received(event)])
    assert [row.outcome for row in await rows(engine)] == ["awarded", "declined"]


async def test_workers_at_the_same_time_never_exceed_a_ceiling_nor_pay_a_tenant_twice(
    engine: AsyncEngine, dalian: Policy
) -> None:
    """Two organisations, tenants that both claim, many transactions at once, in random order."""
    events = [hnte(f"t{number % 9}", f"o{number % 2}") for number in range(36)]
    random.shuffle(events)
    await asyncio.gather(*(work(engine, dalian, events[start : start + 3]) for start in range(0, 36, 3)))
    paid = [row for row in await rows(engine) if row.outcome == "awarded"]
    for organisation in ("o0", "o1"):
        assert sum(row.amount_fen for row in paid if row.organisation_id == organisation) <= 50_000_000
    assert len(paid) == 9  # nine tenants, each once, whichever organisation came first
    assert len(await rows(engine)) == 36


async def test_a_limit_key_of_one_is_not_the_key_of_another() -> None:
    assert key_text(("k", 'a","b')) != key_text(("k", "a", "b"))
    assert in_yuan(in_fen(Decimal("864197.57")) or 0) == Decimal("864197.57")
    with pytest.raises(Exception, match="Inexact"):
        in_fen(Decimal("0.005"))


async def test_a_stranger_with_the_contract_gets_his_subsidy_event_even_if_everything_comes_twice(
    engine: AsyncEngine, nats_server: NatsServer
) -> None:
    client = await connect(nats_server.url)
    jetstream = client.jetstream()
    await provision(jetstream, [settlement.provisioned()])
    causes = [graded(number, cost=f"{number * 10_000}.55") for number in range(1, 121)]
    for again in ("", "-again"):
        for cause in random.sample(causes, len(causes)):
            headers = headers_of(cause.event, cause.envelope)
            headers["Nats-Msg-Id"] += again
            await jetstream.publish(cause.event.subject(), body_of(cause.event), stream="INCUBATOR", headers=headers)
    stop = asyncio.Event()
    workers = [
        asyncio.create_task(hear(jetstream, Hearing(settlement, engine, SPINE, SOURCE, now, lambda: None), stop))
        for _ in range(2)
    ]
    for _ in range(1800):
        info = await jetstream.consumer_info("INCUBATOR", settlement.durable)
        if (info.num_pending, info.num_ack_pending) == (0, 0):
            break
        await asyncio.sleep(0.05)
    stop.set()
    await asyncio.gather(*workers)
    await client.close()
    found = {row.cause_event_id: row.amount_fen for row in await rows(engine)}
    due = {
        cause.envelope.id: min(
            30_000_000, int((Decimal(f"{number * 10_000}.55") * 70).to_integral_value("ROUND_HALF_UP"))
        )
        for number, cause in enumerate(causes, 1)
    }
    assert found == due
    async with reading(engine) as connection:
        assert (await connection.execute(select(func.count()).select_from(SPINE.outbox))).scalar_one() == 120
        assert (await connection.execute(select(func.count()).select_from(SPINE.parked))).scalar_one() == 0


def test_the_engine_names_the_keys_it_will_look_at(dalian: Policy) -> None:
    from shared.policy import History, compute  # noqa: PLC0415 - beside its only use
    from shared.policy.keys import limit_keys  # noqa: PLC0415

    subject = {"id": "c1", "org": "o1", "kind": "incubator"}
    event = {
        "id": "e",
        "type": "tenant_hnte_recognised",
        "date": "2018-11-30",
        "facts": {"tenant": "t", "entered_on": "2018-01-01"},
    }
    award: Award = compute(dalian, subject, event, History()).awards[0]
    assert limit_keys(dalian, subject, event) == set(award.keys) == {
        ("dalian-2017-52/carrier-hnte", "t"), ("dalian-2017-52/carrier-hnte-yearly", "o1", "2018"),
    }  # fmt: skip
    del event["facts"]
    assert limit_keys(dalian, subject, event) == {("dalian-2017-52/carrier-hnte-yearly", "o1", "2018")}
