"""A talent office with a call that is open, two units and people who apply, on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from stdnum.cn import ric, uscc

from services.talent.store import attachments
from services.talent.store.application_tables import APPLICATION
from services.talent.store.base import METADATA
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.tables import SPINE
from services.talent.usecases import applications, calls, people
from shared.core.sealed import Seal
from shared.messaging.unit import Unit, unit_of_work
from shared.programme.load import load_programme

YOUNG_STAR = "young-star-2018"
GOOD = {
    "born_on": "1990-02-03", "sex": "male", "phone": "13800000000", "degree": "doctor", "rank": "middle",
    "field": "材料", "employed_on": "2015-07-01", "since": "2015-07-01", "full_time": "是", "led_city": "0",
    "titles": "无", "basis": "论文", "goals": "目标", "benefit": "效益", "requested": "10", "self_raised": "0",
}  # fmt: skip


def identity(order: int) -> str:
    """An identity number of a man born on 1990-02-03; nobody has the place 000000."""
    body = f"00000019900203{2 * order + 1:03}"
    return body + ric.calc_check_digit(f"{body}0")


def code(order: int) -> str:
    body = f"91000000{order:09}"
    return body + uscc.calc_check_digit(body)


class Office:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.instant = datetime(2018, 3, 12, 2, 0, tzinfo=UTC)
        self.seal = Seal("a secret of this test", "identity number")

    @asynccontextmanager
    async def unit(self, by: str = "clerk") -> AsyncIterator[Unit]:
        async with unit_of_work(self.engine, SPINE, "/talent", lambda: self.instant, by) as unit:
            yield unit

    async def row(self, application_id: str) -> RowMapping:
        async with self.engine.connect() as connection:
            query = select(APPLICATION).where(APPLICATION.c.id == application_id)
            return (await connection.execute(query)).mappings().one()

    async def told(self) -> list[tuple[str, str]]:
        """What was told so far: type and body, in order."""
        async with self.engine.connect() as connection:
            query = select(SPINE.outbox.c.subject, SPINE.outbox.c.body).order_by(SPINE.outbox.c.position)
            return [(row.subject, bytes(row.body).decode()) for row in await connection.execute(query)]

    async def applicant(self, name: str) -> str:
        async with self.unit(name) as unit:
            order = people.RegisterApplicant(account=name, name=name, email=f"{name}@example.cn")
            return await people.register_applicant(unit, order)

    async def started(self, name: str, programme: str = YOUNG_STAR) -> str:
        """An application with each document its programme needs, and nothing filled in."""
        person = await self.applicant(name)
        async with self.unit(name) as unit:
            order = applications.StartApplication(programme_id=programme, applicant_id=person)
            id_ = await applications.start_application(unit, order)
            for each in load_programme(programme).attachments:
                if each.required:
                    await self.attached(unit, id_, each.code)
            return id_

    async def attached(self, unit: Unit, id_: str, place: str) -> None:
        """A file of which there is no more than its row."""
        evidence_id, name = uuid4().hex, f"{place}.pdf"
        file: dict[str, Any] = {
            "id": evidence_id, "owner_kind": "application", "owner_id": id_, "name": name, "kind": "pdf",
            "bytes": 1000, "sha256": sha256(f"{id_}{place}".encode()).hexdigest(), "by": unit.by, "at": unit.now,
            "state": "unchecked", "check_at": None, "check_failures": 0,
        }  # fmt: skip
        await unit.connection.execute(insert(EVIDENCE.evidence), [file])
        await attachments.attach(unit, id_, place, evidence_id, name)

    async def filled(self, name: str, /, order: int = 1, unit_id: str = "T-01", **typed: str) -> str:
        """An application that lacks nothing, not yet handed in."""
        id_ = await self.started(name)
        given = GOOD | {"name": name, "id_number": identity(order), "email": f"{name}@example.cn"}
        given |= {"project": f"{name} 的项目"} | typed
        await self.save(id_, given, unit_id)
        return id_

    async def save(
        self, id_: str, typed: dict[str, str], unit_id: str | None = None, based_on: int | None = None
    ) -> Any:
        version = (await self.row(id_))["version"] if based_on is None else based_on
        async with self.unit("applicant") as unit:
            order = applications.SaveApplication(application_id=id_, typed=typed, unit_id=unit_id, based_on=version)
            return await applications.save_application(unit, order, self.seal)

    async def submit(self, id_: str) -> str:
        row = await self.row(id_)
        async with self.unit("applicant") as unit:
            order = applications.SubmitApplication(
                application_id=id_, version=row["version"], signed_by=row["typed"].get("name", "本人"), committed=True
            )
            return await applications.submit_application(unit, order, self.seal)

    async def submitted(self, name: str, /, order: int = 1, **typed: str) -> str:
        id_ = await self.filled(name, order, **typed)
        await self.submit(id_)
        return id_


@asynccontextmanager
async def talent_office(engine: AsyncEngine) -> AsyncIterator[Office]:
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    office = Office(engine)
    async with office.unit() as unit:
        for number in (1, 2):
            await people.register_unit(
                unit,
                people.RegisterUnit(
                    id=f"T-{number:02}", name=f"样例大学 {number}", credit_code=code(number), contact_name="科技处",
                    contact_email=f"t-{number}@example.cn",
                ),
            )  # fmt: skip
        for programme in (YOUNG_STAR, "innovation-team-2018"):
            await calls.plan_call(unit, calls.PlanCall(programme_id=programme, document_no="样例文〔2018〕1号"))
            await calls.open_call(unit, calls.CallNamed(programme_id=programme))
    yield office
