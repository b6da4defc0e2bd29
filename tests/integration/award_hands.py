"""What people do with awards in tests: a project that was selected, its 任务书 signed by all, assessments handed in."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping, select

from services.talent.domain import lifecycles
from services.talent.store import assessments, awards, changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT
from services.talent.store.tables import APPLICANT, CALL
from services.talent.store.trail import TRAIL
from services.talent.usecases import assessing, award_changes, calls, contracts, due, instalments
from services.talent.usecases import assessments as assess
from services.talent.usecases.awards import MakeAward, award
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.core.clock import legal_date
from tests.integration.talent_office import GOOD, YOUNG_STAR, Office, identity

YOUTH, TEAM = "outstanding-youth-2018", "innovation-team-2018"
TERMS = {
    "project": "样例项目", "goals": "目标", "target-1-name": "论文", "target-1-figure": "3", "target-1-unit": "篇",
    "milestone-1-on": "2019-06-30", "milestone-1-what": "样机", "budget-labour-own": "50",
}  # fmt: skip
WHOLE = {YOUNG_STAR: "10", YOUTH: "100", TEAM: "1000"}
"""The whole grant of each programme, in 万元."""
DONE = {"target-1-figure": "3", "spent-labour-own": "50", "progress": "按计划完成"}


class Hands:
    """The hands of an office with awards; time is moved by `at`."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def at(self, day: str) -> None:
        self.office.instant = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=2)

    async def handed_in(self, name: str = "ann", programme: str = YOUTH, order: int = 1) -> str:
        """An application that lacks nothing, in its unit's hands."""
        office = self.office
        if programme == YOUTH:
            async with office.unit() as unit:
                there = await unit.connection.execute(select(CALL.c.state).where(CALL.c.programme_id == YOUTH))
                if there.first() is None:
                    await calls.plan_call(unit, calls.PlanCall(programme_id=YOUTH, document_no="样例文〔2018〕1号"))
                    await calls.open_call(unit, calls.CallNamed(programme_id=YOUTH))
        id_ = await office.started(name, programme)
        typed = GOOD | {"name": name, "id_number": identity(order), "email": f"{name}@example.cn"}
        typed |= {"project": "样例项目", "requested": "100", "self_raised": "50", "led_city": "1"}
        typed |= {"members": "甲\n乙\n丙", "together": "2016-01-01"} if programme == TEAM else {}
        await office.save(id_, typed, "T-01")
        await office.submit(id_)
        return id_

    async def selected(self, name: str = "ann", programme: str = YOUTH, order: int = 1) -> str:
        """An application that went all its way; the review is somebody else's test."""
        id_ = await self.handed_in(name, programme, order)
        async with self.office.unit() as unit:
            for state in ("recommended", "accepted", "publicised", "selected"):
                await changes.move(unit, lifecycles.APPLICATION, APPLICATION, id_, state)
        return id_

    async def awarded(self, name: str = "ann", programme: str = YOUTH, **order: Any) -> str:
        id_ = await self.selected(name, programme, order.pop("order", 1))
        self.at("2018-06-20")
        async with self.office.unit("head") as unit:
            return await award(unit, MakeAward(application_id=id_, document_no="样例文〔2018〕9号", **order))

    async def confirmed(self, award_id: str, **typed: str) -> int:
        """The talent fills in the 任务书 and confirms it; the number of the version."""
        programme = (await self.award(award_id))["programme_id"]
        given = TERMS | {"budget-labour-grant": WHOLE.get(programme, "")} | typed
        async with self.office.unit("ann") as unit:
            row = await changes.found(unit.connection, CONTRACT, award_id, "任务书")
            order = contracts.SaveContract(award_id=award_id, typed=given, based_on=row["version"])
            saved = await contracts.save_contract(unit, order)
        name = await self.leader(award_id)
        async with self.office.unit("ann") as unit:
            confirm = contracts.ConfirmContract(
                award_id=award_id, version=saved.version, signed_by=name, committed=True
            )
            return await contracts.confirm_contract(unit, confirm)

    async def running(self, name: str = "ann", programme: str = YOUTH, **order: Any) -> str:
        """An award that began on 2018-07-02."""
        award_id = await self.awarded(name, programme, **order)
        number = await self.confirmed(award_id)
        async with self.office.unit("T-01") as unit:
            await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=number))
        self.at("2018-07-02")
        async with self.office.unit("head") as unit:
            await contracts.countersign(unit, contracts.Countersign(award_id=award_id, number=number))
        return award_id

    async def paid(self, award_id: str, number: int) -> None:
        async with self.office.unit("finance") as unit:
            order = instalments.NotePaid(
                award_id=award_id, number=number, paid_on=unit.today, document_no=f"样例财〔2018〕{number}号"
            )
            await instalments.note_paid(unit, order)

    async def schedule(self, day: str, name: str = "") -> list[str]:
        """Does what is due on a day, as the service's schedule does; the names of what was done."""
        self.at(day)
        done = []
        for scheduled in due.SCHEDULE.all:
            if not scheduled.name.endswith("assessments") or (name and scheduled.name != name):
                continue
            async with self.office.engine.connect() as connection:
                ids = await scheduled.due(connection, legal_date(self.office.instant))
            for id_ in ids:
                async with self.office.unit("schedule") as unit:
                    await scheduled.work(unit, id_)
                done.append(scheduled.name)
        return done

    async def hand_in(self, award_id: str, key: str, **typed: str) -> RowMapping:
        """The talent hands an assessment in; the row as it stands then."""
        row = await self.assessment(award_id, key)
        programme = (await self.award(award_id))["programme_id"]
        given = DONE | {"spent-labour-grant": WHOLE.get(programme, "")} | typed
        async with self.office.unit("ann") as unit:
            order = assess.SaveAssessment(assessment_id=row["id"], typed=given, based_on=row["version"])
            saved = await assess.save_assessment(unit, order)
        name = await self.leader(award_id)
        async with self.office.unit("ann") as unit:
            submit = assess.SubmitAssessment(
                assessment_id=row["id"], version=saved.version, signed_by=name, committed=True
            )
            await assess.submit_assessment(unit, submit)
        return await self.assessment(award_id, key)

    async def seen(self, award_id: str, key: str, **typed: str) -> RowMapping:
        row = await self.hand_in(award_id, key, **typed)
        async with self.office.unit("T-01") as unit:
            order = assessing.SayOfAssessment(
                assessment_id=row["id"], number=row["handed_in"], agrees=True, opinion="属实"
            )
            await assessing.say_of_assessment(unit, order)
        return await self.assessment(award_id, key)

    async def conclude(self, award_id: str, key: str, conclusion: str = "passed", **order: Any) -> Any:
        row = await self.assessment(award_id, key)
        async with self.office.unit("head") as unit:
            given = {"number": row["handed_in"], "reason": "按材料", **order}
            return await assessing.conclude(
                unit, assessing.Conclude(assessment_id=row["id"], conclusion=conclusion, **given)
            )

    async def leader(self, award_id: str) -> str:
        """The name its leader signs with."""
        async with self.office.engine.connect() as connection:
            led = await changes.found(connection, AWARD, award_id, "入选项目")
            return str((await changes.found(connection, APPLICANT, led["applicant_id"], "申报人"))["name"])

    async def award(self, award_id: str) -> RowMapping:
        async with self.office.engine.connect() as connection:
            return await changes.found(connection, AWARD, award_id, "入选项目")

    async def states(self, award_id: str) -> list[str]:
        """How each instalment stands."""
        async with self.office.engine.connect() as connection:
            return [row["state"] for row in await awards.instalments(connection, award_id)]

    async def assessment(self, award_id: str, key: str) -> RowMapping:
        async with self.office.engine.connect() as connection:
            query = select(ASSESSMENT).where(ASSESSMENT.c.award_id == award_id, ASSESSMENT.c.key == key)
            return (await connection.execute(query)).mappings().one()

    async def all_assessments(self, award_id: str) -> Mapping[str, tuple[str, str]]:
        """The due date and the state of each."""
        async with self.office.engine.connect() as connection:
            rows = await assessments.of_award(connection, award_id)
            return {row["key"]: (row["due_on"].isoformat(), row["state"]) for row in rows}

    async def told(self, *types: str) -> list[dict[str, Any]]:
        """The bodies of what was told of these types, in order."""
        return [json.loads(body) for subject, body in await self.office.told() if subject in types]

    async def proved(self) -> None:
        """The audit trail proves every row as it stands."""
        await Sealer(self.office.engine, TRAIL.tables, lambda: self.office.instant).seal()
        proof = await verify(self.office.engine, TRAIL)
        assert (proof.faults, proof.sealed > 0) == ([], True)


