"""Who may do and see what in the talent half, tried by those who may not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import changes
from services.talent.store.application_tables import RECOMMENDATION
from services.talent.store.award_tables import AWARD
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.tables import APPLICANT
from services.talent.usecases import (
    applications,
    award_changes,
    erasing,
    formal_check,
    my_data,
    personal_looks,
    recommending,
)
from services.talent.usecases.review_area import AREA
from shared.contracts.contact import applicant_person
from shared.contracts.talent import TalentReviewReleased
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reviewing import marking, places, views
from tests.integration.award_hands import Hands
from tests.integration.talent_office import YOUNG_STAR, identity
from tests.integration.talent_panel import CRITERIA, Panel
from tests.integration.talent_site import TalentSite, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def test_a_unit_that_was_chosen_no_more_says_nothing_for_the_one_that_was(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    page, old = f"/talent/unit/applications/{id_}", "unit:T-01"
    await site.post(f"{page}/return", old, reason="改由实际工作单位推荐", number="1")
    row = await site.office.row(id_)
    await site.office.save(id_, {**row["typed"], "goals": "新目标", "id_number": identity(1)}, "T-02")
    await site.office.submit(id_)
    for step in ("recommend", "decline", "return"):
        for number in ("", "2"):
            said = await site.post(f"{page}/{step}", old, opinion="不推荐", reason="不推荐", number=number)
            assert said.status_code in {404, 409}, (step, number)
    assert (await site.office.row(id_))["state"] == "submitted"
    async with site.office.engine.connect() as connection:
        assert (await connection.execute(select(RECOMMENDATION))).all() == []
    seen = (await site.get(page, old)).text
    assert "新目标" not in seen
    given = {"reason": "科研处内部意见", "number": "2"}
    assert (await site.post(f"{page}/return", "unit:T-02", **given)).status_code == 303
    assert "科研处内部意见" in (await site.get(page, "unit:T-02")).text
    assert "科研处内部意见" not in (await site.get(page, old)).text


async def test_experts_do_not_go_on_with_what_was_withdrawn(site: TalentSite) -> None:
    panel = Panel(site.office)
    await panel.accepted("ann", "ben", goals="不宜公开的目标")
    await panel.experts("评委甲", "评委乙")
    await panel.closed()
    await panel.drawn()
    withdrawn = panel.of["ann"]
    async with site.office.unit("e-1") as unit:
        await places.accept_reviews(unit, places.AcceptReviews(subject_ids=[withdrawn]), AREA)
        assert "不宜公开的目标" in await seen_by(unit, withdrawn)
    async with site.office.unit("ann") as unit:
        await applications.withdraw_application(unit, applications.WithdrawApplication(application_id=withdrawn))
    marks = {code: marking.Marked(mark="1", reason="理由写明了") for code in CRITERIA}
    async with site.office.unit("e-1") as unit:
        assert "不宜公开的目标" not in await seen_by(unit, withdrawn)
        with pytest.raises(DomainError, match="已解除"):
            await marking.mark_unit(unit, marking.MarkUnit(subject_id=withdrawn, marks=marks), AREA)
    released = [body for subject, body in await site.office.told() if subject == TalentReviewReleased.type_]
    assert len(released) == 2


async def test_a_blind_review_hides_names_however_they_are_written_and_whom_he_worked_with(site: TalentSite) -> None:
    panel = Panel(site.office)
    basis = "Zoe Lee（ZOE LEE、zoelee）师从王 导师，与李同事合作"
    await panel.accepted("zoe", name="Zoe Lee", adviser="王导师", partners="李同事、张三", basis=basis)
    await panel.experts("评委甲", "评委乙")
    await panel.closed()
    await panel.drawn()
    async with site.office.unit("e-1") as unit:
        await places.accept_reviews(unit, places.AcceptReviews(subject_ids=[panel.of["zoe"]]), AREA)
        seen = await seen_by(unit, panel.of["zoe"])
    hidden = "〔隐去〕"
    assert f"{hidden}（{hidden}、{hidden}）师从{hidden}，与{hidden}合作" in seen


async def seen_by(unit: Unit, application_id: str) -> str:
    """What the expert who acts is shown of an application."""
    every = await views.my_reviews(unit, views.MyReviews(round_id=YOUNG_STAR), AREA)
    return str([each for each in every if each.subject_id == application_id])


async def test_nobody_says_of_his_own_application_what_a_unit_or_the_office_has_to_say(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    with pytest.raises(DomainError, match="本人的申报"):
        async with site.office.unit("ann") as unit:
            await recommending.recommend(unit, recommending.Recommend(application_id=id_, opinion="我很好"))
    async with site.office.unit("T-01") as unit:
        await recommending.recommend(unit, recommending.Recommend(application_id=id_, opinion="同意"))
    with pytest.raises(DomainError, match="本人的申报"):
        async with site.office.unit("ann") as unit:
            await formal_check.accept(unit, formal_check.Accept(application_id=id_))


async def test_no_error_of_the_database_repeats_what_somebody_typed(site: TalentSite) -> None:
    row = {
        "id": "p1",
        "account": "ann",
        "name": "安某某",
        "email": "",
        "phone": "13800000000",
        "made_at": site.office.instant,
    }
    async with site.office.engine.connect() as connection:
        with pytest.raises(IntegrityError) as wrong:
            await connection.execute(insert(APPLICANT), [row, row | {"account": "bob"}])
    for typed in ("安某某", "13800000000"):
        assert typed not in str(wrong.value)


async def test_who_takes_his_data_along_gets_all_that_is_kept_of_him(site: TalentSite) -> None:
    award_id = await Hands(site.office).running()
    async with site.office.unit("ann") as unit:
        row = await changes.found(unit.connection, AWARD, award_id, "入选项目")
        person, application = row["applicant_id"], row["application_id"]
        asked = award_changes.ApplyForChange(award_id=award_id, kind="extension", reason="设备晚到", months=3)
        await award_changes.apply_for_change(unit, asked)
        await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person, reason="将来再说"))
    async with site.office.unit("clerk") as unit:
        look = personal_looks.LookAtIdentity(application_id=application, why="核对证件复印件")
        await personal_looks.look_at_identity(unit, look, site.office.seal)
        objection = {
            "id": "o1", "application_id": application, "objector_id": applicant_person(person), "grounds": "名次有误",
            "state": "rejected", "filed_on": unit.today, "decide_by": unit.today, "reason": "名次无误",
        }  # fmt: skip
        await unit.connection.execute(OBJECTIONS.objection.insert(), [objection])
        contact = {"objection_id": "o1", "name": "安某", "contact": "13800001111"}
        await unit.connection.execute(OBJECTIONS.contact.insert(), [contact])
    async with site.office.unit("ann") as unit:
        taken = await my_data.take_my_data(unit, my_data.TakeMyData(applicant_id=person), site.office.seal)
    found = str(taken.said)
    for kept in ("设备晚到", "将来再说", "核对证件复印件", "名次有误", "13800001111", "budget-labour-own"):
        assert kept in found, kept
