"""A technology broker who is a person is erased as an applicant is: with him, or when his years are over."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.base import METADATA
from services.talent.store.broker_tables import BROKER
from services.talent.store.trail import TRAIL
from services.talent.usecases import brokers, deal_claims, deals, erasing, my_data
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.core.errors import DomainError
from tests.integration.talent_site import TalentSite, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
HERE = "/talent/erasures"
DEAL = {
    "contract_no": "20182102", "title": "样例成果转化", "seller": "样例大学", "buyer": "样例公司", "value": "500万",
    "completed_on": "2018-06-30",
}  # fmt: skip


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        made.office.instant = datetime(2019, 7, 1, 2, tzinfo=UTC)
        yield made


async def registered(site: TalentSite, **given: str) -> str:
    person = {
        "sort": "person", "name": "样例经纪人", "contact_name": "样例经纪人", "email": "broker@example.cn",
        "phone": "13800000009",
    }  # fmt: skip
    async with site.office.unit() as unit:
        return await brokers.register_broker(unit, brokers.RegisterBroker(**{**person, **given}))


async def confirmed(site: TalentSite, broker_id: str) -> None:
    """A deal of his whose claim was returned with words about him once, then confirmed."""
    async with site.office.unit() as unit:
        id_ = await deals.report_deal(unit, deals.ReportDeal(broker_id=broker_id, **DEAL))
    claim = deal_claims.ClaimOnPaper(deal_id=id_, actual="400万", received_on="2019-07-01", paper="到账凭证 2 张")
    for number, reason in ((1, "样例经纪人未签名"), (2, "")):
        async with site.office.unit() as unit:
            await deal_claims.claim_on_paper(unit, claim)
            if reason:
                order = deal_claims.RefuseClaim(deal_id=id_, number=number, reason=reason)
                await deal_claims.return_claim(unit, order)
            else:
                await deal_claims.confirm_claim(unit, deal_claims.ConfirmClaim(deal_id=id_, number=number))


async def ended(site: TalentSite, broker_id: str) -> None:
    async with site.office.unit() as unit:
        order = brokers.DecideBroker(broker_id=broker_id, outcome="ended", reason="样例经纪人申请注销")
        await brokers.decide_broker(unit, order)


async def held(site: TalentSite, id_: str) -> str:
    """What all tables of the service still hold of a person, as text."""
    found = []
    async with site.office.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            found += [str(dict(row)) for row in (await connection.execute(select(table))).mappings()]
    return "\n".join(line for line in found if id_ in line or "样例经纪人" in line or "broker@example.cn" in line)


async def test_who_asks_is_erased_as_a_broker_too_once_nothing_has_to_be_kept(site: TalentSite) -> None:
    applicant = await site.office.applicant("bob")
    broker_id = await registered(site, account="bob")
    async with site.office.unit("bob") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=applicant))
    order = erasing.EraseApplicant(request_id=request, reason="本人申请")
    with pytest.raises(DomainError, match="仍登记为技术经纪人"):
        async with site.office.unit("head") as unit:
            await erasing.erase_applicant(unit, order)
    assert "清除以前先注销登记" in (await site.get(HERE, "head")).text
    await ended(site, broker_id)
    async with site.office.unit("head") as unit:
        await erasing.erase_applicant(unit, order)
    left = await held(site, broker_id)
    told = "\n".join(body for _, body in await site.office.told())
    for personal in ("样例经纪人", "broker@example.cn", "13800000009", "'bob'"):
        assert personal not in left, personal
        assert personal not in told, personal
    with pytest.raises(DomainError, match="已经清除"):
        async with site.office.unit() as unit:
            await brokers.decide_broker(unit, brokers.DecideBroker(broker_id=broker_id, outcome="registered"))
    assert (await verify(site.office.engine, TRAIL)).faults == []


async def test_who_was_rewarded_is_kept_ten_years_then_erased_as_foreseen_and_his_payments_stay(
    site: TalentSite,
) -> None:
    applicant = await site.office.applicant("bob")
    rewarded = await registered(site, account="bob")
    await confirmed(site, rewarded)
    await ended(site, rewarded)
    async with site.office.unit("bob") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=applicant))
    with pytest.raises(DomainError, match="登记终止后保存 10 年"):
        async with site.office.unit("head") as unit:
            await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    site.office.instant = datetime(2029, 7, 1, 2, tzinfo=UTC)  # still the last day
    assert "保存期已满的技术经纪人" not in (await site.get(HERE, "head")).text
    site.office.instant = datetime(2029, 7, 2, 2, tzinfo=UTC)
    assert rewarded in (await site.get(HERE, "head")).text
    act = f"{HERE}/brokers"
    assert (await site.post(act, "clerk", brokers=[rewarded], reason="期满")).status_code == 403
    unchosen = await site.post(act, "head", reason="期满")
    assert (unchosen.status_code, "请先在左边的方框里选" in unchosen.text) == (422, True)
    seen = await site.post(act, "head", brokers=[rewarded], reason="保存期已满")
    assert "技术经纪人的姓名和联系方式" in seen.text
    digest = re.search(r'name="confirmed" value="([0-9a-f]{64})"', seen.text)
    assert digest is not None
    done = await site.post(act, "head", brokers=[rewarded], reason="保存期已满", confirmed=digest[1])
    assert done.status_code == 303
    left = await held(site, rewarded)
    assert "样例经纪人" not in left
    assert "broker@example.cn" not in left
    assert "'actual_fen': 400000000" in left, "what money was paid for stays"
    async with site.office.engine.connect() as connection:
        row = (await connection.execute(select(BROKER).where(BROKER.c.id == rewarded))).mappings().one()
    assert (row["name"], row["account"], row["erased_at"]) == ("（已清除）", None, site.office.instant)
    page = (await site.get(f"/talent/brokers/{rewarded}")).text
    assert "个人信息已于" in page
    assert "重新登记" not in page
    await Sealer(site.office.engine, TRAIL.tables, lambda: site.office.instant).seal()
    assert (await verify(site.office.engine, TRAIL)).faults == []


async def test_what_a_person_takes_along_holds_his_part_as_a_broker(site: TalentSite) -> None:
    applicant = await site.office.applicant("bob")
    async with site.office.unit("bob") as unit:
        none = await my_data.take_my_data(unit, my_data.TakeMyData(applicant_id=applicant), site.office.seal)
    assert none.said["broker"] is None
    await confirmed(site, await registered(site, account="bob"))
    async with site.office.unit("bob") as unit:
        taken = await my_data.take_my_data(unit, my_data.TakeMyData(applicant_id=applicant), site.office.seal)
    broker = taken.said["broker"]
    assert (broker["name"], broker["email"], broker["state"]) == ("样例经纪人", "broker@example.cn", "registered")
    (deal,) = broker["deals"]
    assert (deal["contract_no"], [each["number"] for each in deal["claims"]]) == ("20182102", [2, 1])
    assert any(each["why"] == "样例经纪人未签名" for each in deal["steps"])
