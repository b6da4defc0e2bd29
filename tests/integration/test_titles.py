"""Applying for a title: the form against the conditions, handing in, taking back; a draft is nobody else's."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import title_applications as applying
from shared.core.errors import DomainError
from tests.integration.little_city import City, little_city
from tests.integration.title_city import (
    HEAD,
    OPERATOR,
    PROVINCIAL,
    STRANGER,
    browsing,
    form,
    get,
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
        assert 'autocomplete="name" value="王某"' in early.text
        assert 'name="committed" value="yes" checked' in early.text
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
