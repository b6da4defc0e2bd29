"""One application as its applicant fills it in: whatever was typed is kept first, then files, the team, the hand-in."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.talent.domain import lifecycles
from services.talent.domain.application_form import Problem, fill
from services.talent.domain.standing import Days, Moved, next_step, way
from services.talent.store import applications, attachments, awards, changes, known, mine
from services.talent.store.tables import CALL, UNIT
from services.talent.usecases import applications as applying
from services.talent.web import form_view, my_files, my_team
from services.talent.web.applicant import APPLICANT_ONLY, ids_of, own, text, version
from services.talent.web.looks import PAGES, to
from services.talent.web.sealing import seal_of
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.templates import second

TYPED = "typed:"
"""What stands before the name of a field in the form."""
DONE = {
    "saved": "已保存；条件对照已经更新。",
    "files": "附件已收下，所填的已保存。",
    "removed": "附件已移除，所填的已保存。",
    "named": "已发邮件请这位成员本人确认，所填的已保存。",
    "unnamed": "已从名单移除，所填的已保存。",
    "withdrawn": "申报已撤回，内容仍保留在这里。",
}
MOST_NAME = 100
SUBMIT, FILES = "submit", "files"
"""The button that hands it in; where files are chosen."""


class Sent(NamedTuple):
    """What came with the form; `unit`: the unit as it was written, `number`: the identity number, if one was typed."""

    typed: Mapping[str, str]
    number: str
    unit: str
    based_on: int
    member: my_team.Named
    signed_by: str
    committed: bool


def my_application_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/applications/{application_id}", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def application(request: Request, who: Known, application_id: str) -> HTMLResponse:
        return await application_page(running, request, who, application_id)

    @router.post("", dependencies=[APPLICANT_ONLY], max_body_size=MOST_OF_REQUEST)
    async def save(request: Request, who: Known, application_id: str) -> Response:
        async with request.form() as form:
            return await _saved(running, request, who, application_id, form)

    return router


async def application_page(
    running: Running,
    request: Request,
    who: Who,
    application_id: str,
    *,
    error: DomainError | None = None,
    problems: Mapping[str, str] | None = None,
    sent: Sent | None = None,
    kept: bool = True,
) -> HTMLResponse:
    """The application as it stands; or, if what was `sent` is not `kept`, as it was just typed, beside what is wrong.
    Of what no draft keeps (commitment, a member's name) what was sent is shown again either way."""
    seal, today = seal_of(running), legal_date(running.now())
    async with running.look() as connection:
        row = await own(connection, who, application_id)
        call = await changes.found(connection, CALL, row["programme_id"], "申报批次")
        unit = None if row["unit_id"] is None else await changes.found(connection, UNIT, row["unit_id"], "推荐单位")
        files = await attachments.attached(connection, application_id)
        members = await mine.members(connection, application_id)
        steps = await changes.of(connection, [application_id])
        hand_in = await applications.last_hand_in(connection, application_id)
        given = await attachments.handed_in(connection, application_id, row["handed_in"])
        units = await mine.units(connection)
        award = await awards.of_application(connection, application_id)
        running_now = await known.running_of(connection, row["applicant_id"])
    programme = load_programme(row["programme_id"])
    number = applying.typed_number(row, seal)
    filled = saved = applying.filled_now(row, seal, today)
    if sent is not None and not kept:
        typed_number = {applying.IDENTITY: sent.number or number}
        filled = fill(programme, {**sent.typed, **typed_number}, today)
    listed = getattr(error, "problems", ()) if isinstance(error, applying.ApplicationIncomplete) else ()
    wrong = {**filled.problems, **{each.name: each.problem for each in listed}, **(problems or {})}
    days = Days(
        call["closes_on"], row["recommend_until"], row["correct_until"], call["public_until"], call["public_from"]
    )  # fmt: skip
    moves = [
        Moved(each["after"], each["at"], each["why"])
        for each in steps
        if each["noun"] == lifecycles.APPLICATION.noun and each["before"] != each["after"]
    ]
    status = 200 if error is None else error.status
    return PAGES.show(
        request, "my_application.html", status, at=to("mine/applications", application_id),
        award=award if award is not None and award["applicant_id"] in ids_of(who) else None,
        row=row, call=call, programme=programme, filled=filled, error=error, listed=listed, problems=wrong, kept=kept,
        theirs=saved.typed if isinstance(error, applying.ApplicationChanged) else None,
        number_shown=form_view.shown_number(number), number_typed="" if sent is None or kept else sent.number,
        unit=unit, unit_typed=sent.unit if sent is not None else None, units=units, why=form_view.why_asked(programme),
        documents=form_view.documents(programme, files), given=form_view.documents(programme, given),
        members=members, member=sent.member if sent is not None and error is not None else my_team.NOBODY,
        team=my_team.TEAM in {field.name for field in programme.fields}, checked=form_view.checked_shown(filled),
        summary=form_view.summary(filled), answers=form_view.answers(filled, number),
        open=_is_open(row, call, today), next=next_step(row["state"], days, today), way=way(row["state"], moves),
        excluded=form_view.excluded_by(programme, running_now),
        hand_in=hand_in, withdrawable=row["state"] in lifecycles.WITHDRAWABLE, today=today,
        signed_by=sent.signed_by if sent is not None else "", committed=sent is not None and sent.committed,
        done=DONE.get(request.query_params.get("done", "")) if error is None else None,
    )  # fmt: skip


def _is_open(row: RowMapping, call: RowMapping, today: Any) -> bool:  # noqa: ANN401 - a legal date
    """Whether the form is shown to be filled in: until the call closes, or until what was returned has to be back."""
    if row["state"] == "returned":
        return row["correct_until"] is None or today <= row["correct_until"]
    return bool(row["state"] == "draft" and call["state"] == "open" and today <= call["closes_on"])


async def _saved(running: Running, request: Request, who: Who, application_id: str, form: FormData) -> Response:
    """Each step in a transaction of its own: what a later one refuses, the earlier ones have kept."""
    sent = _sent(form)
    by_script = request.headers.get("accept", "").startswith("application/json")
    problems: dict[str, str] = {}
    try:
        async with running.unit(who.account) as unit:
            row = await own(unit.connection, who, application_id)
            unit_id, problems["unit_id"] = await _unit(unit, sent.unit)
            saved = await save_typed(unit, row, sent, unit_id, seal_of(running))
    except DomainError as wrong:
        if by_script or wrong.status == 404:
            raise
        return await application_page(running, request, who, application_id, error=wrong, sent=sent, kept=False)
    problems = {name: problem for name, problem in problems.items() if problem}
    if by_script:
        at = second(running.now())[11:]
        return JSONResponse(form_view.told(saved.filled, saved.version, at, {"unit_id": problems.get("unit_id", "")}))
    try:
        done = await _do(running, who, application_id, sent, saved, form, problems)
    except DomainError as wrong:
        fields = getattr(wrong, "fields", {}) | problems
        return await application_page(
            running, request, who, application_id, error=wrong, problems=fields, sent=sent
        )  # fmt: skip
    address = to("mine/applications", application_id)
    return RedirectResponse(f"{address}/receipts/{done}" if isinstance(done, int) else f"{address}?done={done}", 303)


async def save_typed(unit: Unit, row: RowMapping, sent: Sent, unit_id: str | None, seal: Seal) -> applying.Saved:
    """Keeps what was typed. An identity number that was not typed again stays; the team is whoever is named."""
    typed = dict(sent.typed) | await my_team.as_typed(unit.connection, row)
    typed[applying.IDENTITY] = sent.number or applying.typed_number(row, seal)
    order = applying.SaveApplication(application_id=row["id"], typed=typed, unit_id=unit_id, based_on=sent.based_on)
    return await applying.save_application(unit, order, seal)


async def _unit(unit: Unit, written: str) -> tuple[str | None, str]:
    """The unit that was meant, or what to do; nothing written changes nothing."""
    if not written:
        return None, ""
    found: Sequence[RowMapping] = await mine.units_called(unit.connection, written)
    if len(found) == 1:
        return str(found[0]["id"]), ""
    if found:
        codes = "、".join(each["credit_code"] for each in found)
        return None, f"有 {len(found)} 家单位叫这个名称，请改填统一社会信用代码：{codes}"
    return None, "登记册里没有这家单位；请从列表里选，或请单位联系项目办公室登记"


async def _do(
    running: Running,
    who: Who,
    application_id: str,
    sent: Sent,
    saved: applying.Saved,
    form: FormData,
    problems: Mapping[str, str],
) -> str | int:
    """What the button asks for, once everything is kept: what was done, or the number of the hand-in."""
    does = text(form, "do")
    files = my_files.sent_files(form)
    unkept = tuple(Problem(name, "推荐单位", said) for name, said in problems.items())
    if files:
        try:
            await my_files.attach_sent(running, who, application_id, files)
        except DomainError as wrong:
            if does != SUBMIT:
                raise
            unkept += (Problem(FILES, "附件", wrong.message),)
    if problems and does != SUBMIT:
        raise DomainError("form-wrong", f"其余的已保存；{'；'.join(problems.values())}")
    if removed := my_files.removal(application_id, does):
        await my_files.remove(running, who, removed)
        return "removed"
    if does == my_team.ADD or does.startswith(my_team.REMOVE):
        async with running.unit(who.account) as unit:
            if does == my_team.ADD:
                await my_team.name(unit, application_id, sent.member, seal_of(running))
            else:
                await my_team.take_off(unit, application_id, does.removeprefix(my_team.REMOVE))
            row = await own(unit.connection, who, application_id)
            await save_typed(unit, row, sent._replace(based_on=row["version"]), None, seal_of(running))
        return "named" if does == my_team.ADD else "unnamed"
    if does != SUBMIT:
        return "files" if files else "saved"
    order = applying.SubmitApplication(
        application_id=application_id, version=saved.version, signed_by=sent.signed_by, committed=sent.committed
    )
    async with running.unit(who.account) as unit:
        await applying.submit_application(unit, order, seal_of(running), unkept)
        return int((await own(unit.connection, who, application_id))["handed_in"])


def _sent(form: FormData) -> Sent:
    typed = {name.removeprefix(TYPED): text(form, name) for name in form if name.startswith(TYPED)}
    return Sent(
        typed,
        typed.pop(applying.IDENTITY, "").strip(),
        " ".join(text(form, "unit").split()),
        version(text(form, "based_on").strip()),
        my_team.Named(*(" ".join(text(form, f"member_{name}").split()) for name in my_team.Named._fields)),
        text(form, "signed_by").strip()[:MOST_NAME],
        text(form, "committed") == "yes",
    )
