"""The applicant's pages without a script, on the real app: filled in, handed in, returned, withdrawn, nobody else's."""

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import attachments, mine
from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.tables import APPLICANT, PERSONAL_LOOK
from services.talent.usecases import calls, erasing, recommending
from tests.integration.applicant_site import Site, applicant_site, fields_of
from tests.integration.report_visitors import chosen
from tests.integration.talent_office import GOOD, YOUNG_STAR, identity
from tests.unit.evidence.samples import pdf, png

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
SCRIPT = {"accept": "application/json"}
NUMBER = identity(1)


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Site]:
    async with applicant_site(database, tmp_path) as made:
        await made.applicant("ann", "p1")
        yield made


@pytest.fixture
async def ann(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser("ann") as made:
        yield made


async def begun(browser: httpx.AsyncClient, programme: str = YOUNG_STAR) -> str:
    answer = await browser.post("/talent/mine/applications", data={"programme_id": programme})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def id_of(address: str) -> str:
    return address.rpartition("/")[2]


def whole(**more: str) -> dict[str, str]:
    """A form filled whole, as a browser sends it."""
    typed = GOOD | {"name": "安", "id_number": NUMBER, "email": "ann@example.cn", "project": "安的项目"}
    return {f"typed:{name}": text for name, text in typed.items()} | {"unit": "样例大学 1", "based_on": "0"} | more


NEEDED = [
    *chosen(("身份证.pdf", pdf()), place="identity"),
    *chosen(("学位.png", png()), place="degree"),
]


async def handed_in(site: Site, browser: httpx.AsyncClient) -> str:
    address = await begun(browser)
    signed = whole(do="submit", signed_by="安", committed="yes")
    done = await browser.post(address, data=signed, files=NEEDED)
    assert done.headers["location"] == f"{address}/receipts/1", done.text
    return address


async def test_where_i_stand_says_what_each_call_asks_gives_and_when(site: Site, ann: httpx.AsyncClient) -> None:
    page = (await ann.get("/talent/mine")).text
    for told in (
        "每人资助 10 万元", "2018-03-01 至 2018-03-30", "单位推荐到 2018-04-10", "年龄不超过 35 岁", "学位证书", "填报后对照",
        "还没有申报", "每个团队最高资助 1000 万元，金额逐一决定；分 3 期拨付：任务书签订后、中期评估通过后、验收通过后",
    ):  # fmt: skip
        assert told in page, told
    address = await begun(ann)
    assert await begun(ann) == address  # pressed twice
    await ann.post(address, data=whole())
    page = (await ann.get("/talent/mine")).text
    assert "符合 3 项" in page
    assert "填完、提交申报" in page
    assert "2018-03-30" in page
    site.office.instant += timedelta(days=60)
    closed = await ann.post("/talent/mine/applications", data={"programme_id": "innovation-team-2018"})
    assert closed.status_code == 409
    assert "申报时间为 2018-03-01 至 2018-03-30" in closed.text
    assert "现在没有正在申报的批次" in closed.text
    unknown = await ann.post("/talent/mine/applications", data={"programme_id": "<b>"})
    assert unknown.status_code == 404


async def test_it_is_filled_corrected_and_handed_in_without_a_script(site: Site, ann: httpx.AsyncClient) -> None:
    address = await begun(ann)
    page = (await ann.get(address)).text
    for told in (
        "用途：",
        "核对年龄条件",
        "证明材料：学位证书",
        "核对条件“具有硕士及以上学位”",
        "加密保存",
        "样例大学 2",
    ):
        assert told in page, told
    assert 'value="ann@example.cn"' in page  # what the account knows is filled in
    wrong = whole(**{"typed:born_on": "昨天", "typed:degree": "bachelor", "typed:basis": "<b>一</b>"})
    saved = await ann.post(address, data=wrong | {"do": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{address}?done=saved")
    page = (await ann.get(address)).text
    assert "“昨天”不是日期" in page
    assert "&lt;b&gt;一&lt;/b&gt;" in page
    assert re.search(r'id="condition-degree".*?不符合', page, re.DOTALL)
    assert re.search(r'id="condition-age".*?没有填', page, re.DOTALL)
    early = await ann.post(
        address, data=wrong | {"do": "submit", "based_on": "1", "signed_by": "安", "committed": "yes"}
    )
    assert early.status_code == 422
    for told in ('href="#box-born_on"', 'href="#box-file-identity"', "没有传附件", "还有 4 处要改正"):
        assert told in early.text, told
    assert 'name="committed" value="yes" checked' in early.text
    assert 'value="安"' in early.text
    unsigned = await ann.post(address, data=whole(do="submit", based_on="1"), files=NEEDED)
    assert "我承诺所填内容真实" in unsigned.text
    assert unsigned.status_code == 422
    bare = {"do": "submit", "based_on": str((await site.office.row(id_of(address)))["version"])}
    also = await ann.post(address, data=whole(**{"typed:goals": ""}) | bare)
    assert "还有 3 处要改正" in also.text
    assert all(f'href="#box-{name}"' in also.text for name in ("goals", "committed", "signed_by"))
    other = await ann.post(
        address, data=whole(**{"typed:goals": ""}) | bare | {"signed_by": "小安", "committed": "yes"}
    )
    assert (other.status_code, "应由本人签署，姓名写“安”，写的是“小安”" in other.text) == (422, True)
    restored = await ann.post(address, data=fields_of(other.text) | {"typed:goals": GOOD["goals"]})
    assert restored.status_code == 303
    unsigned = await ann.post(address, data=fields_of((await ann.get(address)).text) | {"do": "submit"})
    assert "学位.png" in unsigned.text  # what was sent with it is kept
    version = (await site.office.row(id_of(address)))["version"]
    signed = fields_of(unsigned.text) | {"do": "submit", "signed_by": "安", "committed": "yes"}
    assert signed["based_on"] == str(version)
    done = await ann.post(address, data=signed)
    assert (done.status_code, done.headers["location"]) == (303, f"{address}/receipts/1"), done.text
    receipt = (await ann.get(done.headers["location"])).text
    for told in ("RC-20180312-", "样例大学 1", "学位.png", "data-print", "单位推荐到"):
        assert told in receipt, told
    async with site.running.look() as connection:
        files = await attachments.handed_in(connection, id_of(address), 1)
    assert {(row["place"], row["name"]) for row in files} == {("identity", "身份证.pdf"), ("degree", "学位.png")}
    twice = await ann.post(address, data=signed)
    assert twice.status_code == 409
    after = (await ann.get(address)).text
    assert 'name="typed:name"' not in after
    for told in ("待单位推荐", "单位推荐，或退回修改", "由谁办理", "2018-04-10", "2018-03-12 10:00"):
        assert told in after, told
    (file,) = [row for row in files if row["place"] == "degree"]
    assert (await ann.get(f"{address}/files/{file['id']}")).content == png()


async def test_an_identity_number_is_never_shown_again_and_what_is_not_typed_again_stays(
    site: Site, ann: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    address = await begun(ann)
    await ann.post(address, data=whole())
    page = (await ann.get(address)).text
    assert NUMBER not in page
    assert f"**************{NUMBER[-4:]}" in page
    kept = fields_of(page)
    assert kept["typed:id_number"] == ""
    await ann.post(address, data=kept | {"typed:field": "化工", "based_on": "1"})
    row = await site.office.row(id_of(address))
    assert site.office.seal.open(row["id_number"]) == NUMBER
    assert row["typed"]["field"] == "化工"
    assert NUMBER not in json.dumps(row["typed"])
    other = identity(2)
    await ann.post(address, data=kept | {"typed:id_number": other, "based_on": "2"})
    assert site.office.seal.open((await site.office.row(id_of(address)))["id_number"]) == other
    short = await ann.post(address, data=kept | {"typed:id_number": "12", "based_on": "3"})
    assert short.status_code == 303
    page = (await ann.get(address)).text
    assert "身份证件号码有 2 位" in page
    assert "<code>**</code>" in page
    assert NUMBER not in caplog.text


async def test_the_script_is_told_the_version_the_problems_and_the_conditions(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address = await begun(ann)
    sent = whole(unit="没有这家", **{"typed:born_on": "x"})
    told = (await ann.post(address, data=sent, files=NEEDED, headers=SCRIPT)).json()
    assert (told["version"], told["of"], told["both"], set(told["problems"])) == (1, 19, [], {"born_on", "unit_id"})
    assert {each["id"]: each["state_name"] for each in told["checked"]} == {
        "age": "没有填", "degree": "符合", "here": "符合",
    }  # fmt: skip
    assert told["summary"] == "符合 2 项，没有填 1 项"
    async with site.running.look() as connection:
        assert await attachments.attached(connection, id_of(address)) == []
    stale = await ann.post(address, data=whole(**{"typed:field": "化工"}), headers=SCRIPT)
    assert stale.status_code == 409
    assert stale.json()["code"] == "application-changed"


async def test_of_two_windows_the_second_is_warned_and_loses_nothing(site: Site, ann: httpx.AsyncClient) -> None:
    address = await begun(ann)
    await ann.post(address, data=whole(**{"typed:field": "材料"}))
    late = await ann.post(address, data=whole(do="save", **{"typed:field": "化工", "typed:id_number": identity(3)}))
    assert late.status_code == 409
    assert "这份申报刚在别处改到第 1 版" in late.text
    assert "另一处保存的是“材料”" in late.text
    again = fields_of(late.text)
    assert (again["typed:field"], again["typed:id_number"], again["based_on"]) == ("化工", identity(3), "1")
    assert (await ann.post(address, data=again | {"do": "save"})).status_code == 303
    assert (await site.office.row(id_of(address)))["typed"]["field"] == "化工"


async def test_what_is_hostile_is_told_at_its_field_and_the_page_stays_whole(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address = await begun(ann)
    hostile = {
        "typed:name": "\x00\x07安", "typed:goals": "x" * 4000, "typed:degree": "<script>", "typed:nonsense": "1",
        "typed:requested": "-1e9999", "typed:titles": "\n".join(map(str, range(200))), "unit": "' or 1=1 --",
    }  # fmt: skip
    answer = await ann.post(
        address, data=whole(**hostile), files=chosen(("a.exe", b"MZ" + bytes(90)), place="identity")
    )
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    page = (await ann.get(address)).text
    for told in ("看不见的控制字符", "至多 3000 字", "没有这个选项", "写了 200 条"):
        assert told in page, told
    assert "nonsense" not in json.dumps((await site.office.row(id_of(address)))["typed"])
    place = await ann.post(address, data=whole(based_on="1"), files=chosen(("a.pdf", pdf()), place="../x"))
    assert "这个计划不要“../x”这份材料" in place.text
    huge = await ann.post(address, data=whole(**{"typed:basis": "y" * 150_000}))
    assert huge.status_code == 413
    assert "没有保存" in huge.text
    assert 'name="typed:field" value="材料"' in huge.text
    unit = await ann.post(address, data=whole(based_on="99", unit="样例大学 9"))
    assert "登记册里没有这家单位" in unit.text or unit.status_code == 409
    page = (await ann.get(address)).text
    for bad in ("remove:x:y", "remove-member:zzz"):
        assert (await ann.post(address, data=fields_of(page) | {"do": bad})).status_code == 404


async def test_a_unit_is_found_by_name_or_code_and_what_is_not_found_keeps_the_rest(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address = await begun(ann)
    sent = whole(unit="样例大学 9", do="submit", signed_by="安", committed="yes")
    lost = await ann.post(address, data=sent, files=chosen(("身份证.pdf", b"words"), place="identity"))
    assert lost.status_code == 422
    for told in ('href="#box-unit_id"', 'href="#files"', 'href="#box-file-degree"', "还有 4 处要改正"):
        assert told in lost.text, told
    assert 'value="样例大学 9"' in lost.text
    assert re.search(r'id="box-unit_id-wrong"[^>]*>登记册里没有这家单位', lost.text)
    row = await site.office.row(id_of(address))
    assert (row["unit_id"], row["state"], row["typed"]["field"]) == (None, "draft", "材料")
    async with site.office.unit() as unit:
        (code,) = [each["credit_code"] for each in await mine.units_called(unit.connection, "T-02")]
    assert (await ann.post(address, data=whole(unit=code, based_on="1"))).status_code == 303
    assert (await site.office.row(id_of(address)))["unit_id"] == "T-02"


async def test_files_are_taken_away_until_they_were_handed_in(site: Site, ann: httpx.AsyncClient) -> None:
    address = await begun(ann)
    await ann.post(address, data=whole(do="attach"), files=NEEDED)
    async with site.running.look() as connection:
        first, second = await attachments.attached(connection, id_of(address))
    for _ in range(2):  # a second press does no harm
        gone = await ann.post(address, data=whole(based_on="1", do=f"remove:{first['id']}:{first['place']}"))
        assert gone.headers["location"] == f"{address}?done=removed"
    async with site.running.look() as connection:
        assert [row["id"] for row in await attachments.attached(connection, id_of(address))] == [second["id"]]
    assert (await ann.get(f"{address}/files/{first['id']}")).status_code == 410
    assert (await ann.get(f"{address}/files/none")).status_code == 404


async def test_what_is_returned_says_at_each_field_what_is_wrong_and_until_when(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address = await handed_in(site, ann)
    async with site.office.unit("T-01") as unit:
        order = recommending.ReturnToApplicant(
            application_id=id_of(address), reasons={"goals": "请写明指标"}, reason="目标不具体"
        )
        await recommending.return_by_unit(unit, order)
    assert "的申报被退回" in (await ann.get("/talent/mine")).text
    page = (await ann.get(address)).text
    for told in ("目标不具体", "退回时指出：请写明指标", "2018-04-10（含当日）前改好", 'href="#box-goals"', "退回修改"):
        assert told in page, told
    again = fields_of(page) | {"typed:goals": "发表论文 3 篇", "do": "submit", "signed_by": "安", "committed": "yes"}
    done = await ann.post(address, data=again)
    assert done.headers["location"] == f"{address}/receipts/2", done.text
    assert (await ann.get(f"{address}/receipts/1")).status_code == 200
    site.office.instant += timedelta(days=60)
    assert (await ann.get(address)).status_code == 200


async def test_it_is_withdrawn_once_its_applicant_says_that_he_is_sure(site: Site, ann: httpx.AsyncClient) -> None:
    address = await handed_in(site, ann)
    unsure = await ann.post(f"{address}/withdraw", data={"reason": "另有安排"})
    assert unsure.status_code == 422
    assert 'id="wrong-sure"' in unsure.text
    assert (await site.office.row(id_of(address)))["state"] == "submitted"
    for _ in range(2):
        done = await ann.post(f"{address}/withdraw", data={"reason": "另有安排", "sure": "yes"})
        assert done.headers["location"] == f"{address}?done=withdrawn"
    page = (await ann.get(address)).text
    assert "已撤回" in page
    assert "另有安排" in page
    assert "撤回申报</button>" not in page


async def test_somebody_elses_application_is_as_good_as_none(site: Site, ann: httpx.AsyncClient) -> None:
    address = await handed_in(site, ann)
    async with site.running.look() as connection:
        file, *_ = await attachments.handed_in(connection, id_of(address), 1)
    await site.applicant("bob", "p2")
    async with site.browser("bob") as bob:
        assert "安" not in (await bob.get("/talent/mine")).text.replace("安全", "")
        for path in ("", "/receipts/1", f"/files/{file['id']}"):
            assert (await bob.get(f"{address}{path}")).status_code == 404, path
        for path in ("", "/withdraw"):
            sent = await bob.post(f"{address}{path}", data=whole(sure="yes"), headers=SCRIPT if not path else {})
            assert sent.status_code == 404, path
        own = await begun(bob)
        assert (await bob.get(f"{own}/files/{file['id']}")).status_code == 404
        taken = await bob.post(own, data=whole(do=f"remove:{file['id']}:identity"))
        assert taken.status_code == 303  # nothing of his stands there
    async with site.running.look() as connection:
        assert len(await attachments.handed_in(connection, id_of(address), 1)) == 2
    async with site.browser() as stranger:
        assert (await stranger.get(address)).headers["location"].startswith("/login")
    assert (await ann.get("/accounts")).status_code == 403


async def team_of(site: Site, browser: httpx.AsyncClient, *names: str) -> tuple[str, list[str]]:
    address = await begun(browser, "innovation-team-2018")
    sent = whole(do="add-member", **{"typed:together": "2016-01-01"})
    for number, name in enumerate(names):
        version = (await site.office.row(id_of(address)))["version"]
        member = {"member_name": name, "member_email": f"m{number}@example.cn", "member_duty": "实验"}
        answer = await browser.post(address, data=sent | member | {"based_on": str(version)})
        assert answer.headers.get("location") == f"{address}?done=named", answer.text
    async with site.running.look() as connection:
        rows = await connection.execute(select(MEMBER.c.id).order_by(MEMBER.c.email))
        return address, list(rows.scalars())


async def test_members_are_named_counted_and_answer_for_themselves_without_an_account(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address, (one, two, three) = await team_of(site, ann, "甲", "乙", "乙")
    assert (await site.office.row(id_of(address)))["typed"]["members"] == "甲\n乙\n乙（2）"
    page = (await ann.get(address)).text
    assert "待本人确认" in page
    assert re.search(r'id="condition-members".*?tag good', page, re.DOTALL)
    async with site.browser() as member:
        mark = site.office.seal.mark(one)
        asked = (await member.get(f"/talent/team/{one}/{mark}")).text
        for told in ("某人", "大连市重点领域创新团队", "安的项目", "实验", "同意意味着什么"):
            assert told in asked, told
        for wrong in (f"/talent/team/{one}/{'0' * 64}", f"/talent/team/{two}/{mark}", f"/talent/team/{one}/é"):
            for method in ("GET", "POST"):
                answer = await member.request(method, wrong, data={"answer": "yes"} if method == "POST" else None)
                assert answer.status_code == 404, wrong
        empty = await member.post(f"/talent/team/{one}/{mark}", data={})
        assert empty.status_code == 422
        assert "请按“同意参加”或“不同意”" in empty.text
        for _ in range(2):
            agreed = await member.post(f"/talent/team/{one}/{mark}", data={"answer": "yes"})
            assert agreed.headers["location"] == f"/talent/team/{one}/{mark}?done=1"
        assert "已确认" in (await member.get(agreed.headers["location"])).text
        other = await member.post(f"/talent/team/{one}/{mark}", data={"answer": "no"})
        assert other.status_code == 409
        await member.post(f"/talent/team/{two}/{site.office.seal.mark(two)}", data={"answer": "no"})
        page = (await ann.get(address)).text
        assert "不同意" in page
        for _ in range(2):
            gone = await ann.post(address, data=fields_of(page) | {"do": f"remove-member:{two}"})
            assert gone.status_code in {303, 409}
        assert (await site.office.row(id_of(address)))["typed"]["members"] == "甲\n乙"
        assert (await member.get(f"/talent/team/{two}/{site.office.seal.mark(two)}")).status_code == 404
        site.office.instant += timedelta(days=60)
        late = await member.get(f"/talent/team/{three}/{site.office.seal.mark(three)}")
        assert "现在不能答复" in late.text


async def test_a_member_that_cannot_be_written_to_is_refused_at_its_field(site: Site, ann: httpx.AsyncClient) -> None:
    address, _ = await team_of(site, ann, "甲")
    for more, field in (
        ({"member_name": "", "member_email": "x@example.cn"}, "member_name"),
        ({"member_name": "乙", "member_email": "nobody"}, "member_email"),
        ({"member_name": "乙", "member_email": "x@example.cn", "member_duty": "y" * 300}, "member_duty"),
    ):
        page = (await ann.get(address)).text
        answer = await ann.post(address, data=fields_of(page) | more | {"do": "add-member"})
        assert answer.status_code == 422, field
        assert f'id="wrong-{field}"' in answer.text
    page = (await ann.get(address)).text
    twice = {"member_name": "甲", "member_email": "m0@example.cn", "do": "add-member"}
    assert "已经在名单里" in (await ann.post(address, data=fields_of(page) | twice)).text


async def test_what_is_known_of_me_is_corrected_and_taken_along(site: Site, ann: httpx.AsyncClient) -> None:
    page = (await ann.get("/talent/mine/data")).text
    assert 'value="ann@example.cn"' in page
    bad = await ann.post("/talent/mine/data", data={"name": "", "email": "x", "phone": "abc"})
    assert bad.status_code == 422
    for field in ("name", "email", "phone"):
        assert f'id="wrong-{field}"' in bad.text
    sent = {"name": "安 安", "email": "new@example.cn", "phone": "13800000001"}
    assert (await ann.post("/talent/mine/data", data=sent)).headers["location"] == "/talent/mine/data?done=mailed"
    assert 'value="ann@example.cn"' in (await ann.get("/talent/mine/data")).text  # until the new one has answered
    (mail,) = site.mails()
    assert mail.startswith("new@example.cn\n请确认您的新邮箱\n")
    link = re.search(r"https://miaopu.example(/talent/mine/data/email/\S+)", mail)
    assert link is not None
    assert "new@example.cn" in (await ann.get(link[1])).text
    await site.applicant("bob", "p2")
    async with site.browser("bob") as bob:
        for wrong in (link[1], f"{link[1][:-6]}abcdef", "/talent/mine/data/email/x"):
            assert (await bob.get(wrong)).status_code == 404
            assert (await bob.post(wrong)).status_code == 404
    assert (await ann.post(link[1])).headers["location"] == "/talent/mine/data?done=address"
    same = await ann.post("/talent/mine/data", data=sent)
    assert same.headers["location"] == "/talent/mine/data?done=saved"
    async with site.running.look() as connection:
        row = (await connection.execute(select(APPLICANT))).mappings().one()
    assert (row["id"], row["name"], row["email"], row["phone"]) == ("p1", "安 安", "new@example.cn", "13800000001")
    address = await handed_in(site, ann)
    taken = await ann.post("/talent/mine/data/download")
    assert taken.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(taken.content)) as archive:
        said = json.loads(archive.read("my-data.json"))
        names = archive.namelist()
        assert pdf() in {archive.read(name) for name in names}
    assert said["applicant"]["email"] == "new@example.cn"
    (applied,) = said["applications"]
    assert (applied["id"], applied["id_number"], applied["typed"]["project"]) == (id_of(address), NUMBER, "安的项目")
    assert applied["hand_ins"][0]["receipt"].startswith("RC-20180312-")
    assert {each["name"] for each in applied["files"]} == {"身份证.pdf", "学位.png"}
    assert len(names) == 3
    async with site.running.look() as connection:
        look = (await connection.execute(select(PERSONAL_LOOK))).mappings().one()
    assert (look["applicant_id"], look["by"], look["why"]) == ("p1", "ann", "本人下载")
    assert (await ann.get("/talent/mine/letters")).status_code == 200


async def test_a_form_of_another_session_does_nothing(site: Site, ann: httpx.AsyncClient) -> None:
    address = await begun(ann)
    for path in (address, f"{address}/withdraw", "/talent/mine/data", "/talent/mine/data/download"):
        assert (await ann.post(path, data=whole(), headers={"x-form-token": "0" * 64})).status_code == 403, path
    async with site.running.look() as connection:
        assert (await connection.execute(select(APPLICATION.c.version))).scalar_one() == 0


async def test_why_i_ask_to_be_erased_is_kept_as_i_typed_it(site: Site, ann: httpx.AsyncClient) -> None:
    await handed_in(site, ann)
    await ann.post("/talent/mine/data/erasure", data={"sure": "yes", "reason": "已经调往外地"})
    async with site.running.look() as connection:
        (request,) = await mine.erasure_requests(connection, ["p1"])
    assert request["reason"] == "已经调往外地"


async def _says_it_is_erased(ann: httpx.AsyncClient, address: str) -> None:
    """Nothing is offered that is gone, nobody is called by an empty name, and what ended did end on its day."""
    first = (await ann.get("/talent/mine")).text
    assert re.search(r"<p[^>]*>\s*·", first) is None
    assert re.search(r">\s*·\s*可以申报的批次", first) is None
    known = (await ann.get("/talent/mine/data")).text
    assert "资料已经清除" in known
    assert "下载我的资料" not in known
    assert "申请清除我的资料" not in known
    assert "注销账号" in known
    stages = (await ann.get(address)).text.partition('<ol class="stages">')[2].partition("</ol>")[0]
    assert "已撤回" in stages
    assert "2018-03-12" in stages.partition("已撤回")[2]
    assert "尚未" not in stages


async def test_how_many_are_selected_is_about_so_many_only_as_the_programme_says_it(
    site: Site, ann: httpx.AsyncClient
) -> None:
    about = re.search(r"约 (\d+) 人", (await ann.get("/talent/mine")).text)
    assert about is not None
    async with site.office.unit() as unit:
        order = calls.ChangeNumber(programme_id=YOUNG_STAR, number=int(about[1]) - 7, reason="预算核减")
        await calls.change_number(unit, order)
    page = (await ann.get("/talent/mine")).text
    assert f"{int(about[1]) - 7} 人" in page
    assert f"约 {int(about[1]) - 7} 人" not in page


async def test_what_is_known_of_me_is_erased_when_i_am_sure_and_the_office_has_agreed(
    site: Site, ann: httpx.AsyncClient
) -> None:
    address = await handed_in(site, ann)
    page = "/talent/mine/data"
    unsure = await ann.post(f"{page}/erasure", data={"reason": "不再申报"})
    assert unsure.status_code == 422
    assert 'id="wrong-sure"' in unsure.text
    for _ in range(2):
        assert (await ann.post(f"{page}/erasure", data={"sure": "yes"})).headers["location"] == f"{page}?done=asked"
    assert (await ann.get(page)).text.count("申请：待处理") == 1
    await ann.post(f"{address}/withdraw", data={"sure": "yes"})
    async with site.running.look() as connection:
        (request,) = await mine.erasure_requests(connection, ["p1"])
    async with site.office.unit("head") as unit:
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request["id"], reason="本人申请"))
    for path in ("/talent/mine", page, address, f"{address}/receipts/1"):
        answer = await ann.get(path)
        assert answer.status_code == 200, path
        assert NUMBER[-4:] not in answer.text
    await _says_it_is_erased(ann, address)
    again = await ann.post("/talent/mine/applications", data={"programme_id": "innovation-team-2018"})
    assert again.status_code == 409
    assert "已经按申请清除" in again.text
