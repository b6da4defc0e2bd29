"""Bar an organisation for dishonesty (失信惩戒) and end the bar. The policy text is silent; each is a decision."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import RowMapping, insert

from services.incubator.domain import lifecycles
from services.incubator.domain.bars import ONE_DAY, last_day_of
from services.incubator.store import bars, changes, titles
from services.incubator.store.tables import CARRIER
from services.incubator.store.title_tables import BAR, TITLE_APPLICATION
from services.incubator.usecases import title_decisions
from services.incubator.usecases.bar_grounds import GROUNDS
from services.incubator.usecases.bookkeeping import request
from services.incubator.usecases.title_decisions import ByDocument, check_day, enter_decision, id_of
from shared.contracts.incubator import Carrier, OrganisationBarred, OrganisationReadmitted
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


class BarOrganisation(ByDocument):
    """对失信的运营单位作出惩戒：期内不能申请资格，不核算补助。"""

    carrier_id: str | None = None
    """因哪家载体发现；没有登记载体的，写申请编号。"""
    application_id: str | None = None
    ground: str
    from_on: date
    until: date | None = None
    """截止日期（含当日）；不写的，按事由规定的年数。"""


class EndBar(ByDocument):
    """提前解除惩戒（自决定之日起），或撤销惩戒决定（视同没有作出）。"""

    bar_id: str
    outcome: Literal["lifted", "annulled"]


async def bar_organisation(unit: Unit, order: BarOrganisation) -> str:
    """Bars an organisation from a day to a day, both inclusive; answers the bar's id, which is its decision's."""
    check_day(unit, order.on)
    if order.ground not in GROUNDS:
        known = "、".join(f"{name}（{ground.says}）" for name, ground in GROUNDS.items())
        raise DomainError("unknown-ground", f"没有惩戒事由“{order.ground}”；可用：{known}")
    until = _until(order)
    about = await _about(unit, order)
    await _is_free(unit, about["organisation_id"], order.from_on, until)
    ground = GROUNDS[order.ground]
    id_ = id_of(title_decisions.BARRED, about["organisation_id"], order)
    event = OrganisationBarred(
        bar_id=id_,
        carrier=_told(about),
        ground=ground.says,
        from_on=order.from_on.isoformat(),
        until=until.isoformat(),
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
    )
    detail = {"ground": order.ground, "from_on": order.from_on.isoformat(), "until": until.isoformat()}
    await enter_decision(
        unit, title_decisions.BARRED, about, order, unit.tell(event), basis=ground.basis, id_=id_, detail=detail,
        carrier_id=order.carrier_id, application_id=order.application_id,
    )  # fmt: skip
    row = {
        "id": id_, "organisation_id": about["organisation_id"], "state": "in_force", "ground": order.ground,
        "from_on": order.from_on, "until": until, "ended_on": None, "document_no": order.document_no,
    }  # fmt: skip
    await unit.connection.execute(insert(BAR), [row])
    await changes.note(unit, "bar", [(id_, None, "in_force")], order.document_no)
    return id_


def _until(order: BarOrganisation) -> date:
    years = GROUNDS[order.ground].years
    if order.until is None and years is None:
        raise DomainError("bad-dates", "这一事由没有规定期限，请写明截止日期")
    until = order.until or last_day_of(order.from_on, years or 0)
    if until < order.from_on:
        raise DomainError("bad-dates", f"截止日期 {until} 早于起始日期 {order.from_on}，请核对")
    return until


async def _about(unit: Unit, order: BarOrganisation) -> dict[str, Any]:
    """The carrier, or the applicant nobody registered yet, over which it came to light."""
    if (order.carrier_id is None) == (order.application_id is None):
        raise DomainError("about-missing", "请写明因哪家载体或哪份申请发现，写且只写一项")
    if order.carrier_id is not None:
        row = await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    else:
        row = await changes.found(unit.connection, TITLE_APPLICATION, str(order.application_id), "资格申请", hold=True)
    if row["organisation_id"] is None:
        told = f"载体“{row['id']}”仅登记名称，请先补充运营单位"
        raise DomainError("organisation-missing", told, status=409)
    about = dict(row)
    if order.application_id is not None:
        about["level"] = None
    return about


def _told(about: dict[str, Any]) -> Carrier:
    return Carrier(
        id=about["id"],
        org_id=about["organisation_id"],
        kind=about["kind"],
        level=about["level"],
        name=about["name"],
    )


async def _is_free(unit: Unit, organisation_id: str, from_on: date, until: date) -> None:
    """One bar at a time: a longer one begins after the last, or the last is ended first."""
    known = (await bars.of(unit.connection, [organisation_id])).get(organisation_id, [])
    for each in known:
        if each.from_on <= until and from_on <= each.last_day:
            told = f"已有{each.says()}与这一期间重叠；请另写起始日期，或先解除原惩戒"
            raise DomainError("already-barred", told, status=409)


async def end_bar(unit: Unit, order: EndBar) -> str:
    """Ends a bar early, from the decision's day on, or annuls it; what it held up is computed again."""
    check_day(unit, order.on)
    bar = await changes.found(unit.connection, BAR, order.bar_id, "失信惩戒", hold=True)
    lifted = order.outcome == "lifted"
    if lifted and not bar["from_on"] < order.on <= bar["until"]:
        told = f"提前解除的日期应在 {bar['from_on']} 以后、{bar['until']} 及以前；自始无效的请撤销决定"
        raise DomainError("bad-dates", told)
    await _end(unit, bar, order.outcome, order.reason, order.on if lifted else bar["ended_on"])
    about = await _decided_about(unit, bar["id"])
    told_id = _tell_ended(unit, bar, about, order.outcome, order.on, order.document_no, order.reason)
    act = title_decisions.LIFTED if lifted else title_decisions.ANNULLED
    detail = {"bar": bar["id"], "from_on": bar["from_on"].isoformat(), "until": bar["until"].isoformat()}
    return await enter_decision(
        unit, act, about, order, told_id, id_=id_of(act, bar["id"], order), detail=detail,
        carrier_id=about["carrier_id"], application_id=about["application_id"],
    )  # fmt: skip


