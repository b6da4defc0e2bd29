"""Enter a carrier's mentors from a workbook: all of them, or none and everything that is wrong."""

from dataclasses import dataclass
from typing import Any

from services.incubator.store import changes, mentors
from services.incubator.store.tables import CARRIER
from services.incubator.usecases.mentors import KINDS, TIMES, enter_mentors, read_mentor
from services.incubator.workbook.mentors import MentorsReader
from shared.messaging.unit import Unit
from shared.reading.typed_fields import TypedFields


@dataclass(frozen=True)
class SendMentors:
    carrier_id: str
    content: bytes


async def send_mentors(unit: Unit, order: SendMentors) -> int:
    """Enters what the workbook has and answers how many; a WorkbookError tells all problems, and nobody is entered."""
    await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    reader = MentorsReader(order.content, {"kind": KINDS, "time": TIMES})
    there = await mentors.all_of(unit.connection, order.carrier_id)
    first: dict[tuple[Any, Any], int] = {}
    read = []
    for row, texts in reader.rows():
        fields = TypedFields(texts, unit.today)
        values = read_mentor(fields, there)
        person = values["name"], values["employer"]
        if first.setdefault(person, row.number) != row.number:
            fields.find("name", f"与第 {first[person]} 行是同一人，请保留一行")
        for column, problem in fields.problems.items():
            reader.find(row, column, problem, "改正这一格，或删去这一行")
        read.append(values)
    reader.check()
    await enter_mentors(unit, order.carrier_id, read)
    return len(read)