async def apply(hands: Hands, award_id: str, kind: str, **asked: object) -> str:
    async with hands.office.unit("ann") as unit:
        order = award_changes.ApplyForChange.model_validate(
            {"award_id": award_id, "kind": kind, "reason": "样例理由", **asked}
        )
        return await award_changes.apply_for_change(unit, order)


async def decide(
    hands: Hands, change_id: str, *, approved: bool = True, document_no: str = "样例文〔2019〕3号", takes: bool = True
) -> None:
    """All have their word, then the office; `takes`: whether the new unit does, where the change asks for one."""
    async with hands.office.unit("T-01") as unit:
        order = award_changes.SayOfChange(change_id=change_id, agrees=True, opinion="同意")
        await award_changes.say_of_change(unit, order)
    async with hands.office.unit("T-02") as unit:
        if (await changes.found(unit.connection, AWARD_CHANGE, change_id, "变更申请"))["state"] == "asked":
            said = award_changes.AnswerChange(
                change_id=change_id, agrees=takes, opinion="愿意接收" if takes else "没有条件"
            )
            await award_changes.answer_change(unit, said)
    async with hands.office.unit("head") as unit:
        decision = award_changes.DecideChange(
            change_id=change_id, approved=approved, reason="情况属实", document_no=document_no
        )
        await award_changes.decide_change(unit, decision)
