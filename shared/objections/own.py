"""Whoever a result concerns objects to it, and takes the objection back."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, insert

from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.objections import store
from shared.objections.area import Area
from shared.objections.deciding import WITHDRAWN, Deciding, decide
from shared.objections.filing import Filing, file
from shared.objections.life import FILED
from shared.reading.sent_text import problem_of

MOST_GROUNDS, MOST_NAME, MOST_CONTACT, MOST_WHY = 4_000, 100, 200, 500


class OwnObjection(NamedTuple):
    """Grounds, the real name of who speaks for the objector, and how to reach him."""

    subject_id: str
    grounds: str
    name: str
    contact: str


class TakingBack(NamedTuple):
    objection_id: str
    why: str
    committed: bool


class ObjectionUnclear(DomainError):
    """The objection cannot be taken yet; `problems` says at which field and what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("objection-has-problems", "；".join(problems.values()))


async def object_to_own(unit: Unit, area: Area[Any], order: OwnObjection, objectors: Collection[str]) -> str:
    """Files the objection of who it concerns and answers its id. Sent twice, it is one; while one is open no other is.

    DomainError: it concerns none of these (no-such-…), publicity is over (not-public), an objection with other grounds
    is open (objection-open).
    """
    objector = await concerned(unit, area, order.subject_id, objectors)
    clear = {name: getattr(order, name).strip() for name in ("grounds", "name", "contact")}
    if problems := problems_of(clear):
        raise ObjectionUnclear(problems)
    open_ = await store.open_of(unit.connection, area.tables, order.subject_id, objector)
    if open_ is not None:
        if open_["grounds"] == clear["grounds"]:
            return str(open_["id"])
        told = f"对这一结果的异议已在 {open_['filed_on']} 提出、正在处理；要改写理由，请先撤回那一件，再重新提出"
        raise DomainError("objection-open", told, status=409)
    id_ = await file(unit, area, Filing(order.subject_id, objector, clear["grounds"]))
    await keep_contact(unit, area, id_, clear["name"], clear["contact"])
    return id_


async def keep_contact(unit: Unit, area: Area[Any], objection_id: str, name: str, contact: str) -> None:
    """Keeps who speaks for the objector, beside the objection."""
    row = {"objection_id": objection_id, "name": name, "contact": contact}
    await unit.connection.execute(insert(area.tables.contact), [row])


def problems_of(clear: Mapping[str, str]) -> dict[str, str]:
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


async def concerned(unit: Unit, area: Area[Any], subject_id: str, objectors: Collection[str]) -> str:
    """Which of these it concerns; what concerns somebody else is as good as none. Nobody else objects or decides in the
    same list until this transaction ends."""
    try:
        subject = await area.subject(unit.connection, subject_id, hold=True)
    except DomainError as wrong:
        raise (area.missing(subject_id) if wrong.status == 404 else wrong) from None
    for each in subject.concerns:
        if each in objectors:
            return each
    raise area.missing(subject_id)


async def check_open(unit: Unit, area: Area[Any], objection_id: str, objectors: Collection[str]) -> None:
    """Evidence is taken while the objection waits for its decision, and from who filed it alone."""
    await store.own(unit.connection, area.tables, objection_id, objectors)
    held = await area.changes.found(unit.connection, area.tables.objection, objection_id, "异议", hold=True)
    if held["state"] != FILED:
        raise DomainError("objection-decided", "这件异议已经处理完毕，不再收证据", status=409)


async def take_back(unit: Unit, area: Area[Any], order: TakingBack, objectors: Collection[str]) -> RowMapping:
    """Takes back an objection that waits; the result then stands as it was made public. The objection as it is then.

    Taken back twice, it is taken back once; one that is decided stays decided (objection-is-…).
    """
    objection = await store.own(unit.connection, area.tables, order.objection_id, objectors)
    if objection["state"] == WITHDRAWN:
        return objection
    why = order.why.strip()
    if not order.committed:
        raise DomainError("withdrawal-unconfirmed", "没有撤回：请先勾选“我确认撤回”")
    if len(why) > MOST_WHY:
        raise DomainError("text-too-long", f"没有撤回：原因有 {len(why)} 字，至多 {MOST_WHY} 字，请精简")
    if wrong := problem_of(why):
        raise DomainError("text-garbled", f"没有撤回：{wrong}")
    reason = f"异议人撤回：{why}" if why else "异议人撤回"
    await decide(unit, area, Deciding(order.objection_id, WITHDRAWN, reason))
    return await area.changes.found(unit.connection, area.tables.objection, order.objection_id, "异议")
