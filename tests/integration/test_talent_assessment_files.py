"""Files that come with an assessment: looked at like an application's, seen by who judges it, kept, taken along and
erased with its papers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import assessment_files
from services.talent.usecases import erasing
from services.talent.usecases.awards import TerminateAward, terminate_award
from services.talent.usecases.my_data import TakeMyData, take_my_data
from tests.integration.award_hands import Hands
from tests.integration.talent_site import ROLE, TalentSite, talent_site
from tests.integration.test_talent_assessment_pages import FILLED, SIGN, midterm
from tests.integration.test_talent_award_pages import OTHER, OWN, mine, talent
from tests.unit.evidence.samples import pdf, png

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
PAPER, PICTURE = ("论文清单.pdf", pdf()), ("验收现场.png", png())


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def send(site: TalentSite, role: str, form: str, *files: tuple[str, bytes], **data: str) -> httpx.Response:
    sent = [("file:", each) for each in files]
    return await site.browser.post(form, data=data, files=sent, headers={ROLE: role})


async def attached(site: TalentSite, assessment_id: str) -> dict[str, str]:
    async with site.office.engine.connect() as connection:
        return {row["name"]: row["id"] for row in await assessment_files.attached(connection, assessment_id)}


async def test_what_is_attached_is_looked_at_and_handed_in_with_the_rest(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, form = await talent(site, award_id), f"{mine(award_id)}/assessments/midterm"
    refused = await send(site, me, form, PAPER, ("表.exe", b"MZ" + bytes(90)), do="attach", based_on="0", **FILLED)
    assert (refused.status_code, "“表.exe”：" in refused.text) == (422, True), refused.text
    assert 'value="3"' in refused.text  # what was typed is kept and shown
    assert await attached(site, id_) == {}
    assert "没有选择文件" in (await send(site, me, form, do="attach", based_on="1", **FILLED)).text
    for _ in range(2):  # the same twice is one
        done = await send(site, me, form, PAPER, PICTURE, do="attach", based_on="1", **FILLED)
        assert (done.status_code, done.headers["location"]) == (303, f"{form}?done=files")
    files = await attached(site, id_)
    assert set(files) == {PAPER[0], PICTURE[0]}
    paper, picture = files[PAPER[0]], files[PICTURE[0]]
    assert (await site.get(f"{form}/files/{paper}", me)).content == PAPER[1]
    assert (await site.get(f"{form}/files/{paper}", "applicant:somebody-else")).status_code == 404
    assert (await site.get(f"/talent/evidence/{paper}")).status_code == 404, "only what was handed in is the office's"
    assert (await site.post(form, me, do=f"remove:{picture}:", based_on="1", **FILLED)).status_code == 303
    assert set(await attached(site, id_)) == {PAPER[0]}
    assert (await send(site, me, form, based_on="1", **FILLED, **SIGN)).status_code == 303
    for role, page in (("clerk", f"/talent/assessments/{id_}"), (OWN, f"/talent/unit/assessments/{id_}")):
        assert f'/talent/evidence/{paper}" download>{PAPER[0]}' in (await site.get(page, role)).text
    for role, status in (("clerk", 200), ("auditor", 200), (OWN, 200), (OTHER, 404), ("expert:E-1", 403)):
        assert (await site.get(f"/talent/evidence/{paper}", role)).status_code == status, role
    assert (await site.get(f"/talent/evidence/{picture}")).status_code == 404
    assert PAPER[0] in (await site.get(f"{form}/receipts/1", me)).text
    closed = await send(site, me, form, PICTURE, do="attach", based_on="1", **FILLED)
    assert closed.status_code == 409
    back = {"number": "1", "reason": "请补充"}
    assert (await site.post(f"/talent/unit/assessments/{id_}/return", OWN, **back)).status_code == 303
    kept = await site.post(form, me, do=f"remove:{paper}:", based_on="1", **FILLED)
    assert (kept.status_code, "须留存" in kept.text) == (409, True)
    await hands.proved()


async def test_they_are_taken_along_and_erased_with_the_papers_of_the_award(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, form = await talent(site, award_id), f"{mine(award_id)}/assessments/midterm"
    assert (await send(site, me, form, PAPER, based_on="0", **FILLED, **SIGN)).status_code == 303
    paper = (await attached(site, id_))[PAPER[0]]
    async with site.office.unit("ann") as unit:
        taken = await take_my_data(unit, TakeMyData(applicant_id=me.removeprefix("applicant:")), site.office.seal)
    (name,) = [name for name, _ in taken.files if name.endswith(PAPER[0])]
    assert "/midterm/" in name
    (assessed,) = [each for each in taken.said["assessments"] if each["files"]]
    assert (assessed["key"], assessed["hand_ins"][0]["signed_by"]) == ("midterm", "a nn")
    async with site.office.unit("head") as unit:
        await terminate_award(unit, TerminateAward(award_id=award_id, reason="放弃", document_no="样例文〔2019〕9号"))
    site.office.instant = datetime(2032, 1, 1, tzinfo=UTC)
    async with site.office.unit("head") as unit:
        ids = [(await Hands(site.office).award(award_id))["application_id"]]
        order = erasing.EraseApplications(applications=ids, reason="保存期满")
        assert await erasing.erase_applications(unit, order) == ids
    assert await attached(site, id_) == {}
    gone = await site.get(f"/talent/evidence/{paper}")
    assert gone.status_code == 410
    page = (await site.get(f"/talent/assessments/{id_}")).text
    assert (PAPER[0] in page, "已清除" in page) == (False, True)
    await hands.proved()
