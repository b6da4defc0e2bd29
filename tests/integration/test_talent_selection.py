"""From the experts' draw to the selection that stands: blind marks, ties, publicity that holds, objections, moving up."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import selections
from services.talent.store.trail import TRAIL
from services.talent.usecases import ranking, selecting
from services.talent.usecases.objection_area import AREA as OBJECTING
from services.talent.usecases.objection_area import Corrected
from services.talent.usecases.review_area import AREA
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.core.errors import DomainError
from shared.objections.deciding import Deciding, decide
from shared.objections.filing import Filing, file
from shared.reviewing import drawing
from tests.integration.talent_office import YOUNG_STAR, Office, talent_office
from tests.integration.talent_panel import Panel

pytestmark = pytest.mark.tables_of("talent")


@pytest.fixture
async def office(database: AsyncEngine) -> AsyncIterator[Office]:
    async with talent_office(database) as made:
        yield made


@pytest.fixture
async def panel(office: Office) -> Panel:
    return Panel(office)


async def test_a_call_is_ranked_once_every_place_is_marked_and_equal_totals_share_a_rank(panel: Panel) -> None:
    await panel.accepted("ann", "ben", "cho")
    await panel.experts("评委甲", "评委乙", "评委丙")
    await panel.closed()
    added = await panel.drawn()
    rank = ranking.RankCall(programme_id=YOUNG_STAR)
    with pytest.raises(DomainError, match="还有 6 份评审没有评完"):
        async with panel.office.unit() as unit:
            await ranking.rank_call(unit, rank)
    await panel.marks(added, {"ann": 90, "ben": 80, "cho": 80})
    async with panel.office.unit() as unit:
        assert await ranking.rank_call(unit, rank) == 3
    assert await panel.ranks() == {"ann": ("90.00", 1), "ben": ("80.00", 2), "cho": ("80.00", 2)}


async def test_an_adviser_a_partner_and_the_own_unit_are_kept_from_an_application(panel: Panel) -> None:
    await panel.accepted("ann", adviser="评委甲", partners="张三、评委乙")
    await panel.experts("评委甲", "评委乙", "评委丙", "评委丁")
    await panel.closed()
    async with panel.office.unit() as unit:
        order = drawing.WhoMayReview(round_id=YOUNG_STAR, per_unit=2, most=5)
        (found,) = (await drawing.who_may_review(unit, order, AREA)).units
    assert found.eligible == 2
    assert set(found.excluded) == {"E1", "E2"}
    assert "导师" in found.excluded["E1"][0]
    assert "近三年合作者" in found.excluded["E2"][0]


async def test_a_blind_review_shows_the_project_and_nobody_s_name(panel: Panel) -> None:
    await panel.accepted("ann", project="一个题目", adviser="李导师")
    async with panel.office.engine.connect() as connection:
        round_ = await AREA.round(connection, YOUNG_STAR)
        shown = (await AREA.shown(connection, round_, [panel.of["ann"]]))[panel.of["ann"]]
    assert shown.name == "一个题目"
    text = str(shown)
    assert "一个题目" in text
    assert not any(each in text for each in ("ann", "李导师", "1990-02-03", "样例大学"))


async def test_of_those_who_tie_exactly_as_many_are_chosen_as_there_is_room_for(panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 80, "dan": 50})
    await panel.number(2)
    ben, cho, dan = (panel.of[name] for name in ("ben", "cho", "dan"))
    with pytest.raises(DomainError, match="同分待定 2 名、余 1 个名额"):
        await panel.publicised()
    with pytest.raises(DomainError, match="写明理由"):
        await panel.publicised(tied=[ben])
    with pytest.raises(DomainError, match="低于最低分"):
        await panel.publicised(tied=[ben], more=[dan], reason="增补")
    assert await panel.publicised(tied=[ben], reason="项目条件更成熟") == [panel.of["ann"], ben]
    assert [await panel.state(name) for name in ("ann", "ben", "cho", "dan")] == [
        "publicised", "publicised", "accepted", "accepted",
    ]  # fmt: skip
    assert cho in panel.of.values()


async def test_who_was_ranked_and_is_not_on_the_list_is_told_so_with_it(panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 50})
    await panel.number(1)
    await panel.publicised()
    told = [(subject, json.loads(body)) for subject, body in await panel.office.told()]
    unlisted = [body for subject, body in told if "application.unlisted" in subject]
    assert [(each["application_id"], each["total"], each["rank"]) for each in unlisted] == [
        (panel.of["ben"], "80.00", 2), (panel.of["cho"], "50.00", 3),
    ]  # fmt: skip
    assert {(each["public_from"], each["public_until"]) for each in unlisted} == {("2018-04-12", "2018-04-18")}
    selected = [body["application_id"] for subject, body in told if "application.selected" in subject]
    assert selected == [panel.of["ann"]]


async def test_a_selection_stands_when_publicity_is_over_and_nobody_objects(panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 50})
    await panel.publicised()
    office = panel.office
    async with office.unit("clerk") as unit:
        objection = await file(unit, OBJECTING, Filing(panel.of["ben"], "applicant-x", "成果归属有误"))
    office.instant = datetime(2018, 4, 18, 2, 0, tzinfo=UTC)
    with pytest.raises(DomainError, match="公示还没有结束"):
        async with office.unit("schedule") as unit:
            await selecting.select_due(unit, panel.of["ann"])
    office.instant = datetime(2018, 4, 19, 2, 0, tzinfo=UTC)
    async with office.engine.connect() as connection:
        assert await selections.publicity_over(connection, date(2018, 4, 19)) == [panel.of["ann"]]
    async with office.unit("schedule") as unit:
        await selecting.select_due(unit, panel.of["ann"])
    with pytest.raises(DomainError, match="有异议没有处理"):
        async with office.unit("schedule") as unit:
            await selecting.select_due(unit, panel.of["ben"])
    async with office.unit("head") as unit:
        await decide(unit, OBJECTING, Deciding(objection, "rejected", "经核对不存在"))
    async with office.unit("schedule") as unit:
        await selecting.select_due(unit, panel.of["ben"])
    async with office.unit("head") as unit:
        assert await selecting.close_selection(unit, selecting.CloseSelection(programme_id=YOUNG_STAR)) == 1
    assert await panel.state("cho") == "declined"
    confirmed = [json.loads(body) for subject, body in await office.told() if "application.confirmed" in subject]
    assert [(each["application_id"], each["objections"]) for each in confirmed] == [
        (panel.of["ann"], 0), (panel.of["ben"], 1),
    ]  # fmt: skip
    assert {(each["org_id"], each["public_until"]) for each in confirmed} == {("T-01", "2018-04-18")}
    assert all(each["receipt"].startswith("RC-2018") for each in confirmed)
    declined = [json.loads(body) for subject, body in await office.told() if "application.declined" in subject]
    assert [each["reason"] for each in declined] == ["综合得分 50.00，低于最低分 60"]
    await Sealer(office.engine, TRAIL.tables, lambda: office.instant).seal()
    assert (await verify(office.engine, TRAIL)).faults == []


async def test_an_upheld_objection_takes_out_one_alone_and_the_next_in_rank_moves_up_by_a_decision(
    panel: Panel,
) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 70, "dan": 65})
    await panel.number(2)
    await panel.publicised()
    office = panel.office
    async with office.unit("clerk") as unit:
        objection = await file(unit, OBJECTING, Filing(panel.of["ann"], "applicant-x", "不是第一完成人"))
    async with office.unit("head") as unit:
        decided = Deciding(objection, "upheld", "申报人不是第一完成人", Corrected())
        await decide(unit, OBJECTING, decided)
    assert [await panel.state(name) for name in ("ann", "ben", "cho")] == ["declined", "publicised", "accepted"]
    for name in ("dan", "cho"):
        order = selecting.PubliciseNext(application_id=panel.of[name], reason="递补")
        if name == "dan":
            with pytest.raises(DomainError, match=panel.of["cho"]):
                async with office.unit("head") as unit:
                    await selecting.publicise_next(unit, order)
        else:
            async with office.unit("head") as unit:
                await selecting.publicise_next(unit, order)
    assert await panel.state("cho") == "publicised"
    await Sealer(office.engine, TRAIL.tables, lambda: office.instant).seal()
    assert (await verify(office.engine, TRAIL)).faults == []


async def test_the_panel_s_word_changes_a_total_with_its_reason_and_stays_when_ranked_again(panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80})
    async with panel.office.unit("head") as unit:
        order = ranking.DecideAsPanel(application_id=panel.of["ben"], total="95.5", reason="答辩表现突出")
        await ranking.decide_as_panel(unit, order)
    async with panel.office.unit() as unit:
        await ranking.rank_call(unit, ranking.RankCall(programme_id=YOUNG_STAR))
    assert await panel.ranks() == {"ben": ("95.50", 1), "ann": ("90.00", 2)}
    with pytest.raises(DomainError, match="至多两位小数"):
        ranking.points("100.001")
