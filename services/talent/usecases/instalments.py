"""Instalments of an award: which may be paid follows from contract and assessments; the ledger tells what was paid."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.domain.award_money import Part
from services.talent.store import changes
from services.talent.store.award_tables import AWARD, INSTALMENT
from services.talent.usecases.telling_of_awards import told
from shared.contracts.talent import TalentGrantPaid, TalentGrantWithheld, TalentInstalmentReleased
from shared.core.errors import DomainError
from shared.core.money import fen_text
from shared.messaging.consumer import Received
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.timetable import EFFECTS, OnMoney


class NotePaid(BaseModel):
    """一期资助已经拨付：日期和文号。"""

    award_id: str
    number: int = Field(ge=1, le=100)
    paid_on: date
    document_no: str = Field(min_length=1, max_length=100)


def instalment_id(award_id: str, number: int) -> str:
    return event_id("instalment", award_id, str(number))


async def plan(unit: Unit, award_id: str, parts: tuple[Part, ...]) -> None:
    """Writes down the instalments of a new award; none may be paid yet."""
    rows: list[dict[str, Any]] = [
        {
            "id": instalment_id(award_id, each.number), "award_id": award_id, "number": each.number,
            "when": each.when, "says": each.says, "amount_fen": each.fen, "state": each.state, "passed": each.passed,
            "holds": sorted(each.holds),
        }
        for each in parts
    ]  # fmt: skip
    if rows:
        await unit.connection.execute(insert(INSTALMENT), rows)
        await changes.note(unit, "instalment", [(row["id"], None, row["state"]) for row in rows])


async def keep(
    unit: Unit,
    award: RowMapping,
    before: tuple[Part, ...],
    after: tuple[Part, ...],
    why: str,
    because: str = "",
    on: date | None = None,
) -> None:
    """Writes down what became of the instalments, and tells the ledger which are released and which withheld.

    `because`: what released them, as the explanation of the money repeats it; `on`: since when, if not today.
    """
    for was, now in zip(before, after, strict=True):
        if was == now:
            continue
        id_ = instalment_id(award["id"], now.number)
        values: dict[str, Any] = {"passed": now.passed, "holds": sorted(now.holds)}
        if was.state == now.state:
            await unit.connection.execute(update(INSTALMENT).where(INSTALMENT.c.id == id_).values(**values))
            continue
        earlier = [row["after"] for row in await changes.of(unit.connection, [id_])]
        await changes.move(unit, lifecycles.INSTALMENT, INSTALMENT, id_, now.state, why, **values)
        if now.state == "released" and "released" not in earlier:  # one that was held in between is computed already
            _tell_released(unit, award, now, because or why, on or unit.today)
        elif now.state in ("held", "stopped"):
            _tell_withheld(unit, award, now, why, len(earlier))


def _tell_released(unit: Unit, award: RowMapping, part: Part, because: str, on: date) -> None:
    programme = load_programme(award["programme_id"])
    decided = award["decided"]
    by = f"决定资助（{decided['reason']}）" if decided else programme.policy.rules[0].says
    event = TalentInstalmentReleased.model_validate(
        {
            **told(award), "kind": programme.line, "date": on.isoformat(), "number": part.number,
            "granted": fen_text(award["amount_fen"]), "granted_by": f"{award['document_no']}，{by}", "because": because,
        }
    )  # fmt: skip
    unit.tell(event, str(part.number), story=award["application_id"])


def _tell_withheld(unit: Unit, award: RowMapping, part: Part, why: str, time: int) -> None:
    body = {"number": part.number, "amount": fen_text(part.fen), "effect": part.state, "reason": why}
    event = TalentGrantWithheld.model_validate({**told(award), **body})
    unit.tell(event, str(part.number), str(time), story=award["application_id"])


async def note_paid(unit: Unit, order: NotePaid) -> None:
    """The ledger paid an instalment, which has to be released at that moment. The same payment twice does nothing."""
    await changes.found(unit.connection, AWARD, order.award_id, "入选项目", hold=True)
    id_ = instalment_id(order.award_id, order.number)
    row = await changes.found(unit.connection, INSTALMENT, id_, "分期")
    if row["state"] == "paid":
        if (row["paid_on"], row["paid_by_document"]) == (order.paid_on, order.document_no):
            return
        message = f"第 {order.number} 期已于 {row['paid_on']} 凭 {row['paid_by_document']} 拨付，不能再付"
        raise DomainError("instalment-paid", message, status=409)
    values = {"paid_on": order.paid_on, "paid_by_document": order.document_no}
    await changes.move(unit, lifecycles.INSTALMENT, INSTALMENT, id_, "paid", order.document_no, **values)


async def note_grants_paid(received: Sequence[Received[TalentGrantPaid]], unit: Unit) -> None:
    """Notes which instalments the ledger paid. Other money is no instalment, and of one that was paid before the first
    payment stands: the ledger alone knows what was corrected since. Whoever holds many awards holds them in one order.
    """
    for each in sorted(received, key=lambda one: (one.event.matter.id, one.event.matter.instalment or 0)):
        event = each.event
        number = event.matter.instalment
        if event.matter.what != "instalment" or number is None:
            continue
        row = await changes.found(unit.connection, INSTALMENT, instalment_id(event.matter.id, number), "分期")
        if row["state"] != "paid":
            order = NotePaid(
                award_id=event.matter.id, number=number, paid_on=date.fromisoformat(event.paid_on),
                document_no=event.document_no,
            )  # fmt: skip
            await note_paid(unit, order)


def money_told(effect: OnMoney) -> dict[str, Any]:
    """What an event says of the effect on money."""
    return {
        "effect": effect.effect,
        "effect_name": EFFECTS[effect.effect],
        "instalments": list(effect.instalments),
        "recovery_proposed": effect.recovery_proposed,
    }


def parts_told(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {"number": each.number, "when": each.when, "says": each.says, "amount": fen_text(each.fen)} for each in parts
    ]


async def hold_award(unit: Unit, award_id: str) -> RowMapping:
    """The award, held until this transaction ends, so that two decisions about its money follow each other."""
    return await changes.found(unit.connection, AWARD, award_id, "入选项目", hold=True)
