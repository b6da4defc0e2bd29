"""Erase what is personal: asked for by the person, or because the time of keeping has passed.

What money and statistics need stays: the call, the unit, the project, the company, the states and their days.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, func, insert, select, update

from services.talent.domain import lifecycles
from services.talent.store import broker_erasing, changes, erasing
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.tables import APPLICANT
from services.talent.usecases.contacts import forget_applicant
from services.talent.usecases.erasing_brokers import erase_broker
from services.talent.usecases.erasing_brokers import held as held_brokers
from services.talent.usecases.erasing_one import erase_application
from services.talent.usecases.erasing_words import erase_answers, erase_contacts, erase_reasons, erase_told
from shared.contracts.contact import applicant_person
from shared.contracts.talent import TalentErasureAsked, TalentErasureDeclined
from shared.core.errors import DomainError
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit


class AskErasure(BaseModel):
    """申请清除个人信息（本人，或办公室代登记书面申请）。"""

    applicant_id: str
    reason: str = Field(default="", max_length=1000)


class DeclineErasure(BaseModel):
    """不同意清除，写明依据。"""

    request_id: str
    reply: str = Field(min_length=1, max_length=1000)


class EraseApplications(BaseModel):
    """清除保存期已满的申报里的个人信息。"""

    applications: list[str] = Field(min_length=1, max_length=2000)
    reason: str = Field(min_length=1, max_length=1000)


class EraseApplicant(BaseModel):
    """按本人申请清除：他的全部申报、技术经纪人登记（个人）和联系方式。"""

    request_id: str
    reason: str = Field(min_length=1, max_length=1000)


async def ask_erasure(unit: Unit, order: AskErasure) -> str:
    """Notes the request; who asks again while it is open has asked once."""
    await changes.found(unit.connection, APPLICANT, order.applicant_id, "申报人", hold=True)
    there = await erasing.open_request(unit.connection, order.applicant_id)
    if there is not None:
        return str(there["id"])
    # on a demo's clock, which stands still, two are asked for within an instant; the person is held while they count
    own = select(func.count()).where(ERASURE_REQUEST.c.applicant_id == order.applicant_id)
    before: int = (await unit.connection.execute(own)).scalar_one()
    id_ = event_id("erasure", order.applicant_id, unit.now.isoformat(), str(before + 1))
    row = {
        "id": id_, "applicant_id": order.applicant_id, "state": "asked", "reason": order.reason.strip(), "reply": "",
        "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ERASURE_REQUEST), [row])
    await changes.note(unit, "erasure_request", [(id_, None, "asked")])
    unit.tell(TalentErasureAsked.model_validate(_told(row, unit)), story=id_)
    return id_


async def decline_erasure(unit: Unit, order: DeclineErasure) -> None:
    reply = order.reply.strip()
    row = await changes.found(unit.connection, ERASURE_REQUEST, order.request_id, "清除申请")
    await changes.move(unit, lifecycles.ERASURE_REQUEST, ERASURE_REQUEST, row["id"], "declined", reply, reply=reply)
    event = TalentErasureDeclined.model_validate({**_told(row, unit), "reason": reply})
    unit.tell(event, story=row["id"])


def _told(request: Mapping[str, Any] | RowMapping, unit: Unit) -> dict[str, str]:
    person = applicant_person(request["applicant_id"])
    return {"request_id": request["id"], "person_id": person, "date": unit.today.isoformat()}


async def erase_applications(unit: Unit, order: EraseApplications) -> list[str]:
    """Erases those of these whose time has passed; who has nothing left here is erased himself. Answers their ids."""
    found = await erasing.of_applications(unit.connection, order.applications)
    over = [each for each in found if each.is_over(unit.today)]
    for each in over:
        await erase_application(unit, each.row["id"], order.reason)
    people = {each.row[who] for each in over for who in ("applicant_id", "leader_id")} - {None}
    for applicant_id in sorted(people):
        left = await erasing.of_applicant(unit.connection, applicant_id)
        if not left and not await erasing.led_by(unit.connection, applicant_id):
            await _erase_person(unit, applicant_id, order.reason)
    return [each.row["id"] for each in over]


async def erase_applicant(unit: Unit, order: EraseApplicant) -> None:
    """Erases everything of who asked for it. What came to nothing goes at once; an award's papers have their years."""
    request = await changes.found(unit.connection, ERASURE_REQUEST, order.request_id, "清除申请", hold=True)
    found = await erasing.of_applicant(unit.connection, request["applicant_id"])
    led = await erasing.led_by(unit.connection, request["applicant_id"])
    held = [each for each in found if not may_go(each, unit)] + [each for each in led if not each.is_over(unit.today)]
    brokers = await broker_erasing.of_applicant(unit.connection, request["applicant_id"])
    reasons = [f"“{each.row['project']}”{each.says}" for each in held] + held_brokers(brokers, unit)
    if reasons:
        told = "；".join(reasons)
        raise DomainError(
            "still-needed", f"还不能清除：{told}。在办的请申报人先撤回；须保存的请写明依据，不同意清除", status=409
        )
    for each in found:
        await erase_application(unit, each.row["id"], order.reason)
    for broker in brokers:
        await erase_broker(unit, broker.row["id"], order.reason)
    await _erase_person(unit, request["applicant_id"], order.reason)


def may_go(kept: erasing.Kept, unit: Unit) -> bool:
    """Whether a request alone is enough, or the time has passed as well."""
    return kept.row["state"] in (*erasing.NOTHING_CAME, "draft") or kept.is_over(unit.today)


async def _erase_person(unit: Unit, applicant_id: str, reason: str) -> None:
    """Takes name and address back from the register, and from whoever writes letters."""
    row = await changes.found(unit.connection, APPLICANT, applicant_id, "申报人", hold=True)
    if row["erased_at"] is None:
        gone = {"name": "", "email": "", "phone": "", "account": None, "id_number": None, "id_mark": None}
        change = update(APPLICANT).where(APPLICANT.c.id == applicant_id)
        await unit.connection.execute(change.values(**gone, erased_at=unit.now))
        await changes.note(unit, lifecycles.PERSON.noun, [(applicant_id, "kept", "erased")], reason)
        await forget_applicant(unit, applicant_id)
        await erase_contacts(unit, applicant_person(applicant_id))
        await erase_answers(unit, applicant_id)
    await _requests(unit, applicant_id)
    request = await erasing.open_request(unit.connection, applicant_id)
    if request is not None:
        await changes.move(unit, lifecycles.ERASURE_REQUEST, ERASURE_REQUEST, request["id"], "done", reason)


async def _requests(unit: Unit, applicant_id: str) -> None:
    """Why he asked, now and before, and what he was answered."""
    own = ERASURE_REQUEST.c.applicant_id == applicant_id
    await unit.connection.execute(update(ERASURE_REQUEST).where(own).values(reason="", reply=""))
    for id_ in (await unit.connection.execute(select(ERASURE_REQUEST.c.id).where(own))).scalars().all():
        await erase_reasons(unit, id_)
        await erase_told(unit, id_)
