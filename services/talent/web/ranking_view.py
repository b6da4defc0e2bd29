"""A call's ranking as it is shown: a row for each application, the picture with its cut line, what a number moves."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.moving_places import between, next_up, placed
from services.talent.store import changes, reviewed, selections
from services.talent.store.tables import CALL
from services.talent.usecases.review_area import AREA
from shared.programme.load import load_programme
from shared.programme.model import Programme
from shared.programme.selection import PLACE_NAMES, Moved, Place, Selection
from shared.reviewing import review_rows
from shared.webkit.pictures import Column, Cut, Part, columns

PLACE_TONES: Mapping[Place, str] = {"in": "good", "tied": "wait", "next": "calm", "below": "bad"}
PUBLIC = ("publicised", "selected")
"""States of a call, and of an application, in which a selection is public."""
ERASED = "（已清除）"


class Given(NamedTuple):
    """What one expert gave one criterion, and why."""

    expert: str
    mark: str
    reason: str


class Criterion(NamedTuple):
    """A criterion of one application: `score` is the mean of the marks."""

    label: str
    score: str
    full: str
    given: tuple[Given, ...]


class Line(NamedTuple):
    """One application in the ranking. `place`: none without a total, or once it was declined."""

    row: RowMapping
    criteria: tuple[Criterion, ...]
    place: Place | None
    moves: Moved | None

    @property
    def applicant(self) -> str:
        return self.row["applicant"] or ERASED

    @property
    def by_hand(self) -> bool:
        return bool(self.row["total"] != self.row["computed"])


class Ranking(NamedTuple):
    """`found`: how it stands at `number`, which may be another than the call's to see what that would move."""

    call: RowMapping
    programme: Programme
    number: int
    found: Selection
    lines: tuple[Line, ...]
    moved: tuple[Moved, ...]
    open_reviews: int

    @property
    def least(self) -> Decimal:
        return self.programme.review.scheme.grades[0].line

    @property
    def free(self) -> int:
        """Places nobody public holds."""
        number: int = self.call["number"]
        return max(number - sum(each.row["state"] in PUBLIC for each in self.lines), 0)

    @property
    def next_up(self) -> list[Line]:
        best = {row["application_id"] for row in next_up([each.row for each in self.lines], self.least)}
        return [each for each in self.lines if each.row["application_id"] in best]

    def of(self, *places: Place) -> list[Line]:
        return [each for each in self.lines if each.place in places]

    def line(self, application_id: str) -> Line | None:
        return next((each for each in self.lines if each.row["application_id"] == application_id), None)


async def ranking(connection: AsyncConnection, programme_id: str, number: int | None = None) -> Ranking:
    """Everything of a call's ranking. `number`: what would be if so many were to be selected."""
    call = await changes.found(connection, CALL, programme_id, "申报批次")
    programme = load_programme(programme_id)
    rows = await selections.named(connection, programme_id)
    scored = selections.scored(rows)
    now = placed(scored, call["number"], programme)
    shown = now if number is None else placed(scored, number, programme)
    moved = {each.id: each for each in between(now, shown)}
    places: dict[str, Place] = {each.id: each.place for each in shown.placed}
    marks = await _marks(connection, programme_id)
    lines = tuple(
        Line(row, _criteria(row, marks), places.get(row["application_id"]), moved.get(row["application_id"]))
        for row in rows
    )
    return Ranking(
        call, programme, number or call["number"], shown, lines, tuple(moved.values()),
        await selections.open_reviews(connection, programme_id),
    )  # fmt: skip


Marks = Mapping[tuple[str, str], Sequence[Given]]
"""By application and criterion."""


async def _marks(connection: AsyncConnection, programme_id: str) -> Marks:
    names = await reviewed.expert_names(connection)
    latest = await review_rows.latest_marks(connection, AREA, programme_id)
    found: dict[tuple[str, str], list[Given]] = {}
    for application_id, of in (await review_rows.counted(connection, AREA, programme_id)).items():
        for code, given in of.items():
            found[application_id, code] = [
                Given(names.get(expert, expert), mark, row["reason"] if row is not None else "")
                for expert, mark in given.items()
                for row in (latest.get((application_id, expert, code)),)
            ]
    return found


def _criteria(row: RowMapping, marks: Marks) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            each["label"], each["score"], each["full"], tuple(marks.get((row["application_id"], each["indicator"]), ()))
        )
        for each in row["scores"]
    )


def picture(ranked: Ranking) -> Markup | None:
    """A column for each total, the best first, with the line the number draws and that of the least total."""
    shown = [each for each in ranked.lines if each.place is not None]
    if not shown:
        return None
    bars = [
        Column(
            f"{each.row['rank']} {each.applicant}", Decimal(each.row["total"]), each.row["total"], PLACE_TONES[place]
        )
        for each in shown
        for place in (each.place,)
        if place is not None
    ]
    reach = sum(each.place != "below" for each in shown)
    cuts = [Cut(min(ranked.number, len(shown)), f"名额 {ranked.number} 名")]
    if reach < len(shown):
        cuts.append(Cut(reach, f"最低 {ranked.least} 分"))
    tied = len(ranked.of("tied"))
    told = f"，有 {tied} 名同分，余 {ranked.found.room} 个名额待定" if tied else ""
    says = f"从高到低共 {len(shown)} 份，名额 {ranked.number} 名，最低 {ranked.least} 分{told}；逐份的数字在下面的表里"
    legend = [Part(PLACE_NAMES[place], tone) for place, tone in PLACE_TONES.items()]
    return columns("得分排名", bars, cuts, says, legend)
