"""The letters a round will send, on real data: which, when, to how many, and who could not be reached."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.round_calendar import Span
from services.incubator.store import foreseen, registers
from services.incubator.store.tables import EVALUATION
from services.incubator.usecases.due import REMIND_DAYS
from services.incubator.usecases.grading import HOW_TO_OBJECT
from services.incubator.usecases.rounds import due_event
from shared.contracts.event import Event
from shared.contracts.incubator import (
    Carrier,
    EvaluationFinalised,
    EvaluationPublicised,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
)
from shared.contracts.letters import Receiver, letters_for
from shared.core.dates import add_days
from shared.evaluation import load_scheme
from shared.evaluation.scheme import GRADE_NAMES

EXAMPLE_GRADE = "excellent"


class LetterAhead(NamedTuple):
    """A kind of letter: when it goes, about an event as it will be told for the first carrier; `stands_in`: what of it
    cannot be known yet and is an example."""

    name: str
    title: str
    when: str
    event: Event
    waits: bool
    stands_in: str

    @property
    def data(self) -> str:
        """The event's data as it is told, JSON."""
        return self.event.model_dump_json()


class LettersAhead(NamedTuple):
    """`carriers`: how many are written to at each step; `unreached`: those whose organisation has no mail address."""

    carriers: int
    unreached: tuple[str, ...]
    first: str
    letters: tuple[LetterAhead, ...]


async def letters_ahead(
    connection: AsyncConnection, round_: Mapping[Any, Any], spans: Sequence[Span], today: date
) -> LettersAhead:
    """The letters of a round that is planned or under way; `round_` has the columns of one, saved or not."""
    carriers = await registers.carriers_of_kind(connection, round_["kind"])
    receivers = await foreseen.receivers(connection, {Receiver(each["organisation_id"]) for each in carriers})
    unreached = tuple(each["name"] for each in carriers if not receivers[Receiver(each["organisation_id"])].address)
    if not carriers:
        return LettersAhead(0, (), "", ())
    first = carriers[0]
    query = select(EVALUATION).where(EVALUATION.c.id == f"{round_['id']}-{first['id']}")
    graded = (await connection.execute(query)).mappings().first()
    letters = tuple(_letters(round_, first, graded, {span.name: span for span in spans}, today))
    return LettersAhead(len(carriers), unreached, first["name"], letters)


def _letters(
    round_: Mapping[Any, Any], row: RowMapping, graded: RowMapping | None, spans: Mapping[str, Span], today: date
) -> Iterator[LetterAhead]:
    report_id = f"{round_['id']}-{row['id']}"
    carrier = registers.told(row)
    closes = round_["closes_on"]
    opened = due_event(round_, row, report_id, "opened", [], closes)
    yield _letter(f"{round_['opens_on']} 开放当天", opened)
    closing = due_event(round_, row, report_id, "closing", ["年度填报尚未提交"], closes)
    yield _letter(f"{add_days(closes, -REMIND_DAYS)} 起，只给还没有提交的", closing)
    of = {"report_id": report_id, "carrier": carrier, "round_id": round_["id"], "version": 1}
    submitted = ReportSubmitted.model_validate({**of, "receipt": f"{report_id}-1"})
    yield _letter("每次提交之后", submitted, "版本和回执号为示例")
    yield _letter("退回之后", _returned(round_, of), "退回的项目、原因和期限为示例")
    yield _letter("受理之后", ReportAccepted.model_validate(of), "版本为示例")
    yield from _results(round_, report_id, carrier, graded, spans.get("公示"), today)


def _returned(round_: Mapping[Any, Any], of: Mapping[str, object]) -> ReportReturned:
    figure = next(iter(load_scheme(round_["scheme"]).figures.values()))
    return ReportReturned.model_validate(
        {
            **of,
            "reasons": {figure.name: "与附件不符，请核对"},
            "labels": {figure.name: figure.label},
            "deadline": round_["closes_on"].isoformat(),
            "corrections_left": max(round_["corrections"] - 1, 0),
        }
    )


def _results(
    round_: Mapping[Any, Any],
    report_id: str,
    carrier: Carrier,
    graded: RowMapping | None,
    publicity: Span | None,
    today: date,
) -> Iterator[LetterAhead]:
    grade = EXAMPLE_GRADE if graded is None or graded["grade"] is None else graded["grade"]
    stands_in = "等次为示例" if graded is None else ""
    given = {
        "evaluation_id": report_id,
        "carrier": carrier,
        "grade": grade,
        "grade_name": GRADE_NAMES[grade],
        "total": None if graded is None else graded["total"],
    }
    first = round_["public_from"] or (publicity.first if publicity else today)
    until = round_["public_until"] or (publicity.last if publicity else today)
    days = {"public_from": first.isoformat(), "public_until": until.isoformat(), "objection": HOW_TO_OBJECT}
    publicised = EvaluationPublicised.model_validate({**given, **days})
    expected = stands_in if round_["public_from"] else "、".join(filter(None, (stands_in, "公示日期按日程推算")))
    yield _letter("开始公示当天", publicised, expected)
    final = {
        "round_id": round_["id"],
        "year": round_["year"],
        "date": (round_["finalised_on"] or add_days(until, 1)).isoformat(),
        "document_no": round_["document_no"],
    }
    yield _letter("公示期满、没有异议待处理时", EvaluationFinalised.model_validate({**given, **final}), expected)


def _letter(when: str, event: Event, stands_in: str = "") -> LetterAhead:
    letter = next(letters_for(event))
    return LetterAhead(letter.name, letter.title, when, event, letter.waits, stands_in)
