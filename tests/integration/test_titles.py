"""Applying for a title: the form against the conditions, handing in, returning, recommending, recognising."""

import io
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import titles
from services.incubator.store.tables import AUDIT, CHANGE, SUBSIDY
from services.incubator.store.title_tables import TITLE_SUBMISSION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import barring, registers, title_review
from services.incubator.usecases import title_applications as applying
from shared.audit.verify import verify
from shared.core.errors import DomainError
from tests.integration.audited import codes, seal
from tests.integration.little_city import City, little_city
from tests.integration.title_city import (
    AUDITOR,
    CLERK,
    DISTRICT,
    HEAD,
    OPERATOR,
    OTHER_DISTRICT,
    PROVINCIAL,
    STRANGER,
    TODAY,
    browsing,
    carrier,
    confirmed,
    get,
    recommended,
    row_of,
    started,
    submitted,
)

MINE = "/incubator/mine/titles"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


def form(typed: dict[str, str], version: int, **more: str) -> dict[str, str]:
    return {**{f"typed:{name}": text for name, text in typed.items()}, "based_on": str(version), **more}


# ---------- the operator ----------


async def test_an_operator_starts_fills_and_hands_in_an_application_without_a_script(city: City) -> None:
    async with browsing(city, OPERATOR) as browser:
        page = await get(browser, MINE)
        assert f"{MINE}/new?carrier=Z1&level=provincial" in page.links
        assert not any("carrier=F1" in link for link in page.links), "already at the highest level"
        begun = await browser.post(f"{MINE}/new", data={"carrier": "Z1", "level": "provincial"})
        address = begun.headers["location"]
        assert begun.status_code == 303
        again = await browser.post(f"{MINE}/new", data={"carrier": "Z1", "level": "provincial"})
        assert again.headers["location"] == address, "the one under way is gone on with"
        assert "缺少数字 12 项" in (await get(browser, address)).text
        partly = {"seats": "十二", "area": "450", "running_since": "2015年"}
        saved = await browser.post(address, data=form(partly, 0, do="save"))
        assert saved.headers["location"] == f"{address}?done=saved"
        page = await get(browser, f"{address}?done=saved")
        assert 'value="十二"' in page.html, "kept as it was typed"
        assert "“十二”不是数字" in page.text
        assert "“2015年”不是日期" in page.text
        assert "服务场地面积 450 平方米，要求不少于 500 平方米，还差 50 平方米" in page.text
        early = await browser.post(address, data=form(partly, 1, do="submit", signed_by="王某", committed="yes"))
        assert early.status_code == 422
        assert "没有填报；确实没有请填 0" in early.text
        unsigned = await browser.post(address, data=form(PROVINCIAL, 1, statement="好", do="submit"))
        assert unsigned.status_code == 422
        assert "我承诺" in unsigned.text
        done = await browser.post(
            address, data=form(PROVINCIAL, 2, statement="好", do="submit", signed_by="王某", committed="yes")
        )
        assert done.headers["location"] == f"{address}?done=submitted"
        page = await get(browser, f"{address}?done=submitted")
        assert "ZG-20181008-" in page.text
        assert "共 12 项条件，符合 12 项" in page.text
        assert "区县初审和推荐" in page.text
        assert "承诺人 王某" in page.text
        assert 'name="typed:seats"' not in page.html
        late = await browser.post(address, data=form(PROVINCIAL, 2, do="save"))
        assert late.status_code == 409
        assert "不能再改" in late.text
    assert (await row_of(city, address.rsplit("/", 1)[1]))["typed"]["shared_area"] == "９６０ 平方米"


