"""From the empty form to the formal check, on both databases: nothing typed is lost, nothing personal is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.application_tables import HAND_IN
from services.talent.store.trail import TRAIL
from services.talent.usecases import applications, formal_check, recommending, team
from services.talent.usecases.applications import ApplicationIncomplete
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.core.errors import DomainError
from tests.integration.talent_office import GOOD, Office, identity, talent_office

pytestmark = pytest.mark.tables_of("talent")


@pytest.fixture
async def office(database: AsyncEngine) -> AsyncIterator[Office]:
    async with talent_office(database) as made:
        yield made


async def recommend(office: Office, id_: str) -> None:
    async with office.unit("T-01") as unit:
        await recommending.recommend(unit, recommending.Recommend(application_id=id_, opinion="同意推荐"))


async def test_the_whole_way_is_told_step_by_step_and_proved_by_the_trail(office: Office) -> None:
    id_ = await office.submitted("ann")
    async with office.unit("T-01") as unit:
        order = recommending.ReturnToApplicant(application_id=id_, reasons={"goals": "请写明指标"}, reason="目标不具体")
        await recommending.return_by_unit(unit, order)
    row = await office.row(id_)
    assert (row["state"], row["reasons"], row["correct_until"]) == (
        "returned",
        {"goals": "请写明指标"},
        date(2018, 4, 10),
    )
    await office.save(id_, row["typed"] | {"goals": "发表论文 3 篇", "id_number": identity(1)})
    await office.submit(id_)
    await recommend(office, id_)
    async with office.unit() as unit:
        await formal_check.accept(unit, formal_check.Accept(application_id=id_))
    assert (await office.row(id_))["state"] == "accepted"
    steps = [subject for subject, _ in await office.told() if subject.startswith("talent.")]
    assert steps == [
        f"talent.application.{step}.v1" for step in ("submitted", "returned", "submitted", "recommended", "accepted")
    ]
    await Sealer(office.engine, TRAIL.tables, lambda: office.instant).seal()
    proof = await verify(office.engine, TRAIL)
    assert (proof.faults, proof.sealed > 0) == ([], True)


async def test_nothing_personal_is_on_the_bus_but_in_the_contact_stream(office: Office) -> None:
    id_ = await office.submitted("ann", project="一个没有公开的题目")
    await recommend(office, id_)
    for subject, body in await office.told():
        if not subject.startswith("contact."):
            assert not any(each in body for each in ("ann", identity(1), "1990-02-03", "题目", "13800000000"))
    contacts = [json.loads(body) for subject, body in await office.told() if subject.startswith("contact.talent")]
    assert "ann@example.cn" in {each["email"] for each in contacts}


async def test_the_identity_number_is_in_no_column_in_the_open(office: Office) -> None:
    id_ = await office.submitted("ann")
    row = await office.row(id_)
    async with office.engine.connect() as connection:
        handed_in = (await connection.execute(select(HAND_IN))).mappings().one()
    assert identity(1) not in str(dict(row)) + str(dict(handed_in))
    assert office.seal.open(row["id_number"]) == office.seal.open(handed_in["id_number"]) == identity(1)
    assert row["id_mark"] == office.seal.mark(identity(1))


async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_handed_in(office: Office) -> None:
    id_ = await office.started("bob")
    await office.save(id_, GOOD | {"born_on": "1970-01-01", "degree": "bachelor", "requested": "很多"})
    with pytest.raises(ApplicationIncomplete) as refused:
        await office.submit(id_)
    names = [each.name for each in refused.value.problems]
    assert {"name", "id_number", "email", "project", "requested", "age", "degree", "unit_id"} <= {
        *names,
        "name",
        "email",
    }
    assert {"id_number", "project", "requested", "age", "degree", "unit_id"} <= set(names)
    assert (await office.row(id_))["state"] == "draft"
    assert (await office.row(id_))["typed"]["requested"] == "很多"


async def test_two_windows_never_write_over_each_other(office: Office) -> None:
    id_ = await office.started("bob")
    first = (await office.row(id_))["version"]
    await office.save(id_, {"project": "甲"}, based_on=first)
    with pytest.raises(DomainError, match="别处改到") as refused:
        await office.save(id_, {"project": "乙"}, based_on=first)
    assert refused.value.code == "application-changed"
    assert (await office.row(id_))["project"] == "甲"
    same = await office.save(id_, {"project": "甲"}, based_on=first)
    assert same.version == (await office.row(id_))["version"]


async def test_a_unit_cannot_pass_its_quota_even_by_two_hands_at_once(office: Office) -> None:
    ids = [await office.submitted(f"a{number}", number) for number in range(1, 13)]
    for id_ in ids[:9]:
        await recommend(office, id_)
    found = await asyncio.gather(*(recommend(office, id_) for id_ in ids[9:]), return_exceptions=True)
    refused = [each for each in found if isinstance(each, DomainError)]
    assert [each.code for each in refused] == ["quota-full", "quota-full"]
    assert "至多推荐 10 名" in refused[0].message


async def test_whatever_excludes_is_found_without_reading_a_number_and_needs_a_reason(office: Office) -> None:
    one = await office.submitted("ann", 1, project="同一个 题目")
    two = await office.submitted("bob", 2, project="同一个题目")
    await recommend(office, one)
    await recommend(office, two)
    async with office.unit() as unit:
        with pytest.raises(DomainError, match="同一内容不重复申报") as refused:
            await formal_check.accept(unit, formal_check.Accept(application_id=two))
    assert "“ann：同一个 题目”" in refused.value.message  # named as the office knows it, not by its id
    async with office.unit() as unit:
        await formal_check.accept(unit, formal_check.Accept(application_id=two, opinion="两份是同一课题的两部分"))
    assert (await office.row(two))["state"] == "accepted"


async def test_the_office_counts_the_days_to_correct_in_working_days_and_then_it_is_too_late(office: Office) -> None:
    id_ = await office.submitted("ann")
    await recommend(office, id_)
    office.instant = datetime(2018, 4, 3, 2, 0, tzinfo=UTC)
    async with office.unit() as unit:
        await formal_check.return_by_office(
            unit, recommending.ReturnToApplicant(application_id=id_, reason="请补学位证书")
        )
    assert (await office.row(id_))["correct_until"] == date(2018, 4, 11)  # 清明 from 5 to 7 April, 8 April is worked
    office.instant = datetime(2018, 4, 11, 16, 0, tzinfo=UTC)
    with pytest.raises(DomainError, match="修改期限到 2018-04-11 为止"):
        await office.submit(id_)


async def test_what_was_corrected_after_the_units_last_day_can_still_be_recommended(office: Office) -> None:
    id_ = await office.submitted("ann")
    await recommend(office, id_)
    office.instant = datetime(2018, 4, 10, 2, 0, tzinfo=UTC)  # the last day for units
    async with office.unit() as unit:
        await formal_check.return_by_office(unit, recommending.ReturnToApplicant(application_id=id_, reason="请补材料"))
    office.instant = datetime(2018, 4, 17, 2, 0, tzinfo=UTC)
    await office.submit(id_)
    assert (await office.row(id_))["recommend_until"] == date(2018, 4, 24)
    office.instant = datetime(2018, 4, 24, 15, 0, tzinfo=UTC)
    await recommend(office, id_)
    assert (await office.row(id_))["state"] == "recommended"


async def test_who_withdraws_is_free_whenever_he_wants_and_the_unit_has_its_place_again(office: Office) -> None:
    id_ = await office.submitted("ann")
    await recommend(office, id_)
    async with office.unit("ann") as unit:
        await applications.withdraw_application(unit, applications.WithdrawApplication(application_id=id_))
    assert (await office.row(id_))["state"] == "withdrawn"
    assert (await office.told())[-1][0] == "talent.application.withdrawn.v1"
    with pytest.raises(DomainError, match="不能改为"):
        async with office.unit("ann") as unit:
            await applications.withdraw_application(unit, applications.WithdrawApplication(application_id=id_))


async def test_a_call_takes_nothing_after_its_last_day(office: Office) -> None:
    id_ = await office.filled("ann")
    office.instant = datetime(2018, 3, 30, 16, 0, tzinfo=UTC)  # 31 March in Shanghai
    with pytest.raises(DomainError, match="申报时间为 2018-03-01 至 2018-03-30"):
        await office.submit(id_)


async def test_a_team_is_handed_in_once_each_member_has_confirmed_himself(office: Office) -> None:
    id_ = await office.started("ann", "innovation-team-2018")
    typed = GOOD | {"name": "ann", "id_number": identity(1), "email": "ann@example.cn", "project": "团队项目"}
    typed |= {"members": "甲\n乙\n丙", "together": "2016-01-01"}
    await office.save(id_, typed, "T-01")
    async with office.unit("ann") as unit:
        named = [
            await team.name_member(
                unit, team.NameMember(application_id=id_, name=name, email=f"{address}@example.cn"), office.seal
            )
            for name, address in (("甲", "a"), ("乙", "b"), ("丙", "c"))
        ]
    told = await office.told()
    invited = [json.loads(body) for subject, body in told if subject == "talent.member.invited.v1"]
    assert [each["answer_path"] for each in invited] == [f"/talent/team/{member}/in-mail" for member in named]
    for member in named:  # whoever has the mark answers for him: it is told with his address, and nowhere else
        assert {subject for subject, body in told if office.seal.mark(member) in str(body)} == {
            f"contact.talent.changed.v1.member-{member}"
        }
    for member in named[:2]:
        async with office.unit("link") as unit:
            await team.answer_as_member(unit, team.AnswerAsMember(member_id=member, agrees=True))
    with pytest.raises(DomainError, match="丙待本人确认"):
        await office.submit(id_)
    async with office.unit("ann") as unit:
        await team.remove_member(unit, team.RemoveMember(member_id=named[2]))
    await office.submit(id_)
    last = [json.loads(body) for subject, body in await office.told() if named[2] in subject]
    assert [(each["email"], each["link"]) for each in last] == [("", None)] * 2, "the outbox forgets him as well"


@pytest.mark.parametrize(("name", "address"), [("别人", "ann@example.cn"), ("a nn", "other@example.cn")])
async def test_who_leads_a_team_is_not_one_of_its_members(office: Office, name: str, address: str) -> None:
    id_ = await office.started("ann", "innovation-team-2018")
    async with office.unit("ann") as unit:
        order = team.NameMember(application_id=id_, name=name, email=address)
        with pytest.raises(DomainError, match="带头人不列入团队成员") as refused:
            await team.name_member(unit, order, office.seal)
    assert refused.value.code == "member-is-leader"


async def test_a_draft_that_names_its_unit_is_as_the_trail_has_it(office: Office) -> None:
    id_ = await office.started("ann")
    await office.save(id_, {"name": "ann"}, "T-01")
    await office.save(id_, {"name": "ann"}, "T-02")
    await Sealer(office.engine, TRAIL.tables, lambda: office.instant).seal()
    assert (await verify(office.engine, TRAIL)).faults == []
