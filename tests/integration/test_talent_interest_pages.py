"""Pages of an interest subsidy: claimed by the leader without a script, checked by the office, seen by the unit."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import interest
from services.talent.usecases import erasing
from services.talent.usecases.awards import TerminateAward, terminate_award
from services.talent.usecases.my_data import TakeMyData, take_my_data
from tests.integration.interest_hands import Lenders
from tests.integration.talent_site import ROLE, TalentSite, rows_of, talent_site
from tests.integration.test_talent_award_pages import OTHER, OWN, mine, talent
from tests.unit.evidence.samples import pdf

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
TYPED = {
    "loan_no": "样例银借〔2022〕18 号", "principal": "1,234,567.89", "interest_from": "2022-09-05",
    "interest_until": "2022-12-31",
}  # fmt: skip
SIGNED = {"committed": "yes", "signed_by": "eve", "do": "submit"}
LOAN, PAID = (
    ("file:loan", ("借款合同.pdf", pdf(b"<</Of(loan)>>"))),
    ("file:paid", ("付息单.pdf", pdf(b"<</Of(paid)>>"))),
)


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def send(
    site: TalentSite, role: str, form: str, *files: tuple[str, tuple[str, bytes]], **data: str
) -> httpx.Response:
    return await site.browser.post(form, data=data, files=list(files), headers={ROLE: role})


async def started(site: TalentSite) -> tuple[Lenders, str, str, str]:
    """A running award, its leader and the page of a claim for 2022."""
    lenders = Lenders(site.office)
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    me = await talent(site, award_id)
    begun = await site.post(f"{mine(award_id)}/interest", me, year="2022")
    assert begun.status_code == 303, begun.text
    return lenders, award_id, me, begun.headers["location"]


async def test_a_leader_claims_with_proofs_the_office_sees_the_amount_and_accepts(site: TalentSite) -> None:
    lenders, award_id, me, form = await started(site)
    claim_id = form.rpartition("/")[2]
    bare = await send(site, me, form, **{**TYPED, "principal": "很多", "do": "submit"})
    assert bare.status_code == 422
    for name in ("principal", "file:loan", "file:paid", "committed"):
        assert f'id="wrong-{name}"' in bare.text or f'id="wrong-claim-{name}"' in bare.text, name
    assert 'id="wrong-claim-signed_by"' in bare.text
    assert 'value="很多"' in bare.text
    assert 'value="样例银借〔2022〕18 号"' in (await site.get(form, me)).text  # kept as typed
    bad = await send(site, me, form, ("file:loan", ("表.exe", b"MZ" + bytes(90))), **TYPED, do="attach")
    assert (bad.status_code, 'id="wrong-file:loan"' in bad.text) == (422, True)
    assert (await site.get(f"/talent/interest/{claim_id}")).status_code == 404, "a draft is the leader's alone"
    done = await send(site, me, form, LOAN, PAID, **TYPED, **SIGNED)
    assert done.headers["location"] == f"{form}?done=claimed", done.text
    assert "正在由项目办公室核定" in (await site.get(form, me)).text
    office = f"/talent/interest/{claim_id}"
    page = (await site.get(office)).text
    assert "7,322.53" in page
    assert "117 天" in page
    (claim,) = [each for each in (await site.get("/talent/desk")).text.split("<tr") if claim_id in each]
    assert "核定贴息" in claim or "样例创业项目" in claim
    async with site.office.engine.connect() as connection:
        (paper,) = (await interest.files(connection, claim_id))["paid"]
    for role, status in (("clerk", 200), ("auditor", 200), (OWN, 403), (me, 403)):
        assert (await site.get(f"{office}/files/{paper['id']}", role)).status_code == status, role
    assert (await site.get(f"{form}/files/{paper['id']}", me)).status_code == 200
    assert (await site.get(form, "applicant:somebody-else")).status_code == 404
    unsaid = await site.post(f"{office}/check", outcome="return", number="1", reason="")
    assert (unsaid.status_code, 'id="wrong-check-reason"' in unsaid.text) == (422, True)
    assert (await site.post(f"{office}/check", "auditor", outcome="accept", number="1")).status_code == 403
    accepted = await site.post(f"{office}/check", outcome="accept", number="1")
    assert accepted.headers["location"] == f"{office}?done=accepted"
    await lenders.settled()
    for address, role in (
        (office, "clerk"), (form, me), (mine(award_id), me), (f"{mine(award_id)}/interest", me),
        (f"/talent/awards/{award_id}", "clerk"), (f"/talent/unit/awards/{award_id}", OWN),
    ):  # fmt: skip
        seen = await site.get(address, role)
        assert (seen.status_code, "7,322.53" in seen.text) == (200, True), address
        assert not [said for said in ("第一期", "资助和分期", "0 期") if said in seen.text], address
    assert (await site.get(f"/talent/unit/awards/{award_id}", OTHER)).status_code == 404
    (row,) = rows_of((await site.get("/talent/interest.xlsx?state=accepted")).content)
    assert (row["项目"], row["年度"], row["状态"]) == ("样例创业项目", "2022 年", "已核定")
    await lenders.hands.proved()


async def test_a_claim_that_is_returned_is_put_right_and_one_taken_back_frees_its_year(site: TalentSite) -> None:
    _, award_id, me, form = await started(site)
    await send(site, me, form, LOAN, PAID, **TYPED, **SIGNED)
    office = f"/talent/interest/{form.rpartition('/')[2]}"
    await site.post(f"{office}/check", outcome="return", number="1", reason="缺十二月的付息单")
    page = (await site.get(form, me)).text
    assert "缺十二月的付息单" in page
    again = await send(site, me, form, **TYPED | {"interest_until": "2022-12-21"}, **SIGNED)
    assert again.status_code == 303, again.text
    late = await site.post(f"{office}/check", outcome="accept", number="1")
    assert (late.status_code, "第 2 次提交" in late.text) == (409, True)
    assert (await site.post(f"{form}/withdraw", me, reason="另有补助")).status_code == 303
    decided = await site.post(f"{office}/check", outcome="accept", number="2")
    assert decided.status_code == 409
    assert (await send(site, me, form, **TYPED, do="save")).status_code == 409
    other = (await site.post(f"{mine(award_id)}/interest", me, year="2022")).headers["location"]
    assert other != form
    wrong = await site.post(f"{mine(award_id)}/interest", me, year="2021")
    assert (wrong.status_code, 'id="wrong-start-year"' in wrong.text) == (422, True)
    async with site.office.unit("head") as unit:
        await terminate_award(unit, TerminateAward(award_id=award_id, reason="放弃", document_no="样例文〔2023〕9号"))
    closed = await send(site, me, other, **TYPED, do="submit")
    assert (closed.status_code, "终止以后不再贴息" in closed.text) == (409, True)


async def test_an_award_with_instalments_has_no_interest_to_claim(site: TalentSite) -> None:
    lenders = Lenders(site.office)
    award_id = await lenders.hands.running()
    me = await talent(site, award_id)
    assert (await site.get(f"{mine(award_id)}/interest", me)).status_code == 404
    assert "贴息" not in (await site.get(mine(award_id), me)).text.partition("<main")[2]


async def test_what_was_claimed_is_taken_along_told_in_the_story_and_erased_with_the_award(site: TalentSite) -> None:
    lenders, award_id, me, form = await started(site)
    await send(site, me, form, LOAN, PAID, **TYPED, **SIGNED)
    claim_id = form.rpartition("/")[2]
    await lenders.answer(claim_id, reason="缺十二月的付息单")
    await send(site, me, form, **TYPED, **SIGNED)
    await lenders.accept(claim_id)
    await lenders.settled()
    (entry,) = await lenders.entries(award_id)
    for address, role in (
        (f"/talent/ledger/{entry['id']}", "clerk"), (f"/talent/unit/payments/{entry['id']}", OWN),
    ):  # fmt: skip
        assert "样例银借〔2022〕18 号" in (await site.get(address, role)).text, address
    async with site.office.unit("eve") as unit:
        taken = await take_my_data(unit, TakeMyData(applicant_id=me.removeprefix("applicant:")), site.office.seal)
    assert sorted(name.rpartition("-")[2] for name, _ in taken.files) == ["付息单.pdf", "借款合同.pdf"]
    (kept,) = taken.said["awards"][0]["interest_claims"]
    assert (kept["state"], kept["hand_ins"][0]["signed_by"]) == ("accepted", "eve")
    application_id = (await lenders.hands.award(award_id))["application_id"]
    story = f"/talent/chain/{application_id}"
    assert "缺十二月的付息单" in (await site.get(story)).text
    async with site.office.unit("head") as unit:
        await terminate_award(unit, TerminateAward(award_id=award_id, reason="放弃", document_no="样例文〔2023〕9号"))
    lenders.hands.at("2036-01-01")
    async with site.office.unit("head") as unit:
        order = erasing.EraseApplications(applications=[application_id], reason="保存期满")
        assert await erasing.erase_applications(unit, order) == [application_id]
    async with site.office.engine.connect() as connection:
        assert not any((await interest.files(connection, claim_id)).values())
        assert {each["signed_by"] for each in await interest.hand_ins(connection, claim_id)} == {""}
    page = (await site.get(f"/talent/interest/{claim_id}")).text
    for gone in ("付息单.pdf", "缺十二月的付息单"):
        assert gone not in page
    assert "缺十二月的付息单" not in (await site.get(story)).text
    assert "样例银借〔2022〕18 号" in page
    await lenders.hands.proved()
