"""The office's side of an application: return it, recommend it, refuse it, or recognise it."""

import re
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, update

from services.incubator.domain import lifecycles
from services.incubator.store import bars, changes, registers, titles
from services.incubator.store.tables import CARRIER
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases import title_decisions
from services.incubator.usecases.registers import RecogniseCarrier, RegisterCarrier, recognise_carrier, register_carrier
from services.incubator.usecases.title_applications import check_above
from services.incubator.usecases.title_decisions import ByDocument, check_day, enter_decision, id_of
from shared.accreditation.load import title as title_named
from shared.contracts.incubator import ApplicationRefused, ApplicationReturned, Carrier
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

LIFE = lifecycles.APPLICATION


class ReturnApplication(BaseModel):
    """退回资格申请，逐项写明原因；申请单位改正后可以再次提交。"""

    application_id: str
    reason: str = Field(min_length=1, max_length=1500)
    reasons: dict[str, str] = Field(default_factory=dict)
    """按填报项。"""


class RecommendApplication(BaseModel):
    """区县推荐资格申请，写明初审和实地核查的意见。"""

    application_id: str
    opinion: str = Field(min_length=1, max_length=1500)


class RefuseApplication(ByDocument):
    """对资格申请不予认定。"""

    application_id: str


class RecogniseApplication(ByDocument):
    """按申请认定（备案）某一级别；尚未登记的载体同时登记，补助由系统按政策核算。"""

    application_id: str
    level: str
    carrier_id: str | None = None
    """新载体登记的编号。"""


async def return_application(unit: Unit, order: ReturnApplication) -> None:
    row = await _application(unit, order.application_id)
    submission = (await titles.submissions(unit.connection, row["id"]))[0]
    labels = {figure.name: figure.label for figure in title_named(submission["conditions"]).figures}
    unknown = [name for name in order.reasons if name not in labels]
    if unknown:
        raise DomainError("no-such-figure", f"申请表里没有“{unknown[0]}”这一项")
    values = {"reasons": order.reasons, "reason": order.reason, "opinion": ""}
    await changes.move(unit, LIFE, TITLE_APPLICATION, row["id"], "returned", order.reason, **values)
    event = ApplicationReturned(
        application_id=row["id"],
        carrier=await _applicant(unit, row),
        level=row["level"],
        reasons=order.reasons,
        labels={name: labels[name] for name in order.reasons},
        reason=order.reason,
    )
    unit.tell(event, str(row["submitted"]), str(row["version"]), story=row["id"])


async def recommend_application(unit: Unit, order: RecommendApplication) -> None:
    await changes.move(
        unit, LIFE, TITLE_APPLICATION, order.application_id, "recommended", order.opinion, opinion=order.opinion
    )


async def refuse_application(unit: Unit, order: RefuseApplication) -> str:
    check_day(unit, order.on)
    row = await _application(unit, order.application_id)
    await changes.move(unit, LIFE, TITLE_APPLICATION, row["id"], "refused", order.reason, reason=order.reason)
    applicant = await _applicant(unit, row)
    event = ApplicationRefused(
        application_id=row["id"],
        carrier=applicant,
        level=row["level"],
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
    )
    told = unit.tell(event, story=row["id"])
    about = {**row, "level": applicant.level}
    wanted: dict[str, Any] = {"level_wanted": row["level"]}
    return await enter_decision(
        unit, title_decisions.REFUSED, about, order, told,
        carrier_id=row["carrier_id"], application_id=row["id"], detail=wanted,
    )  # fmt: skip


async def recognise_application(unit: Unit, order: RecogniseApplication) -> str:
    """Gives the title that was asked for, or another level above the one held, by a document. One that is not in the
    register yet is entered. The recognition is settled like any other; answers the decision's id."""
    check_day(unit, order.on)
    row = await _application(unit, order.application_id)
    LIFE.check(row["state"], "recognised", row["id"])
    await bars.check_free(unit.connection, row["organisation_id"], unit.today)
    carrier_id = row["carrier_id"] or await _registered(unit, row, order)
    carrier = await changes.found(unit.connection, CARRIER, carrier_id, "载体", hold=True)
    if carrier["organisation_id"] != row["organisation_id"]:
        told = f"载体“{carrier_id}”现在属于另一家运营单位，请退回申请核对"
        raise DomainError("organisation-differs", told, status=409)
    before = carrier["level"] if carrier["state"] == "active" else None
    check_above(before, order.level)
    recognised = RecogniseCarrier(carrier_id=carrier_id, level=order.level, on=order.on, document_no=order.document_no)
    told = await recognise_carrier(unit, recognised)
    await changes.move(unit, LIFE, TITLE_APPLICATION, row["id"], "recognised", order.document_no)
    act = title_decisions.PROMOTED if before else title_decisions.RECOGNISED
    return await enter_decision(
        unit, act, carrier, order, told, id_=id_of(act, row["id"], order), level=order.level, application_id=row["id"],
        detail={"level_before": before, "level_wanted": row["level"]},
    )  # fmt: skip


async def _registered(unit: Unit, row: RowMapping, order: RecogniseApplication) -> str:
    """Enters a carrier nobody knew; its number is the office's."""
    if not order.carrier_id:
        raise DomainError("carrier-id-missing", "这是尚未登记的载体，请写明登记编号")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", order.carrier_id):
        raise DomainError("bad-carrier-id", f"登记编号“{order.carrier_id}”只能用字母、数字、下划线和连字符")
    if await registers.carriers(unit.connection, [order.carrier_id]):
        raise DomainError("carrier-known", f"登记编号“{order.carrier_id}”已经有载体使用，请换一个", status=409)
    entered = RegisterCarrier(
        id=order.carrier_id,
        organisation_id=row["organisation_id"],
        kind=row["kind"],
        name=row["name"],
        district=row["district"],
    )
    await register_carrier(unit, entered)
    linked = update(TITLE_APPLICATION).where(TITLE_APPLICATION.c.id == row["id"]).values(carrier_id=order.carrier_id)
    await unit.connection.execute(linked)  # the step that follows notes it
    return order.carrier_id


async def _application(unit: Unit, application_id: str) -> RowMapping:
    row = await changes.found(unit.connection, TITLE_APPLICATION, application_id, "资格申请", hold=True)
    if not row["submitted"]:
        raise DomainError("no-such-application", f"没有资格申请“{application_id}”", status=404)
    return row


async def _applicant(unit: Unit, row: RowMapping) -> Carrier:
    """The carrier that asks; one that is not registered is named by its application."""
    if row["carrier_id"] is not None:
        return registers.told(await changes.found(unit.connection, CARRIER, row["carrier_id"], "载体"))
    return Carrier(id=row["id"], org_id=row["organisation_id"], kind=row["kind"], name=row["name"])


async def next_number(connection: Any, kind: str) -> str:  # noqa: ANN401 - the database's own
    """A number for a new carrier that nobody has: the letter its kind's numbers begin with, and one more."""
    ids = await titles.ids_like(connection, kind)
    found = [re.fullmatch(r"([A-Za-z]+)([0-9]+)", id_) for id_ in ids]
    parts = [(each[1], each[2]) for each in found if each]
    if not parts:
        return ""
    letters, digits = max(parts, key=lambda part: int(part[1]))
    return f"{letters}{int(digits) + 1:0{len(digits)}}"
