"""What an approved change does: another unit, 任务书, length or leader, or the end."""

from typing import Any

from sqlalchemy import RowMapping, update

from services.talent.domain.assessment_dates import extended
from services.talent.store import assessments, changes, known
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD, CONTRACT
from services.talent.store.tables import APPLICANT
from services.talent.usecases.awards import TerminateAward, terminate_award
from services.talent.usecases.contracts import add_version, contract_in_force
from services.talent.usecases.readdressing import readdress
from services.talent.usecases.starting import schedule
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.timetable import Due

MOST_MONTHS = 24
"""Longer than this is another project. No rule says how long an extension may be; the office decides each."""


async def carry_out(unit: Unit, award: RowMapping, row: RowMapping, why: str, document_no: str) -> tuple[Due, ...]:
    """Does what was approved, as things stand today; answers the assessments to come, where it moved them."""
    asked: dict[str, Any] = row["asked"]
    contract = await contract_in_force(unit, award)
    if row["kind"] == "unit":
        await _change_award(unit, award, document_no, unit_id=asked["unit_id"])
        await readdress(unit, award, row["id"], asked["unit_id"], f"变更单位，改由新单位收款：{document_no}")
    elif row["kind"] == "plan":
        await _another_version(unit, contract, row, document_no)
    elif row["kind"] == "extension":
        return await _extend(unit, award, asked["months"], document_no)
    elif "applicant_id" in asked:
        await check_free(unit, award, asked["applicant_id"])
        await _change_award(unit, award, document_no, applicant_id=asked["applicant_id"])
    else:
        await terminate_award(
            unit, TerminateAward(award_id=award["id"], reason=f"负责人离开：{why}"[:2000], document_no=document_no)
        )
    return ()


async def check_free(unit: Unit, award: RowMapping, applicant_id: str) -> None:
    """Who takes a project over is somebody who is known, and has no other that runs, where the programme says that
    nobody may."""
    if (await changes.found(unit.connection, APPLICANT, applicant_id, "申报人"))["erased_at"] is not None:
        message = "接任的人的资料已经按申请清除，不能接任；请作不同意的决定，由申请人另写一位"
        raise DomainError("leader-erased", message, status=409)
    if "running_project" not in load_programme(award["programme_id"]).excludes:
        return
    busy = await known.running_of(unit.connection, applicant_id)
    if busy:
        message = f"接任的人已有在研项目“{busy[0].name}”，同一人同时只承担一个在研项目；请另写一位，或等那个项目结束"
        raise DomainError("leader-busy", message, status=409)


async def longer(unit: Unit, award: RowMapping, months: int) -> tuple[Due, ...]:
    """The assessments as they would be after an extension by so many months more; raises if it would move none.

    What is being rectified has its own day, and none is added that would be overdue at once."""
    in_all = award["extended_months"] + months
    if in_all > MOST_MONTHS:
        message = (
            f"已经延期 {award['extended_months']} 个月，再延 {months} 个月超过 {MOST_MONTHS} 个月，请缩短或另行申报"
        )
        raise DomainError("too-long", message)
    now = {each["key"]: each for each in await assessments.of_award(unit.connection, award["id"])}
    programme = load_programme(award["programme_id"])
    fixed = {key for key, each in now.items() if each["concluded"] or each["state"] not in assessments.MOVABLE}
    dues = extended(programme, award["begins_on"], in_all, fixed)
    moved = tuple(each for each in dues if (each.id not in fixed if each.id in now else each.on > unit.today))
    if not any(each.id in now and each.on != now[each.id]["due_on"] for each in moved):
        raise DomainError("nothing-to-extend", "没有可以延期的考核：已经提交或有了结论，或这项计划按年核验", status=409)
    return moved


async def _extend(unit: Unit, award: RowMapping, months: int, document_no: str) -> tuple[Due, ...]:
    now = {each["key"]: each for each in await assessments.of_award(unit.connection, award["id"])}
    dues = await longer(unit, award, months)
    moved: list[tuple[str, str | None, str]] = []
    for each in dues:
        row = now.get(each.id)
        if row is not None and row["due_on"] != each.on:
            change = update(ASSESSMENT).where(ASSESSMENT.c.id == row["id"]).values(due_on=each.on)
            await unit.connection.execute(change)
            moved.append((row["id"], row["state"], row["state"]))
    await changes.note(unit, "assessment", moved, f"延期 {months} 个月：{document_no}")
    await schedule(unit, award["id"], [each for each in dues if each.id not in now])
    ends = max([award["ends_on"], *(each.on for each in dues)])
    in_all = award["extended_months"] + months
    await _change_award(unit, award, document_no, ends_on=ends, extended_months=in_all)
    return dues


async def _another_version(unit: Unit, contract: RowMapping, row: RowMapping, document_no: str) -> None:
    number = await add_version(unit, contract, row["asked"]["typed"], row["by"], row["id"])
    change = update(CONTRACT).where(CONTRACT.c.award_id == contract["award_id"])
    values = {"number": number, "in_force": number, "typed": row["asked"]["typed"]}
    await unit.connection.execute(change.values(**values))
    await changes.note(unit, "contract", [(contract["award_id"], "in_force", "in_force")], document_no)


async def _change_award(unit: Unit, award: RowMapping, document_no: str, **values: object) -> None:
    await unit.connection.execute(update(AWARD).where(AWARD.c.id == award["id"]).values(**values))
    await changes.note(unit, "award", [(award["id"], award["state"], award["state"])], document_no)