async def expire_bar(unit: Unit, bar_id: str) -> None:
    """A bar whose last day has passed ends by itself, once; the organisation is told."""
    bar = await changes.found(unit.connection, BAR, bar_id, "失信惩戒", hold=True)
    if bar["state"] != "in_force":
        return  # somebody else was first
    why = f"惩戒期至 {bar['until']} 届满"
    await _end(unit, bar, "expired", why, None)
    about = await _decided_about(unit, bar_id)
    _tell_ended(unit, bar, about, "expired", bar["until"] + ONE_DAY, bar["document_no"], why)


async def _end(unit: Unit, bar: RowMapping, after: str, why: str, ended_on: date | None) -> None:
    """Moves the bar, and asks again about what it held up: all of it if annulled, otherwise what had happened outside
    the time it held."""
    await changes.move(unit, lifecycles.BAR, BAR, bar["id"], after, why, ended_on=ended_on)
    last = bar["until"] if ended_on is None else ended_on - ONE_DAY
    for hold in await bars.held(unit.connection, bar["id"]):
        if after == "annulled" or not bar["from_on"] <= hold["on_date"] <= last:
            await request(unit, hold["root"], {}, f"失信惩戒终止，重新核算（{why}）"[:1000], bar["id"], after)


async def _decided_about(unit: Unit, bar_id: str) -> dict[str, Any]:
    """Over what the bar was imposed, as the decision has it; the carrier as it is called now."""
    decision = await titles.decision(unit.connection, bar_id)
    if decision is None:  # a bar is entered together with its decision
        raise RuntimeError(f"bar {bar_id} has no decision")
    about = dict(decision)
    about["id"] = decision["carrier_id"] or decision["application_id"]
    if decision["carrier_id"] is not None:
        carrier = await changes.found(unit.connection, CARRIER, decision["carrier_id"], "载体")
        about |= {"name": carrier["name"], "level": carrier["level"]}
    return about


def _tell_ended(
    unit: Unit, bar: RowMapping, about: dict[str, Any], outcome: str, on: date, document_no: str, why: str
) -> str:
    event = OrganisationReadmitted.model_validate(
        {
            "bar_id": bar["id"],
            "carrier": _told(about),
            "from_on": bar["from_on"].isoformat(),
            "until": bar["until"].isoformat(),
            "date": on.isoformat(),
            "document_no": document_no,
            "reason": why,
            "outcome": outcome,
        }
    )
    return unit.tell(event, outcome, story=bar["id"])
