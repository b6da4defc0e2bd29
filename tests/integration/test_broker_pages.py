"""Pages of brokers and of the office: asked, registered, a deal with its evidence, claimed, checked; nobody else's."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.tables import MESSAGE_SEEN
from services.talent.usecases import brokers, deals
from shared.contracts.talent import TalentBrokerDecided, TalentDealDecided
from tests.integration.talent_site import ROLE, TalentSite, rows_of, talent_site
from tests.unit.evidence.samples import pdf

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
ME, MINE = "applicant:p1", "/talent/mine/broker"
ASKED = {"sort": "person", "name": "样例经纪人", "contact_name": "样例经纪人", "email": "broker@example.cn"}
DEAL = {
    "contract_no": "20182102", "title": "样例成果转化", "seller": "样例大学", "buyer": "样例公司", "value": "500万",
    "completed_on": "2018-06-30",
}  # fmt: skip


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        made.office.instant = datetime(2019, 7, 1, 2, tzinfo=UTC)
        yield made


async def registered(site: TalentSite) -> str:
    """I asked, and the office registered me; my id."""
    await site.post(MINE, ME, **ASKED)
    found = re.search(r"/talent/brokers/(b[0-9a-f]+)", (await site.get("/talent/brokers?state=requested")).text)
    assert found
    answer = await site.post(f"/talent/brokers/{found[1]}/decide", outcome="registered")
    assert answer.status_code == 303, answer.text
    return found[1]


async def reported(site: TalentSite) -> str:
    answer = await site.post(f"{MINE}/deals", ME, **DEAL)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].rpartition("/")[2]


async def attached(site: TalentSite, deal_id: str, place: str) -> None:
    answer = await site.browser.post(
        f"/talent/mine/deals/{deal_id}/files", data={"place": place}, headers={ROLE: ME},
        files=[("file", (f"{place}.pdf", pdf(f"<</Of({place})>>".encode()), "application/pdf"))],
    )  # fmt: skip
    assert answer.status_code == 303, answer.text


async def test_a_broker_asks_and_claims_and_the_office_registers_and_confirms(site: TalentSite) -> None:
    empty = await site.post(MINE, ME, **ASKED | {"email": "nobody"})
    assert (empty.status_code, 'id="wrong-ask-email"' in empty.text, "样例经纪人" in empty.text) == (422, True, True)
    await registered(site)
    wrong = await site.post(f"{MINE}/deals", ME, **DEAL | {"value": "很多"})
    assert (wrong.status_code, 'id="wrong-deal-value"' in wrong.text, "样例大学" in wrong.text) == (422, True, True)
    deal_id = await reported(site)
    page = f"/talent/mine/deals/{deal_id}"
    bare = await site.post(f"{page}/claim", ME, actual="400万")
    assert (bare.status_code, "请先附上" in bare.text, 'value="400万"' in bare.text) == (422, True, True)
    for place in ("contract", "payment"):
        await attached(site, deal_id, place)
    claimed = await site.post(f"{page}/claim", ME, actual="400万")
    assert claimed.headers["location"] == f"{page}?done=claimed"
    assert "正在由项目办公室核定" in (await site.get(page, ME)).text
    office = f"/talent/deals/{deal_id}"
    unsaid = await site.post(f"{office}/check", outcome="return", number="1", reason="")
    assert (unsaid.status_code, 'id="wrong-check-reason"' in unsaid.text) == (422, True)
    done = await site.post(f"{office}/check", outcome="confirm", number="1")
    assert done.headers["location"] == f"{office}?done=confirmed"
    assert "已核定，奖励随即核算" in (await site.get(done.headers["location"])).text
    assert any("talent.broker.claimed.v1" in subject for subject, _ in await site.office.told())
    (row,) = rows_of((await site.get("/talent/deals.xlsx?state=confirmed")).content)
    assert (row["技术合同"], row["项目"], row["状态"]) == ("20182102", "样例成果转化", "已核定")


async def test_a_claim_too_early_is_told_at_its_field_with_the_day(site: TalentSite) -> None:
    await registered(site)
    site.office.instant = datetime(2019, 6, 30, 2, tzinfo=UTC)
    deal_id = await reported(site)
    for place in ("contract", "payment"):
        await attached(site, deal_id, place)
    early = await site.post(f"/talent/mine/deals/{deal_id}/claim", ME, actual="400万")
    assert (early.status_code, "2019-07-01 起才能申请" in early.text) == (409, True)
    assert 'id="wrong-claim-actual"' in early.text


async def test_evidence_and_deals_of_another_broker_are_as_good_as_none(site: TalentSite) -> None:
    await registered(site)
    deal_id = await reported(site)
    await attached(site, deal_id, "contract")
    found = re.search(
        rf"/talent/mine/deals/{deal_id}/files/[0-9a-f]{{32}}",
        (await site.get(f"/talent/mine/deals/{deal_id}", ME)).text,
    )
    assert found
    assert (await site.get(found[0], ME)).status_code == 200
    assert (await site.get(found[0].replace("/mine", ""), "auditor")).status_code == 200
    async with site.office.unit() as unit:
        other = await brokers.register_broker(unit, brokers.RegisterBroker(**ASKED | {"name": "另一位"}))
        order = deals.ReportDeal(broker_id=other, **DEAL | {"contract_no": "X"})
        theirs = await deals.report_deal(unit, order)
    for path in (f"/talent/mine/deals/{theirs}", found[0].replace(deal_id, theirs)):
        assert (await site.get(path, ME)).status_code == 404
    assert (await site.post(f"/talent/mine/deals/{theirs}/withdraw", ME)).status_code == 404
    assert "另一位" not in (await site.get(MINE, ME)).text
    gone = await site.post(f"{found[0]}/remove", ME)
    assert gone.status_code == 303
    assert found[0] not in (await site.get(f"/talent/mine/deals/{deal_id}", ME)).text


async def test_the_auditor_reads_all_and_changes_nothing(site: TalentSite) -> None:
    broker_id = await registered(site)
    deal_id = await reported(site)
    for path in ("/talent/brokers", f"/talent/brokers/{broker_id}", "/talent/deals", f"/talent/deals/{deal_id}"):
        page = await site.get(path, "auditor")
        assert (page.status_code, 'method="post"' in page.text.partition("<main")[2]) == (200, False), path
    for path in (f"/talent/brokers/{broker_id}/decide", f"/talent/deals/{deal_id}/check"):
        assert (await site.post(path, "auditor", outcome="ended", reason="x")).status_code == 403
    assert (await site.get("/talent/brokers", ME)).status_code == 403


async def test_a_broker_finds_his_letters_on_his_page_and_in_the_list_with_what_they_are_about(
    site: TalentSite,
) -> None:
    broker_id = await registered(site)
    deal_id = await reported(site)
    for type_, told in (
        ("talent-broker-decided", TalentBrokerDecided(org_id=broker_id, outcome="registered", date="2019-07-01")),
        (
            "talent-deal-decided",
            TalentDealDecided(
                org_id=broker_id, deal_id=deal_id, contract_no="20182102", number=1, outcome="returned", reason="缺凭证"
            ),
        ),
    ):
        async with site.office.unit() as unit:
            cause = unit.tell(told, "letter")
            row = {
                "message_id": type_, "letter": type_, "cause_event_id": cause, "recipient_id": broker_id,
                "story": cause, "state": "queued", "reason": None, "at": site.office.instant,
            }  # fmt: skip
            await unit.connection.execute(insert(MESSAGE_SEEN), [row])
    first = (await site.get(MINE, ME)).text
    assert "技术经纪人登记结果" in first
    assert 'href="/notify/mine/talent-deal-decided"' in first
    listed = (await site.get("/talent/mine/letters", ME)).text
    assert "技术合同 20182102" in listed
    for page in (f"/talent/mine/deals/{deal_id}", MINE):
        assert f'href="{page}"' in listed
    moved = await site.post(f"/talent/brokers/{broker_id}", **ASKED, account="somebody-else")
    assert moved.status_code == 303, moved.text
    assert "技术合同 20182102" not in (await site.get("/talent/mine/letters", ME)).text


async def test_the_office_enters_from_paper_and_the_account_is_shown_whole_to_finance_alone(site: TalentSite) -> None:
    broker_id = await registered(site)
    entered = await site.post(f"/talent/brokers/{broker_id}/deals", **DEAL)
    deal = entered.headers["location"].partition("?")[0]
    wrong = await site.post(f"{deal}/claim", actual="400万", received_on="2019-07-01", paper="")
    assert (wrong.status_code, 'id="wrong-claim-paper"' in wrong.text) == (422, True)
    done = await site.post(f"{deal}/claim", actual="400万", received_on="2019-07-01", paper="到账凭证 2 张")
    assert done.headers["location"] == f"{deal}?done=claimed"
    account = {"holder": "样例经纪人", "bank": "样例银行", "branch": "样例支行", "number": "6222020000000001"}
    unsure = await site.post(f"{MINE}/account", ME, based_on="0", **account)
    assert (unsure.status_code, 'id="wrong-account-committed"' in unsure.text) == (422, True)
    assert (await site.post(f"{MINE}/account", ME, based_on="0", committed="yes", **account)).status_code == 303
    page = f"/talent/brokers/{broker_id}"
    assert "6222 0200 0000 0001" in (await site.get(page, "finance")).text
    assert "6222 0200 0000 0001" not in (await site.get(page, "clerk")).text
