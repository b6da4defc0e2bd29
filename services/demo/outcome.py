"""What a demo came to: grades, money, letters, events; the same numbers for people and for programs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from services.incubator.store.overview import summary
from services.notify.store.tables import MESSAGE
from services.talent.store.application_tables import APPLICATION
from services.talent.store.award_tables import AWARD
from services.talent.store.ledger_tables import LEDGER
from shared.contracts.streams import STREAMS
from shared.core.money import fen_text
from shared.ledger.outcomes import AWARDED, CUT, REVERSAL
from shared.messaging.parking import PARKED
from shared.running.running import Running


async def outcome(runnings: Sequence[Running]) -> dict[str, Any]:
    """{"grades": {kind: {grade: n}}, "ledger": {article: yuan}, "declined": n, "letters": {status: n},
    "events": {stream: n}, "parked": n, "talents": {...}}: carriers, yuan, rows of the ledger, letters, messages kept,
    rows; `talents` as `_talents` has it."""
    named = {running.service.name: running for running in runnings}
    async with named["incubator"].look() as connection:
        year = await summary(connection)
    async with named["notify"].look() as connection:
        counted = (
            select(MESSAGE.c.state, func.count().label("letters")).group_by(MESSAGE.c.state).order_by(MESSAGE.c.state)
        )
        letters = {row.state: row.letters for row in await connection.execute(counted)}
    events = {}
    for stream in STREAMS:
        events[stream.name] = (await named["incubator"].jetstream.stream_info(stream.name)).state.messages
    return {
        "grades": year["grades"],
        "ledger": year["ledger"],
        "declined": year["declined"],
        "letters": letters,
        "events": events,
        "parked": sum([await _parked(running) for running in runnings]),
        "talents": await _talents(named["talent"]),
    }


async def _talents(running: Running) -> dict[str, Any]:
    """{"applications": {state: n}, "awards": {programme: n}, "ledger": {policy: yuan}, "paid": yuan}."""
    subsidy, payment = LEDGER.subsidy, LEDGER.payment
    async with running.look() as connection:
        states = select(APPLICATION.c.state, func.count()).group_by(APPLICATION.c.state)
        awards = select(AWARD.c.programme_id, func.count()).group_by(AWARD.c.programme_id)
        granted = (
            select(subsidy.c.policy_version, func.sum(subsidy.c.amount_fen))
            .where(subsidy.c.outcome.in_((AWARDED, CUT, REVERSAL)))
            .group_by(subsidy.c.policy_version)
        )
        paid = select(func.coalesce(func.sum(payment.c.amount_fen), 0)).where(payment.c.state == "paid")
        return {
            "applications": dict(sorted(map(tuple, (await connection.execute(states)).all()))),
            "awards": dict(sorted(map(tuple, (await connection.execute(awards)).all()))),
            "ledger": {
                policy.partition("/")[0]: fen_text(int(fen))
                for policy, fen in sorted((await connection.execute(granted)).all())
            },
            "paid": fen_text(int((await connection.execute(paid)).scalar_one())),
        }


async def _parked(running: Running) -> int:
    parked = running.service.spine.parked
    async with running.look() as connection:
        waiting = select(func.count()).select_from(parked).where(parked.c.state == PARKED)
        count: int = (await connection.execute(waiting)).scalar_one()
        return count
