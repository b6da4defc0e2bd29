"""A unit objects to its own public grade, and takes its objection back. Whose result it is decides who may."""

from collections.abc import Collection

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert

from services.incubator.store import changes, objections_of
from services.incubator.store.after_grading_tables import OBJECTION_CONTACT
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, ROUND
from services.incubator.usecases.objections import DecideObjection, FileObjection, decide_objection, file_objection
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reading.sent_text import problem_of

MOST_GROUNDS, MOST_NAME, MOST_CONTACT, MOST_WHY = 4_000, 100, 200, 500


class ObjectToOwnResult(BaseModel):
    """对本单位公示中的考评结果提出异议：理由、联系人实名和联系方式。"""

    evaluation_id: str
    grounds: str
    name: str
    contact: str


class WithdrawOwnObjection(BaseModel):
    """撤回本单位提出、还没有处理的异议。"""

    objection_id: str
    why: str = ""
    committed: bool = False


class ObjectionUnclear(DomainError):
    """The objection cannot be taken yet; `problems` says at which field and what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("objection-has-problems", "；".join(problems.values()))


async def object_to_own_result(unit: Unit, order: ObjectToOwnResult, organisations: Collection[str]) -> str:
    """Files the objection of the unit itself and answers its id. Sent twice, it is one; while one is open no other is.

    DomainError: the result is not this unit's (no-such-evaluation), publicity is over (not-public), an objection with
    other grounds is open (objection-open).
    """
    objector = await own_evaluation(unit, order.evaluation_id, organisations)
    clear = {name: getattr(order, name).strip() for name in ("grounds", "name", "contact")}
    problems = problems_of(clear)
    if problems:
        raise ObjectionUnclear(problems)
    open_ = await objections_of.open_of(unit.connection, order.evaluation_id, objector)
    if open_ is not None:
        if open_["grounds"] == clear["grounds"]:
            return str(open_["id"])
        told = f"对这一结果的异议已在 {open_['filed_on']} 提出、正在处理；要改写理由，请先撤回那一件，再重新提出"
        raise DomainError("objection-open", told, status=409)
    filed = FileObjection(evaluation_id=order.evaluation_id, objector_id=objector, grounds=clear["grounds"])
    id_ = await file_objection(unit, filed)
    row = {"objection_id": id_, "name": clear["name"], "contact": clear["contact"]}
    await unit.connection.execute(insert(OBJECTION_CONTACT), [row])
    return id_


def problems_of(clear: dict[str, str]) -> dict[str, str]:
    """By field, what is missing or too long."""
    asked = {
        "grounds": ("请写明异议的理由：哪一项、为什么不对、应当是多少", "理由", MOST_GROUNDS),
        "name": ("请填写联系人的真实姓名；身份保密", "姓名", MOST_NAME),
        "contact": ("请填写联系方式（电话或邮箱）", "联系方式", MOST_CONTACT),
    }
    found = {name: missing for name, (missing, _, _) in asked.items() if not clear[name]}
    for name, (_, label, most) in asked.items():
        if len(clear[name]) > most:
            found[name] = f"{label}有 {len(clear[name])} 字，至多 {most} 字，请精简；详细材料可作附件"
        elif wrong := problem_of(clear[name]):
            found[name] = f"{label}：{wrong}"
    return found


async def own_evaluation(unit: Unit, evaluation_id: str, organisations: Collection[str]) -> str:
    """The organisation whose result it is; somebody else's is as good as none. Nobody else objects or decides in the
    same round until this transaction ends."""
    missing = DomainError("no-such-evaluation", f"没有编号为“{evaluation_id}”的考评结果", status=404)
    query = EVALUATION.select().where(EVALUATION.c.id == evaluation_id)
    row = (await unit.connection.execute(query)).mappings().first()
    if row is None:
        raise missing
    await changes.found(unit.connection, ROUND, row["round_id"], "考评批次", hold=True)
    carrier = await changes.found(unit.connection, CARRIER, row["carrier_id"], "载体")
    if carrier["organisation_id"] not in organisations:
        raise missing
    return str(carrier["organisation_id"])


async def check_open(unit: Unit, objection_id: str, organisations: Collection[str]) -> None:
    """Evidence is taken while the objection waits for its decision, and from who filed it alone."""
    objection = await objections_of.own(unit.connection, objection_id, organisations)
    await changes.found(unit.connection, OBJECTION, objection_id, "异议", hold=True)
    if objection["state"] != "filed":
        raise DomainError("objection-decided", "这件异议已经处理完毕，不再收证据", status=409)


async def withdraw_own_objection(unit: Unit, order: WithdrawOwnObjection, organisations: Collection[str]) -> RowMapping:
    """Takes back an objection that waits; the grade then stands as it was made public. The objection as it was.

    Taken back twice, it is taken back once; one that is decided stays decided (objection-is-…).
    """
    objection = await objections_of.own(unit.connection, order.objection_id, organisations)
    if objection["state"] == "withdrawn":
        return objection
    why = order.why.strip()
    if not order.committed:
        raise DomainError("withdrawal-unconfirmed", "没有撤回：请先勾选“我确认撤回”")
    if len(why) > MOST_WHY:
        raise DomainError("text-too-long", f"没有撤回：原因有 {len(why)} 字，至多 {MOST_WHY} 字，请精简")
    if wrong := problem_of(why):
        raise DomainError("text-garbled", f"没有撤回：{wrong}")
    reason = f"异议人撤回：{why}" if why else "异议人撤回"
    decided = DecideObjection(objection_id=order.objection_id, outcome="withdrawn", reason=reason)
    await decide_objection(unit, decided)
    return await changes.found(unit.connection, OBJECTION, order.objection_id, "异议")
