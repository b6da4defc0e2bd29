"""What an erasure leaves behind in corners: objections, reasons, records of draws, links, what others wrote."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import changes
from services.talent.store.award_tables import AWARD
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.review_tables import REVIEWS
from services.talent.usecases import (
    applications,
    award_changes,
    awards,
    erasing,
    people,
    reviewing,
    team,
)
from services.talent.usecases.review_area import AREA
from shared.core.errors import DomainError
from shared.review import replay
from shared.reviewing import drawing, marking, places
from tests.integration.award_hands import TEAM, Hands
from tests.integration.talent_panel import CRITERIA, Panel
from tests.integration.talent_site import TalentSite, talent_site
from tests.integration.test_talent_erasure import HERE, digest_in, everything, proved

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def test_who_leads_a_running_project_is_not_erased_because_another_applied_for_it(site: TalentSite) -> None:
    award_id = await Hands(site.office).running(programme=TEAM, amount="10000000", reason="专家评议")
    bob = await site.office.applicant("bob")
    async with site.office.engine.begin() as connection:
        await connection.execute(update(AWARD).where(AWARD.c.id == award_id).values(applicant_id=bob))
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=bob))
    with pytest.raises(DomainError, match="还没有结束"):
        async with site.office.unit("head") as unit:
            await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))


async def test_an_objection_goes_with_who_made_it(site: TalentSite) -> None:
    panel = Panel(site.office)
    await panel.ranked({"ann": 90, "ben": 80})
    await panel.number(1)
    await panel.publicised()
    person = (await site.office.row(panel.of["ann"]))["applicant_id"]
    given = {"grounds": "少算了我的一篇论文", "name": "安某某", "contact": "13812345678"}
    filed = await site.post(f"/talent/mine/selection/{panel.of['ann']}/objections", f"applicant:{person}", **given)
    assert filed.status_code == 303, filed.text
    async with site.office.unit("ann") as unit:
        order = applications.WithdrawApplication(application_id=panel.of["ann"])
        await applications.withdraw_application(unit, order)
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    page = (await site.get(filed.headers["location"].replace("/mine", ""), "clerk")).text
    for personal in given.values():
        assert personal not in page


async def test_a_request_that_was_declined_before_goes_with_its_words(site: TalentSite) -> None:
    person = await site.office.applicant("ann")
    async with site.office.unit("head") as unit:
        first = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person, reason="我患病不再申报"))
        await erasing.decline_erasure(unit, erasing.DeclineErasure(request_id=first, reply="ann 尚有事项"))
        again = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person, reason="再次申请"))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=again, reason="本人申请"))
    async with site.office.engine.connect() as connection:
        rows = str((await connection.execute(select(ERASURE_REQUEST))).mappings().all())
    assert "患病" not in rows
    assert "尚有事项" not in rows


async def test_who_asks_is_told_that_it_was_received_and_why_not_yet_and_the_ground_goes_when_he_is_erased(
    site: TalentSite,
) -> None:
    person = await site.office.applicant("ann")
    async with site.office.unit("head") as unit:
        first = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        assert await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person)) == first, "asked once"
        await erasing.decline_erasure(unit, erasing.DeclineErasure(request_id=first, reply="  尚有未结的异议 "))
    told = [(subject, body) for subject, body in await site.office.told() if subject.startswith("talent.erasure.")]
    assert [subject for subject, _ in told] == ["talent.erasure.asked.v1", "talent.erasure.declined.v1"]
    assert [f'"applicant-{person}"' in body for _, body in told] == [True, True]
    assert '"尚有未结的异议"' in told[1][1]
    async with site.office.unit("head") as unit:
        again = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=again, reason="本人申请"))
    after = [body for subject, body in await site.office.told() if subject == "talent.erasure.declined.v1"]
    assert ["未结的异议" in body for body in after] == [False]


async def test_the_link_of_a_member_ends_with_the_application(site: TalentSite) -> None:
    id_ = await site.office.started("ann", "innovation-team-2018")
    async with site.office.unit("ann") as unit:
        named = team.NameMember(application_id=id_, name="甲", email="jia@example.cn")
        member = await team.name_member(unit, named, site.office.seal)
        await applications.withdraw_application(unit, applications.WithdrawApplication(application_id=id_))
    link = team.answer_path(member, site.office.seal)
    answered = await site.post(link, "applicant:nobody", answer="yes")
    assert (answered.status_code, "不能再改" in answered.text) == (409, True)
    person = (await site.office.row(id_))["applicant_id"]
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    assert (await site.get(link, "applicant:nobody")).status_code == 404


async def test_nothing_personal_is_written_again_where_it_was_erased(site: TalentSite) -> None:
    id_ = await site.office.filled("ann")
    person = (await site.office.row(id_))["applicant_id"]
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    with pytest.raises(DomainError, match="已经清除"):
        await site.office.save(id_, {"name": "ann", "phone": "13800000000"})
    again = people.ChangeContact(applicant_id=person, name="ann", email="ann@example.cn")
    with pytest.raises(DomainError, match="已经按申请清除"):
        async with site.office.unit("clerk") as unit:
            await people.change_contact(unit, again)


async def test_what_was_written_of_somebody_is_not_read_in_the_story_once_he_is_erased(site: TalentSite) -> None:
    id_ = await site.declined("ann")
    story = f"/talent/chain/{id_}"
    assert "材料不实" in (await site.get(story)).text
    site.office.instant = datetime(2021, 3, 13, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        await erasing.erase_applications(unit, erasing.EraseApplications(applications=[id_], reason="保存期已满"))
    assert "材料不实" not in (await site.get(story)).text
    assert not [body for _, body in await site.office.told() if "材料不实" in body]


async def test_what_was_written_along_a_project_goes_once_its_years_are_over(site: TalentSite) -> None:
    award_id = await Hands(site.office).running()
    async with site.office.unit("ann") as unit:
        asked = award_changes.ApplyForChange(award_id=award_id, kind="extension", reason="本人患病住院", months=3)
        change = await award_changes.apply_for_change(unit, asked)
    async with site.office.unit("T-01") as unit:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="确实患病")
        await award_changes.say_of_change(unit, said)
    async with site.office.unit("head") as unit:
        decided = award_changes.DecideChange(change_id=change, approved=False, reason="患病不延期")
        await award_changes.decide_change(unit, decided)
    async with site.office.unit("head") as unit:
        await unit.connection.execute(update(AWARD).values(ended_on=date(2019, 5, 31)))
        await changes.note(unit, "award", [(award_id, "running", "running")])
        application = (await unit.connection.execute(select(AWARD.c.application_id))).scalar_one()
    site.office.instant = datetime(2040, 1, 1, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        order = erasing.EraseApplications(applications=[application], reason="保存期已满")
        assert await erasing.erase_applications(unit, order) == [application]
    assert "患病" not in await everything(site)
    assert not [body for _, body in await site.office.told() if "患病" in body]
    assert (await proved(site)).faults == []


async def test_the_record_of_a_draw_forgets_names_and_draws_the_same(site: TalentSite) -> None:
    panel = Panel(site.office)
    await panel.accepted("zoe", adviser="王导师")
    await panel.experts("评委甲", "评委乙", "评委丙", "王导师")
    async with site.office.unit() as unit:
        tie = reviewing.DeclareRelation(expert_id="E3", kind="cooperation", party_name="zoe")
        await reviewing.declare_relation(unit, tie)
    await panel.closed()
    added = await panel.drawn()
    assert {expert for _, expert in added} == {"E1", "E2"}
    async with site.office.unit("e-1") as unit:
        await places.accept_reviews(unit, places.AcceptReviews(subject_ids=[panel.of["zoe"]]), AREA)
        given = {code: marking.Marked(mark="9", reason="曾是我学生的同门") for code in CRITERIA}
        await marking.mark_unit(unit, marking.MarkUnit(subject_id=panel.of["zoe"], marks=given), AREA)
    async with site.office.unit() as unit:
        kept = marking.Moderate(
            subject_id=panel.of["zoe"], expert="E1", indicator="project", outcome="kept", reason="不因学生关系"
        )
        await marking.moderate(unit, kept, AREA)
    async with site.office.unit("e-2") as unit:
        away = places.DeclareConflict(subject_id=panel.of["zoe"], reason="她是我的学生")
        await places.declare_conflict(unit, away, AREA)
    async with site.office.unit("zoe") as unit:
        order = applications.WithdrawApplication(application_id=panel.of["zoe"])
        await applications.withdraw_application(unit, order)
    person = (await site.office.row(panel.of["zoe"]))["applicant_id"]
    async with site.office.unit("zoe") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
    act = f"{HERE}/requests/{request}/erase"
    foreseen = (await site.post(act, "head", reason="本人申请")).text
    assert "申报里的个人信息" in foreseen
    done = await site.post(act, "head", reason="本人申请", confirmed=digest_in(foreseen))
    assert done.status_code == 303
    async with site.office.unit() as unit:
        draw = REVIEWS.draw
        (row,) = (await unit.connection.execute(select(draw.c.id, draw.c.made_from))).all()
        assert "zoe" not in str(row.made_from).replace("zoe 的项目", "")
        assert "王导师" not in str(row.made_from["units"])
        assert await reviewing.verify_draw(unit, drawing.VerifyDraw(draw_id=row.id))
        again = replay(row.made_from, "another seed")
    assert "学生" not in await everything(site)
    assert (await proved(site)).faults == []
    assert {expert for _, expert in again.added} == {"E1", "E2"}


async def test_why_money_was_held_back_goes_with_the_papers_of_the_award(site: TalentSite) -> None:
    award_id = await Hands(site.office).running()
    async with site.office.unit("head") as unit:
        order = awards.TerminateAward(award_id=award_id, reason="本人患重病", document_no="样例文〔2019〕2号")
        await awards.terminate_award(unit, order)
        application = (await unit.connection.execute(select(AWARD.c.application_id))).scalar_one()
    assert [subject for subject, body in await site.office.told() if "患重病" in body and "grant.withheld" in subject]
    site.office.instant = datetime(2040, 1, 1, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        order_ = erasing.EraseApplications(applications=[application], reason="保存期已满")
        assert await erasing.erase_applications(unit, order_) == [application]
    assert not [body for _, body in await site.office.told() if "患重病" in body]


async def test_the_reason_of_an_amount_holds_no_number_either(site: TalentSite) -> None:
    with pytest.raises(DomainError) as refused:
        await Hands(site.office).running(programme=TEAM, amount="10000000", reason="手机 13812345678")
    assert refused.value.code == "personal-words"