async def test_a_condition_that_is_not_met_needs_a_statement_and_does_not_forbid_to_apply(city: City) -> None:
    id_ = await started(city)
    few = PROVINCIAL | {"seats": "19"}
    order = applying.SaveApplication(application_id=id_, typed=few, based_on=0)
    assert (await city.do(applying.save_application, order)).summary == "共 12 项条件，符合 11 项，不符合 1 项"
    signed = applying.SubmitApplication(application_id=id_, version=1, signed_by="王某", committed=True)
    with pytest.raises(applying.ApplicationIncomplete, match="请说明为什么仍然申请"):
        await city.do(applying.submit_application, signed)
    order = applying.SaveApplication(application_id=id_, typed=few, statement="年底增至 25 个", based_on=1)
    await city.do(applying.save_application, order)
    assert (await city.do(applying.submit_application, signed.model_copy(update={"version": 2}))).startswith("ZG-")


async def test_two_who_fill_in_one_application_are_warned_and_neither_loses_a_word(city: City) -> None:
    id_ = await started(city)
    order = applying.SaveApplication(application_id=id_, typed={"seats": "70"}, based_on=0)
    await city.do(applying.save_application, order, "operator-9")
    async with browsing(city, OPERATOR) as browser:
        answer = await browser.post(f"{MINE}/{id_}", data=form({"seats": "80"}, 0, do="save"))
        assert answer.status_code == 409
        assert "刚由“operator-9”改到第 1 版" in answer.text
        assert 'value="80"' in answer.text
        assert "对方填的是“70”" in answer.text
        assert (await row_of(city, id_))["typed"] == {"seats": "70"}
        assert 'name="based_on" value="1"' in answer.text
        assert (await browser.post(f"{MINE}/{id_}", data=form({"seats": "80"}, 1))).status_code == 303
    assert (await row_of(city, id_))["typed"] == {"seats": "80"}


async def test_the_script_is_told_the_checklist_after_each_save(city: City) -> None:
    id_ = await started(city)
    async with browsing(city, OPERATOR) as browser:
        told = (
            await browser.post(
                f"{MINE}/{id_}", data=form({"seats": "20", "area": "x"}, 0), headers={"accept": "application/json"}
            )
        ).json()
    assert (told["version"], told["filled"], set(told["problems"])) == (1, 2, {"area"})
    seats = next(each for each in told["checked"] if each["id"] == "seats")
    assert seats == {
        "id": "seats", "sentence": "创业工位 20 个，要求不少于 20 个，符合", "state_name": "符合", "tone": "good",
    }  # fmt: skip


async def test_hostile_or_overlong_input_is_told_at_the_page_and_is_never_markup(city: City) -> None:
    id_ = await started(city)
    async with browsing(city, OPERATOR) as browser:
        nasty = {"seats": "<script>alert(1)</script>\x00", "area": "=1+1", "cases": "甲\x00\n乙"}
        sent = await browser.post(f"{MINE}/{id_}", data=form(nasty, 0, do="save", statement="\x00好"))
        assert sent.status_code == 303
        page = await get(browser, f"{MINE}/{id_}")
        assert "<script>alert" not in page.html
        long = await browser.post(f"{MINE}/{id_}", data=form(nasty, 1, do="save", statement="长" * 4001))
        assert long.status_code == 413
        assert "长 4001 字" in long.text
        assert "长" * 4001 in long.text, "kept on the page"
        odd = await browser.post(f"{MINE}/{id_}", data={"based_on": "一", "typed:seats": "1"})
        assert odd.status_code == 409, "a version nobody can read is older than all"
    assert (await row_of(city, id_))["typed"]["cases"] == "甲\n乙"


