"""A unit's own result once it is public: the grade, each indicator explained, publicity, and how to object to it."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import registers
from services.incubator.store.evaluation_files import EvaluationFile, evaluation_file
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.tables import OBJECTIONS
from services.incubator.usecases.objections import ObjectToOwnResult, object_to_own_result
from services.incubator.web.evaluations import indicators
from services.incubator.web.looks import PAGES, decimal
from services.incubator.web.objection_words import SHOWING
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.workdays import ONE_DAY, WORKING, Known, is_working_day
from shared.evaluation import Scheme, load_scheme
from shared.evaluation.figures import rounded
from shared.evaluation.scheme import UNQUALIFIED
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.roles import Role
from shared.ledger.account_pages import text
from shared.objections import store
from shared.objections.files import add_evidence, evidence_sent
from shared.objections.own import ObjectionUnclear
from shared.running.running import Running
from shared.webkit import pictures
from shared.webkit.access import Known as Person
from shared.webkit.access import may

PUBLIC = ("publicised", "finalised")
"""States of an evaluation whose grade its unit may know."""
FIELDS = ("grounds", "name", "contact")
MOST_TYPED = 20_000


def result_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/results", include_in_schema=False)
    operator = may(Role.OPERATOR)

    @router.post("/{evaluation_id:path}/objections", dependencies=[operator], max_body_size=MOST_OF_REQUEST)
    async def object_(request: Request, who: Person, evaluation_id: str) -> Response:
        form = await request.form()
        typed = {name: text(form, name)[:MOST_TYPED] for name in FIELDS}
        own = who.scopes(Role.OPERATOR)
        try:
            async with evidence_sent(request, running) as files, running.unit(who.account) as unit:
                order = ObjectToOwnResult(evaluation_id=evaluation_id, **typed)
                id_ = await object_to_own_result(unit, order, own)
                await add_evidence(unit, running, EVIDENCE, files, id_)
        except ObjectionUnclear as wrong:
            return await _page(running, request, own, evaluation_id, typed, wrong)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, own, evaluation_id, typed, wrong)
        return RedirectResponse(f"{SHOWING.receipt(id_)}?saved=filed", 303)

    @router.get("/{evaluation_id:path}", dependencies=[operator])
    async def result(request: Request, who: Person, evaluation_id: str) -> HTMLResponse:
        return await _page(running, request, who.scopes(Role.OPERATOR), evaluation_id)

    return router


async def _page(
    running: Running,
    request: Request,
    own: Collection[str],
    evaluation_id: str,
    typed: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        file = await own_file(connection, evaluation_id, own)
        objections = await store.about(connection, OBJECTIONS, evaluation_id, own)
        known = await registers.calendar(connection)
    public = file.evaluation is not None and file.evaluation["state"] in PUBLIC
    scheme = load_scheme(file.round["scheme"])
    explained = explained_indicators(file, scheme) if public else []
    return PAGES.show(
        request,
        "my_result.html",
        200 if error is None else error.status,
        id=evaluation_id,
        round=file.round,
        carrier=file.carrier,
        report=file.report,
        evaluation=file.evaluation if public else None,
        scheme=scheme,
        indicators=explained,
        picture=picture(explained),
        failed=public and file.evaluation is not None and file.evaluation["grade"] == UNQUALIFIED,
        entries=[each for each in file.entries if each["organisation_id"] in own] if public else [],
        objections=[each for each in objections if each["own"] or each["state"] != "withdrawn"] if public else [],
        left=days_left(file.round, today, known) if public else None,
        typed=typed or dict.fromkeys(FIELDS, ""),
        problems=error.problems if isinstance(error, ObjectionUnclear) else {},
        error=error,
    )


async def own_file(connection: AsyncConnection, evaluation_id: str, own: Collection[str]) -> EvaluationFile:
    """Everything of a result of these organisations; somebody else's is as good as none."""
    file = await evaluation_file(connection, evaluation_id)
    if file.carrier["organisation_id"] not in own:
        raise DomainError("no-such-evaluation", f"没有编号为“{evaluation_id}”的填报或考评结果", status=404)
    return file


class IndicatorExplained(NamedTuple):
    """An indicator as its unit reads it: `said` as it was explained when it was scored, `why` what that means."""

    said: Mapping[str, Any]
    evidence: str
    why: str


def explained_indicators(file: EvaluationFile, scheme: Scheme) -> list[IndicatorExplained]:
    """What the office reads of each indicator, but for the marks of single experts: those stay confidential."""
    shown = indicators(file._replace(marks=()), scheme)
    return [IndicatorExplained(each.said, each.evidence, why(each.said)) for each in shown]


def why(said: Mapping[str, Any]) -> str:
    """Why the score is what it is, in a sentence."""
    score, full = Fraction(said["score"]), Fraction(said["full"])
    if said["vetoed"]:
        return "低于最低要求，一票否决"
    if said["cut_at_full"]:
        return "按计分办法超过满分，按满分计"
    if score == full:
        return "得满分"
    return f"比满分少 {decimal(str(rounded(full - score)))} 分" if score else "没有得分"


def picture(explained: list[IndicatorExplained]) -> Markup | None:
    """Each indicator's score against its full mark, the bars as long as the full marks are large."""
    rows = [
        pictures.Bar(
            each.said["label"],
            Fraction(each.said["score"]),
            f"{decimal(each.said['score'])} / {each.said['full']}",
            _tone(Fraction(each.said["score"]), Fraction(each.said["full"])),
            Fraction(each.said["full"]),
        )
        for each in explained
    ]
    says = "每条横线的全长是该项满分，有色部分是本单位得分；逐项数字见下表"
    return pictures.bars("各项指标的得分与满分", rows, says) if rows else None


def _tone(score: Fraction, full: Fraction) -> str:
    if score >= full:
        return "good"
    return "bad" if not score else "fair" if 2 * score >= full else "wait"


def days_left(round_: RowMapping, today: date, known: Known) -> int | None:
    """How many days of publicity are left, today among them, counted as the round counts them; None outside it."""
    if round_["public_from"] is None or not round_["public_from"] <= today <= round_["public_until"]:
        return None
    return days_until(today, round_["public_until"], round_["publicity_in"], known)


def days_until(today: date, last: date, counted_in: str, known: Known) -> int:
    """The days from today to an inclusive last day; a day that is not worked counts where working days are counted
    not at all."""
    days = [today + number * ONE_DAY for number in range((last - today).days + 1)]
    return sum(counted_in != WORKING or is_working_day(day, known) for day in days)
