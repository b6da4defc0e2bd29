"""An award begins with its 任务书: the first instalment is released, the assessments are scheduled, the ledger told."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.award_money import at_start
from services.talent.store import awards, changes
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD
from services.talent.usecases import instalments
from services.talent.usecases.telling_of_awards import told
from shared.contracts.talent import TalentAwardStarted
from shared.core.money import fen_text
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.timetable import Due, assessments_due


async def start(unit: Unit, award: RowMapping, begins: date, number: int) -> None:
    """`begins`: the first day of the contract; `number`: the version of the 任务书 that is in force."""
    programme = load_programme(award["programme_id"])
    dues = assessments_due(programme, begins)
    ends = max((each.on for each in dues), default=begins)
    values = {"begins_on": begins, "ends_on": ends}
    await changes.move(unit, lifecycles.AWARD, AWARD, award["id"], "running", award["contract_no"], **values)
    before = await awards.held_parts(unit.connection, award["id"])
    await instalments.keep(unit, award, before, at_start(before), "任务书生效", on=begins)
    await schedule(unit, award["id"], dues)
    amount = award["amount_fen"]
    event = TalentAwardStarted.model_validate(
        {
            **told(award),
            "kind": programme.line,
            "date": begins.isoformat(),
            "until": ends.isoformat(),
            "number": number,
            "amount": fen_text(amount) if amount is not None else None,
            "decided": award["decided"],
            "instalments": instalments.parts_told(before),
            "assessments": dues_told(dues),
        }
    )
    unit.tell(event, story=award["application_id"])


async def schedule(unit: Unit, award_id: str, dues: Iterable[Due]) -> None:
    """Writes down assessments that are to be held; each is opened when its time has come."""
    rows: list[dict[str, Any]] = [
        {
            "id": event_id("assessment", award_id, each.id), "award_id": award_id, "key": each.id, "kind": each.kind,
            "name": each.name, "number": each.number, "due_on": each.on, "state": "planned", "version": 0,
            "typed": {}, "handed_in": 0, "reasons": {}, "concluded": 0,
        }
        for each in dues
    ]  # fmt: skip
    if rows:
        await unit.connection.execute(insert(ASSESSMENT), rows)
        await changes.note(unit, "assessment", [(row["id"], None, "planned") for row in rows])


def dues_told(dues: Iterable[Due]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "name": each.name, "due_on": each.on.isoformat()} for each in dues]