async def test_somebody_elses_application_is_as_good_as_none_and_a_draft_is_nobody_elses(city: City) -> None:
    id_ = await started(city)
    async with browsing(city, STRANGER) as browser:
        for method, tail in (("GET", ""), ("POST", ""), ("POST", "/withdraw")):
            answer = await browser.request(method, f"{MINE}/{id_}{tail}", data={"typed:seats": "1"})
            assert answer.status_code == 404, (method, tail)
        assert (await browser.get(f"{MINE}/new?carrier=Z1")).status_code == 404
        assert (await browser.post(f"{MINE}/new", data={"carrier": "Z1", "level": "provincial"})).status_code == 404
        assert (await browser.get("/incubator/titles")).status_code == 403
    async with browsing(city, HEAD) as browser:
        await get(browser, f"/incubator/titles/{id_}", 404)
        assert "样例众创空间 1" not in (await get(browser, "/incubator/titles")).text
    assert (await row_of(city, id_))["version"] == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": "city"}, "level-not-higher"),
        ({"level": "galactic"}, "unknown-level"),
        ({"carrier_id": "Z2"}, "no-such-carrier"),
        ({"carrier_id": None, "kind": "makerspace", "name": ""}, "applicant-incomplete"),
        (
            {"carrier_id": None, "kind": "university_park", "name": "新园", "district": "中山区", "level": "city"},
            "no-such-title",
        ),
    ],
)
async def test_what_cannot_be_applied_for_says_why(city: City, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        await started(city, **changed)
    assert refused.value.code == code


async def test_an_application_is_taken_back_until_it_is_decided(city: City) -> None:
    id_ = await submitted(city)
    async with browsing(city, OPERATOR) as browser:
        assert (await browser.post(f"{MINE}/{id_}/withdraw")).status_code == 303
        twice = await browser.post(f"{MINE}/{id_}/withdraw")
        assert twice.status_code == 409
        assert "已撤回" in (await get(browser, f"{MINE}?state=withdrawn")).text
        book = load_workbook(io.BytesIO((await browser.get(f"{MINE}.xlsx")).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["载体", "样例众创空间 1"]


# ---------- the desks ----------


async def test_a_district_sees_its_own_applications_returns_one_and_recommends_it_when_mended(city: City) -> None:
    id_ = await submitted(city)
    page = f"/incubator/titles/{id_}"
    async with browsing(city, OTHER_DISTRICT) as browser:
        await get(browser, page, 404)
        assert (await browser.post(f"{page}/recommend", data={"opinion": "好"})).status_code == 404
        assert "样例众创空间 1" not in (await get(browser, "/incubator/titles")).text
    async with browsing(city, DISTRICT) as browser:
        assert "样例众创空间 1" in (await get(browser, "/incubator/titles?state=submitted")).text
        assert (await browser.post(f"{page}/recognise", data={})).status_code == 403
        empty = await browser.post(f"{page}/return", data={"defect:seats": "与清单不符"})
        assert empty.status_code == 422
        assert "与清单不符" in empty.text, "what was typed is still there"
        seen, _ = await confirmed(browser, f"{page}/return", {"reason": "补工位清单", "defect:seats": "与清单不符"})
        assert "资格申请退回补正" in seen.text
        assert "没有邮箱地址" in seen.text
    told = (await city.told("incubator.application.returned.v1"))[0].event
    assert (told.reasons, told.labels, told.carrier.org_id) == ({"seats": "与清单不符"}, {"seats": "创业工位"}, "U1")
    async with browsing(city, OPERATOR) as browser:
        shown = await get(browser, f"{MINE}/{id_}")
        assert "补工位清单" in shown.text
        assert "退回时指出：与清单不符" in shown.text
        mended = form(PROVINCIAL | {"seats": "78"}, 1, statement="好", do="submit", signed_by="王某", committed="yes")
        assert (await browser.post(f"{MINE}/{id_}", data=mended)).status_code == 303
    async with browsing(city, DISTRICT) as browser:
        again = await get(browser, page)
        assert "第 2 次提交" in again.text
        assert any("78 80" in row for row in again.rows() if row.startswith("创业工位 个")), again.rows()
        assert (await browser.post(f"{page}/recommend", data={"opinion": ""})).status_code == 422
        done = await browser.post(f"{page}/recommend", data={"opinion": "实地核查属实"})
        assert done.status_code == 303
    async with browsing(city, CLERK) as browser:
        assert "实地核查属实" in (await get(browser, page)).text
        assert (await browser.post(f"{page}/refuse", data={})).status_code == 403


async def test_recognising_shows_amount_and_letter_first_and_pays_by_the_event(city: City) -> None:
    id_ = await recommended(city)
    page = f"/incubator/titles/{id_}"
    order = {"level": "provincial", "document_no": "样例文〔2018〕33号", "on": "2018-10-08", "reason": "条件具备"}
    async with browsing(city, HEAD) as browser:
        shown = await get(browser, page)
        assert "共 12 项条件，符合 12 项" in shown.text
        wrong = await browser.post(f"{page}/recognise", data={**order, "on": "2018-10-09"})
        assert wrong.status_code == 422
        assert "还没有到" in wrong.text
        assert 'value="样例文〔2018〕33号"' in wrong.text
        seen, done = await confirmed(browser, f"{page}/recognise", order)
        assert "100,000.00" in seen.text, "provincial makerspace, once: 10 万 (art. 12)"
        assert "《资格认定》" in seen.text
        assert (await carrier(city, "Z1"))["level"] == "provincial"
        twice = await browser.post(f"{page}/recognise", data=order)
        assert twice.status_code == 409
        after = await get(browser, done.headers["location"])
        assert "晋级：省级" in after.text
        link = next(link for link in after.links if link.endswith("/print"))
        paper = await get(browser, link)
        assert "由市级晋升为省级众创空间" in paper.text
        assert "样例文〔2018〕33号" in paper.text
    await city.settled()
    async with city.running.look() as connection:
        awards = (await connection.execute(select(SUBSIDY.c.carrier_id, SUBSIDY.c.amount_fen))).all()
    assert awards == [("Z1", 10_000_000)]
    async with browsing(city, AUDITOR) as browser:
        assert 'action="' not in (await get(browser, page)).html.partition("<main")[2].partition("</main")[0]
        assert (await browser.post(f"{page}/return", data={"reason": "x"})).status_code == 403


async def test_an_organisation_that_has_no_carrier_yet_is_registered_when_it_is_recognised(city: City) -> None:
    order = registers.RegisterOrganisation(id="U9", name="新单位", credit_code="910000000000000099")
    await city.do(registers.register_organisation, order)
    new: dict[str, Any] = {
        "organisation_id": "U9", "carrier_id": None, "kind": "makerspace", "name": "新众创空间", "district": "西岗区",
        "level": "provincial",
    }  # fmt: skip
    id_ = await recommended(city, **new)
    async with browsing(city, HEAD) as browser:
        page = await get(browser, f"/incubator/titles/{id_}")
        assert "登记簿里还没有这家载体" in page.text
        proposed = re.search(r'name="carrier_id" type="text" value="(\w+)"', page.html)
        assert proposed is not None
        assert proposed[1] == "Z5", "one more than Z4"
        given = {"level": "provincial", "document_no": "文 9 号", "on": "2018-10-08", "reason": "好"}
        taken = await browser.post(f"/incubator/titles/{id_}/recognise", data={**given, "carrier_id": "Z1"})
        assert taken.status_code == 409
        assert "已经有载体使用" in taken.text
        await confirmed(browser, f"/incubator/titles/{id_}/recognise", {**given, "carrier_id": "Z5"})
    found = await carrier(city, "Z5")
    assert (found["organisation_id"], found["level"], found["state"], found["name"], found["district"]) == (
        "U9", "provincial", "active", "新众创空间", "西岗区",
    )  # fmt: skip
    assert (await row_of(city, id_))["carrier_id"] == "Z5"
    event = (await city.told("incubator.carrier.recognised.v1"))[0].event
    assert (event.carrier.id, event.carrier.level, event.document_no) == ("Z5", "provincial", "文 9 号")


async def test_a_refusal_is_a_decision_with_a_letter_and_the_same_may_be_applied_for_again(city: City) -> None:
    id_ = await submitted(city)
    async with browsing(city, HEAD) as browser:
        given = {"document_no": "文 10 号", "on": "2018-10-08", "reason": "场地材料不实"}
        seen, _ = await confirmed(browser, f"/incubator/titles/{id_}/refuse", given)
        assert "资格申请不予认定" in seen.text
    event = (await city.told("incubator.application.refused.v1"))[0].event
    assert (event.document_no, event.level, event.carrier.level) == ("文 10 号", "provincial", "city")
    async with browsing(city, OPERATOR) as browser:
        assert "场地材料不实" in (await get(browser, f"{MINE}/{id_}")).text
    assert await started(city) != id_


async def test_who_is_barred_is_told_until_when_and_cannot_apply_or_be_recognised(city: City) -> None:
    draft, ready = await started(city, level="national"), await recommended(city)
    bar = barring.BarOrganisation(
        carrier_id="Z1", ground="fraud", from_on=TODAY, on=TODAY, document_no="文 11 号", reason="凭证系伪造"
    )
    await city.do(barring.bar_organisation, bar, "head-1")
    async with browsing(city, OPERATOR) as browser:
        for path in (MINE, f"{MINE}/new?carrier=Z1", f"{MINE}/{draft}"):
            page = await get(browser, path)
            assert "2020-10-07 以后可以申请" in page.text, path
        refused = await browser.post(f"{MINE}/new", data={"carrier": "Z1", "level": "national"})
        assert refused.status_code == 409
        sent = await browser.post(
            f"{MINE}/{draft}", data=form(PROVINCIAL, 0, do="submit", signed_by="王某", committed="yes")
        )
        assert sent.status_code == 409
        assert "失信惩戒期 2018-10-08 至 2020-10-07（文 11 号）" in sent.text
    assert (await row_of(city, draft))["state"] == "draft"
    order = title_review.RecogniseApplication(
        application_id=ready, level="provincial", on=TODAY, document_no="文 12 号", reason="好"
    )
    with pytest.raises(DomainError, match="organisation-barred"):
        await city.do(title_review.recognise_application, order, "head-1")
    city.at(date(2020, 10, 8))
    assert await started(city, level="national") == draft, "the day after its last it may go on"


async def test_what_waits_is_counted_for_each_desk_with_the_oldest(city: City) -> None:
    await submitted(city)
    city.at(date(2018, 10, 9))
    new: dict[str, Any] = {"carrier_id": None, "kind": "makerspace", "name": "新", "district": "西岗区"}
    await recommended(city, **new)
    async with city.running.look() as connection:
        every = {each.what: each[1:] for each in await titles.waiting(connection)}
        west = {each.what: each[1:] for each in await titles.waiting(connection, ["西岗区"])}
    assert every["submitted"] == (1, TODAY)
    assert every["recommended"] == (1, date(2018, 10, 9))
    assert every["proposed"] == every["rectifications"] == (0, None)
    assert west["submitted"] == (0, None)
    assert west["recommended"] == (1, date(2018, 10, 9))


async def test_the_trail_proves_what_was_handed_in_and_decided_and_holds_no_draft(city: City, database: Any) -> None:
    await started(city, level="national")
    async with city.running.look() as connection:
        assert (await connection.execute(select(CHANGE).where(CHANGE.c.noun == "application"))).first() is None
    id_ = await recommended(city)
    order = title_review.RecogniseApplication(
        application_id=id_, level="provincial", on=TODAY, document_no="文 12 号", reason="好"
    )
    await city.do(title_review.recognise_application, order, "head-1")
    await seal(database)
    assert codes(await verify(database, TRAIL)) == []
    async with city.running.unit("thief") as unit:
        await unit.connection.execute(TITLE_SUBMISSION.update().values(statement="别的话"))
    assert codes(await verify(database, TRAIL)) != []
    assert AUDIT is TRAIL.tables
