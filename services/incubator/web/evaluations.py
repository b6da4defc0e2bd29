"""The page of one carrier's year: each indicator explained, the report's versions, objections, and what followed."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from services.incubator.store import rankings, stories
from services.incubator.store.evaluation_files import EvaluationFile, evaluation_file
from services.incubator.web.looks import PAGES
from services.incubator.web.timeline import addressee
from shared.chain.timeline import Letter
from shared.core.exact import parse_decimal
from shared.core.money import yuan_text
from shared.core.units import is_money, unit_name
from shared.evaluation import FigureError, Scheme, load_scheme
from shared.evaluation.figures import Figure, yuan_of
from shared.running.running import Running
from shared.webkit.access import READERS


def evaluation_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/evaluations/{evaluation_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def evaluation(request: Request, evaluation_id: str) -> HTMLResponse:
        async with running.look() as connection:
            file = await evaluation_file(connection, evaluation_id)
            rank = await rankings.rank_of(connection, file.evaluation) if file.evaluation else (None, 0)
            organisations = await stories.organisations(connection, {each["recipient_id"] for each in file.letters})
        scheme = load_scheme(file.round["scheme"])
        own = {file.carrier["organisation_id"]}
        return PAGES.show(
            request,
            "evaluation.html",
            file=file,
            scheme=scheme,
            rank=rank,
            indicators=indicators(file, scheme),
            figures=figures(file.versions, scheme),
            labels={name: figure.label for name, figure in scheme.figures.items()},
            letters=[Letter(row, addressee(row, own, organisations)) for row in file.letters],
        )

    return router


class IndicatorShown(NamedTuple):
    """`width` of a thousand: the score's share of its full."""

    said: Mapping[str, Any]
    width: int
    evidence: str
    marks: tuple[tuple[str, str], ...]


def indicators(file: EvaluationFile, scheme: Scheme) -> list[IndicatorShown]:
    """Each indicator's score as it was explained when it was given, with the experts' marks behind it."""
    marks: dict[str, list[tuple[str, str]]] = {}
    for mark in file.marks:
        marks.setdefault(mark["indicator"], []).append((mark["expert"], mark["mark"]))
    evidence = {indicator.code: indicator.evidence for indicator in scheme.indicators}
    found = []
    for said in file.evaluation["scores"] if file.evaluation else ():
        width = int(1000 * Fraction(said["score"]) / Fraction(said["full"]))
        code = said["indicator"]
        found.append(IndicatorShown(said, width, evidence.get(code, ""), tuple(marks.get(code, ()))))
    return found


class FigureShown(NamedTuple):
    """A figure as each version of the report had it; `changed`: whether they differ."""

    label: str
    unit: str
    values: tuple[str, ...]
    changed: bool


def figures(versions: Sequence[RowMapping], scheme: Scheme) -> list[FigureShown]:
    found = []
    for figure in scheme.figures.values():
        values = tuple(figure_text(figure, version["figures"].get(figure.name)) for version in versions)
        unit = "" if is_money(figure.unit) else unit_name(figure.unit)
        found.append(FigureShown(figure.label, unit, values, len(set(values)) > 1))
    return found


def figure_text(figure: Figure, value: object) -> str:
    """A reported value as people read it: money in yuan, a figure of several kinds with each."""
    if value is None:
        return "—"
    if is_money(figure.unit):
        try:
            amount = parse_decimal(yuan_of(figure, value))
        except FigureError:
            return str(value)
        return str(value) if amount is None else yuan_text(amount)
    if isinstance(value, Mapping):
        return "，".join(
            f"{figure.kinds.get(kind, kind)} {number}" for kind, number in value.items() if number is not None
        )
    return str(value)
