"""What is personal is erased when its time has passed or its person asks; the trail still proves every row."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import erasing as rows
from services.talent.store.application_tables import APPLICATION, HAND_IN
from services.talent.store.award_tables import AWARD
from services.talent.store.base import METADATA
from services.talent.store.tables import APPLICANT
from services.talent.store.trail import TRAIL
from services.talent.usecases import applications, erasing, recommending
from shared.audit.sealing import Sealer
from shared.audit.verify import Verdict, verify
from shared.core.errors import DomainError
from tests.integration.talent_office import YOUNG_STAR, identity
from tests.integration.talent_site import TalentSite, talent_site

pytestmark = pytest.mark.tables_of("talent")
HERE = "/talent/erasures"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def proved(site: TalentSite) -> Verdict:
    await Sealer(site.office.engine, TRAIL.tables, lambda: site.office.instant).seal()
    return await verify(site.office.engine, TRAIL)


async def everything(site: TalentSite) -> str:
    """All that the service's tables hold, as text; bytes as what they say."""
    found = []
    async with site.office.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            rows = (await connection.execute(select(table))).mappings()
            found += [str({name: _said(value) for name, value in row.items()}) for row in rows]
    return "\n".join(found)


def _said(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def digest_in(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found[1]


async def test_what_has_run_out_is_erased_as_foreseen_and_the_trail_holds(site: TalentSite) -> None:
    gone = await site.declined("ann", adviser="王导师")
    stays = await site.recommended("bob", 2)
    site.office.instant = datetime(2021, 3, 12, 15, 0, tzinfo=UTC)  # still the last of three years
    assert "没有保存期已满的申报" in (await site.get(HERE)).text
    site.office.instant = datetime(2021, 3, 12, 16, 0, tzinfo=UTC)
    assert gone in (await site.get(HERE, "head")).text
    assert (await site.post(HERE, "clerk", applications=[gone], reason="期满")).status_code == 403
    assert (await proved(site)).faults == []
    seen = await site.post(HERE, "head", applications=[gone, stays], reason="保存期已满")
    assert "申报里的个人信息" in seen.text
    assert "王导师" in await everything(site)  # nothing was done yet
    sent: dict[str, Any] = {"applications": [gone, stays], "reason": "保存期已满", "confirmed": digest_in(seen.text)}
    assert (await site.post(HERE, "head", **sent)).status_code == 303
    left = [line for line in (await everything(site)).splitlines() if "bob" not in line and stays not in line]
    for personal in ("王导师", "1990-02-03", "ann@example.cn", "'name': 'ann'", "同意推荐"):
        assert not [line for line in left if personal in line], personal
    row = await site.office.row(gone)
    assert (row["state"], row["project"], row["unit_id"], row["id_number"], row["id_mark"]) == (
        "declined", "ann 的项目", "T-01", None, None,
    )  # fmt: skip
    assert (await site.office.row(stays))["id_number"] is not None
    told = [body for subject, body in await site.office.told() if subject.startswith("contact.talent")]
    assert '"email":""' in told[-1].replace(" ", "")
    page = (await site.get(f"/talent/applications/{gone}")).text
    assert "个人信息已于" in page
    assert identity(1)[-4:] not in page
    proof = await proved(site)
    assert (proof.faults, proof.unsealed) == ([], 0)
    twice = await site.post(HERE, "head", applications=[gone], reason="保存期已满")
    assert "没有会动到的事项" in twice.text


async def test_of_a_form_no_word_and_no_day_is_left_but_amounts_counts_and_choices(site: TalentSite) -> None:
    gone = await site.declined("ann", basis="安某的博士论文", titles="安某：优秀教师", led_city="3")
    before = (await site.get(f"/talent/applications/{gone}")).text
    assert "安某的博士论文" in before
    site.office.instant = datetime(2021, 3, 13, 2, 0, tzinfo=UTC)
    assert (await proved(site)).faults == []
    async with site.office.unit("head") as unit:
        await erasing.erase_applications(unit, erasing.EraseApplications(applications=[gone], reason="保存期已满"))
    typed = (await site.office.row(gone))["typed"]
    assert (typed["led_city"], typed["requested"], typed["full_time"]) == ("3", "10", "是")
    assert not {"basis", "goals", "benefit", "titles", "field", "employed_on", "since", "project"} & typed.keys()
    left = await everything(site)
    for words in ("安某", "2015-07-01"):
        assert not [line for line in left.splitlines() if words in line], words
    after = (await site.get(f"/talent/applications/{gone}")).text
    assert "安某" not in after
    assert "ann 的项目" in after
    assert (await proved(site)).faults == []


async def test_words_in_the_place_of_a_figure_go_with_a_draft(site: TalentSite) -> None:
    id_ = await site.office.filled("ann", led_city="安某主持的三项", requested="10")
    person = (await site.office.row(id_))["applicant_id"]
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    typed = (await site.office.row(id_))["typed"]
    assert "led_city" not in typed
    assert typed["requested"] == "10"


async def test_a_row_changed_after_its_erasure_is_still_found(site: TalentSite) -> None:
    gone = await site.declined("ann")
    site.office.instant = datetime(2021, 3, 13, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        await erasing.erase_applications(unit, erasing.EraseApplications(applications=[gone], reason="保存期已满"))
    async with site.office.engine.begin() as connection:
        await connection.execute(update(HAND_IN).values(receipt="RC-FORGED"))
    assert [(each.code, each.table) for each in (await proved(site)).faults] == [("row-changed", "hand_in")]
    async with site.office.engine.begin() as connection:
        await connection.execute(text("delete from recommendation"))
    assert [(each.code, each.table) for each in (await proved(site)).faults] == [
        ("row-changed", "hand_in"),
        ("row-missing", "recommendation"),
    ]


async def test_who_asks_is_erased_once_nothing_of_his_is_going_on(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    person = (await site.office.row(id_))["applicant_id"]
    assert (await site.post(f"{HERE}/requests", applicant_id=person, reason="不再申报")).status_code == 303
    assert (await site.post(f"{HERE}/requests", applicant_id=person, reason="再说一遍")).status_code == 303
    async with site.office.engine.connect() as connection:
        asked = await rows.requests(connection)
    assert [each["reason"] for each in asked] == ["不再申报"]
    act = f"{HERE}/requests/{asked[0]['id']}"
    refused = await site.post(f"{act}/erase", "head", reason="本人申请")
    assert refused.status_code == 409
    assert "申报还没有结果" in refused.text
    async with site.office.unit("ann") as unit:
        await applications.withdraw_application(unit, applications.WithdrawApplication(application_id=id_))
    seen = await site.post(f"{act}/erase", "head", reason="本人申请")
    done = await site.post(f"{act}/erase", "head", reason="本人申请", confirmed=digest_in(seen.text))
    assert done.status_code == 303
    async with site.office.engine.connect() as connection:
        row = (await connection.execute(select(APPLICANT).where(APPLICANT.c.id == person))).mappings().one()
        assert await rows.requests(connection) == []
    assert (row["name"], row["email"], row["account"], row["id_mark"]) == ("", "", None, None)
    assert row["erased_at"] is not None
    assert (await proved(site)).faults == []
    assert (await site.post(f"{act}/decline", "head", reason="不同意")).status_code == 409


async def test_the_office_reads_why_somebody_asks_and_the_preview_names_whom_it_erases(site: TalentSite) -> None:
    id_ = await site.declined("ann")
    person = (await site.office.row(id_))["applicant_id"]
    async with site.office.unit("ann") as unit:
        await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person, reason="已经调往外地"))
    page = (await site.get(HERE, "head")).text
    assert "申请理由：已经调往外地" in page
    act = re.search(rf'action="({HERE}/requests/[^/"]+/erase)"', page)
    assert act is not None
    seen = (await site.post(act[1], "head", reason="本人申请")).text
    assert "<td>ann · ann 的项目</td><td>申报里的个人信息</td>" in seen
    assert not re.findall(r"<td>\s*(?:·[^<]*)?</td>", seen)
    done = await site.post(act[1], "head", reason="本人申请", confirmed=digest_in(seen))
    assert done.status_code == 303


async def test_a_request_is_declined_with_its_ground(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    person = (await site.office.row(id_))["applicant_id"]
    async with site.office.unit("ann") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
    act = f"{HERE}/requests/{request}"
    assert (await site.post(f"{act}/decline", "head", reason="")).status_code == 422
    assert (await site.post(f"{act}/decline", "clerk", reason="在办")).status_code == 403
    assert (await site.post(f"{act}/decline", "head", reason="申报正在办理")).status_code == 303
    assert "没有待处理的申请" in (await site.get(HERE, "auditor")).text
    with pytest.raises(DomainError, match="没有申报人"):
        async with site.office.unit("clerk") as unit:
            await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id="nobody"))


async def test_an_opinion_goes_with_the_rest_and_says_so(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    async with site.office.unit("T-01") as unit:
        order = recommending.DoNotRecommend(application_id=id_, opinion="ann 已经离职")
        await recommending.do_not_recommend(unit, order)
    site.office.instant = datetime(2021, 3, 13, 2, 0, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        await erasing.erase_applications(unit, erasing.EraseApplications(applications=[id_], reason="保存期已满"))
    page = (await site.get(f"/talent/unit/applications/{id_}", "unit:T-01")).text
    assert "（已清除）" in page
    assert (await proved(site)).faults == []


async def test_an_awards_papers_are_kept_for_the_years_after_its_end_whoever_asks(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    person = (await site.office.row(id_))["applicant_id"]
    award = {
        "id": "aw1", "application_id": id_, "programme_id": YOUNG_STAR, "applicant_id": person, "unit_id": "T-01",
        "state": "finished", "contract_no": "HT-1", "project": "ann 的项目", "decided": {}, "document_no": "样例文",
        "awarded_on": date(2018, 7, 1), "by": "head", "at": site.office.instant,
    }  # fmt: skip
    async with site.office.engine.begin() as connection:
        await connection.execute(update(APPLICATION).values(state="selected"))
        await connection.execute(AWARD.insert(), [award])
    site.office.instant = datetime(2030, 5, 31, 2, 0, tzinfo=UTC)
    assert "入选项目还没有结束" in await says(site, person)
    async with site.office.engine.begin() as connection:
        await connection.execute(update(AWARD).values(ended_on=date(2020, 5, 31)))
    assert "任务书终止后保存 10 年，到 2030-05-31 为止" in await says(site, person)
    assert id_ not in (await site.get(HERE)).text
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=person))
        with pytest.raises(DomainError, match="任务书终止后保存 10 年"):
            await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    site.office.instant = datetime(2030, 6, 1, 2, 0, tzinfo=UTC)
    assert id_ in (await site.get(HERE)).text
    async with site.office.unit("head") as unit:
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    assert (await site.office.row(id_))["erased_at"] is not None


async def says(site: TalentSite, person: str) -> str:
    async with site.office.engine.connect() as connection:
        return "；".join(each.says for each in await rows.of_applicant(connection, person))
