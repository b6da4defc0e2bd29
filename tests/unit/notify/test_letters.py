"""Letters: each says what an office has to say, in plain text and in HTML alike, and nothing slips into them."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from services.notify.domain.letters import (
    BY_NAME,
    HEARD,
    KINDS,
    Letterhead,
    LetterKind,
    Told,
    heard_from,
    kinds_for,
)
from services.notify.letters import render as rendering
from services.notify.letters.render import Parts, render, sample
from shared.contracts.catalogue import EVENTS
from shared.contracts.incubator import (
    EvaluationFinalised,
    ObjectionDecided,
    ReportDue,
    ReportReturned,
    SubsidyComputed,
    SubsidyDeclined,
)
from shared.contracts.letters import Receiver
from shared.core.errors import DomainError
from shared.policy import History, Policy, compute
from shared.policy.explain import sentences

HEAD = Letterhead("https://miaopu.example.cn", date(2018, 12, 17)).values
AMOUNT = re.compile(r"[0-9][0-9,]*\.[0-9]{2} 元")
DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")
UNTOLD = {
    "incubator.tenant.hnte_recognised.v1", "incubator.round.opened.v1", "incubator.round.closed.v1",
    "incubator.round.publicised.v1", "incubator.round.finalised.v1", "incubator.settlement.requested.v1",
    "incubator.subsidy.approved.v1",
    "talent.instalment.released.v1", "talent.grant.approved.v1", "talent.settlement.requested.v1",
    "talent.broker.claimed.v1", "talent.interest.claimed.v1", "talent.words.erased.v1",
}  # fmt: skip
"""Events that are the office's own business, or told by another letter."""
OFFICES = {"incubator": "孵化载体项目办公室", "talent": "科技人才项目办公室"}


def example(event: type[Any], **changes: object) -> Any:
    return event.model_validate({**event.example, **changes})


def write(event: Told, name: str | None = None, to: Receiver | None = None) -> Parts:
    kind = BY_NAME[name] if name else next(kinds_for(event))
    return render(kind, event, to or kind.receivers(event)[0], HEAD)


def words(html: str) -> str:
    """What a reader sees of the HTML."""
    body = html.partition("<body")[2]
    return unescape(re.sub(r"<[^>]*>", " ", body.partition(">")[2]))


def occasions() -> list[Any]:
    found = [pytest.param(kind, *sample(kind), id=f"{kind.name}: sample") for kind in KINDS]
    for kind in KINDS:
        event = kind.event.model_validate({**kind.event.example, **kind.when})
        found += [pytest.param(kind, event, to, id=f"{kind.name}: contract, {to}") for to in kind.receivers(event)]
        strangers = (
            event.model_copy(update={"objector_id": "U-9"}) if "objector_id" in kind.event.model_fields else event
        )
        found += [pytest.param(kind, strangers, to, id=f"{kind.name}: {to}") for to in kind.receivers(strangers)]
    return found


@pytest.mark.parametrize(("kind", "event", "to"), occasions())
def test_every_letter_is_written_from_its_sample_and_from_the_contracts_example(
    kind: LetterKind, event: Told, to: Receiver
) -> None:
    parts = render(kind, event, to, HEAD)
    for part in parts:
        assert part.strip()
        assert not re.search(r"\{\{|\}\}|\{%|%\}|None|Undefined|\bTrue\b|\bFalse\b", part)
    assert "\n" not in parts.subject
    assert "\n\n\n" not in parts.text, "gaps where nothing was to be said"
    shown = words(parts.html)
    assert set(AMOUNT.findall(parts.text)) == set(AMOUNT.findall(shown))
    assert set(DAY.findall(parts.text)) == set(DAY.findall(shown))
    assert "class=" not in parts.html, "mail programs keep no stylesheet"
    assert subject_names(event) in parts.subject
    for text in (parts.text, shown):
        assert OFFICES[event.owner()] in text


def subject_names(event: Told) -> str:
    """What a reader has to find in the subject."""
    said = event.model_dump()
    programme = said.get("programme") or said.get("matter", {}).get("programme") or {}
    name = said.get("carrier", {}).get("name") or programme.get("name")
    if event.about() == said.get("org_id"):
        return "技术经纪人登记"
    if event.owner() == "talent" and event.about() == said.get("request_id"):
        return "个人信息清除申请"
    return str(name or said.get("contract_no") or f"{said['year']}年度")


def test_every_event_of_a_service_is_told_by_a_letter_or_known_not_to_be() -> None:
    for owner in OFFICES:
        told = {event.type_ for event in heard_from(owner)}
        assert told == {type_ for type_ in EVENTS if type_.startswith(f"{owner}.")} - UNTOLD
    assert {event for owner in OFFICES for event in heard_from(owner)} == set(HEARD)


def test_every_folder_of_letters_belongs_to_a_kind_and_is_complete() -> None:
    folders = {
        path.name: {file.name for file in path.iterdir()} for path in rendering.FOLDER.iterdir() if path.is_dir()
    }
    folders.pop("__pycache__", None)
    assert set(folders) == set(BY_NAME)
    assert {frozenset(files) for files in folders.values()} == {
        frozenset({"subject.txt", "body.txt", "body.html", "sample.json"})
    }


def test_each_kind_is_told_apart_by_what_the_event_says() -> None:
    assert [kind.name for kind in kinds_for(example(ReportDue, stage="opened"))] == ["round-opened"]
    assert [kind.name for kind in kinds_for(example(ReportDue, stage="closing"))] == ["report-closing-soon"]


def test_a_letter_that_takes_something_back_waits_for_a_person() -> None:
    assert {kind.name for kind in KINDS if kind.waits} == {
        "evaluation-corrected",
        "subsidy-cut",
        "subsidy-reversed",
        "carrier-withdrawn",
        "organisation-barred",
        "talent-award-terminated",
        "talent-broker-ended",
        "talent-grant-stopped",
        "talent-grant-cut",
        "talent-grant-reversed",
    }


# ---------- what a letter must say ----------


def computed(policy: Policy, cost: str = "900000.00", **event: object) -> SubsidyComputed:
    subject = {"id": "Z12", "org": "U-Z12", "kind": "makerspace", "level": "city"}
    facts = {"operating_cost_prev_year": cost}
    asked = {"id": "e", "type": "evaluated", "date": "2018-12-17", "year": 2018, "grade": "excellent", "facts": facts}
    award = compute(policy, subject, {**asked, **event}, History()).awards[0]
    return SubsidyComputed.model_validate(
        {
            **SubsidyComputed.example,
            "amount": str(award.amount),
            "explanation": award.steps,
            "explanation_hash": award.explanation_hash,
        }
    )


def test_the_letter_about_a_subsidy_says_every_step_the_cap_what_it_took_and_where_to_confirm(dalian: Policy) -> None:
    event = computed(dalian)
    parts = write(event)
    shown = words(parts.html)
    for sentence in sentences(event.explanation):
        assert sentence in parts.text
        assert sentence in shown
    for said in ("应补助 300,000.00 元", "样例众创空间 12"):
        assert said in parts.subject
    for text in (parts.text, shown):
        assert "330,000.00 元（每次最高 300,000.00 元）" in text
        assert "大政发〔2017〕52号《大连市支持科技创新若干政策措施》第十二条" in text
        assert "市级以上备案众创空间年度考评优秀" in text
        assert "2019年1月1日前" in text
        assert event.explanation_hash in text
        assert "https://miaopu.example.cn/incubator/mine/subsidies/S-2018-0412" in text
        assert "https://miaopu.example.cn/incubator/mine/account/U-Z12" in text
    for place in ("subsidies/S-2018-0412", "account/U-Z12"):
        assert f'href="https://miaopu.example.cn/incubator/mine/{place}"' in parts.html


def test_a_subsidy_below_its_cap_names_no_cap(dalian: Policy) -> None:
    parts = write(computed(dalian, cost="100000.00"))
    assert "应补助 70,000.00 元" in parts.subject
    assert "上限减去" not in parts.text + parts.html


def test_a_ceiling_that_waits_for_a_decision_is_no_amount() -> None:
    parts = write(example(SubsidyComputed, amount=None, floor="500000.00", ceiling="2000000.00", explanation=[]))
    assert "金额待定" in parts.subject
    for text in (parts.text, words(parts.html)):
        assert "待主管部门决定，最高 2,000,000.00 元，最低 500,000.00 元" in text
        assert "决定作出后另行来信" in text
    assert "最高" not in write(example(SubsidyComputed, amount=None, explanation=[])).text


def test_a_refusal_says_no_because(dalian: Policy) -> None:
    subject = {"id": "Z12", "org": "U-Z12", "kind": "makerspace", "level": "city"}
    asked = {"id": "e", "type": "evaluated", "date": "2018-12-17", "year": 2018, "grade": "good", "facts": {}}
    refusal = compute(dalian, subject, asked, History()).declined[0]
    parts = write(example(SubsidyDeclined, explanation=refusal.steps))
    for text in (parts.text, words(parts.html)):
        assert "不予补助：等次为良好，须为优秀。" in text
        assert "0.00 元" in text
    bare = write(example(SubsidyDeclined, explanation=[], reason="grade-not-eligible"))
    assert "不予补助（grade-not-eligible）" in bare.text


def test_an_explanation_nobody_can_read_is_for_a_person_never_a_shorter_letter() -> None:
    broken: tuple[dict[str, Any], ...] = (
        {"step": "poem"}, {}, {**SubsidyComputed.example["explanation"][0], "after": "many"},
    )  # fmt: skip
    for step in broken:
        with pytest.raises(DomainError, match="unreadable-explanation"):
            write(example(SubsidyComputed, explanation=[step]))


def test_a_subsidy_of_a_policy_nobody_has_is_for_a_person() -> None:
    with pytest.raises(DomainError, match="unknown-policy"):
        write(example(SubsidyComputed, policy="atlantis-1"))


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        (
            {"facts": {"rectify_by": "2019-06-30"}},
            ["2019年6月30日前提交整改报告", "下一年度考评仍为不合格"],
            ["提请取消"],
        ),
        ({"withdrawal_proposed": True}, ["另行通知", "连续两年考评不合格", "提请取消其众创空间资格"], ["下一年度"]),
    ],
)
def test_a_failure_says_by_when_to_rectify_and_what_a_second_one_means(
    changes: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    failed = {"grade": "unqualified", "grade_name": "不合格", "facts": {}}
    parts = write(example(EvaluationFinalised, **{**failed, **changes}))
    for text in (parts.text, words(parts.html)):
        for each in said:
            assert each in text
        for each in unsaid:
            assert each not in text
    assert "整改" not in write(example(EvaluationFinalised)).text


def test_a_returned_report_says_what_is_wrong_with_each_field_as_people_call_it() -> None:
    parts = write(example(ReportReturned, reasons={"seats_used": "大于工位总数", "area": "缺证明"}, missing=["承诺书"]))
    for text in (parts.text, words(parts.html)):
        for said in ("已使用工位", "大于工位总数", "area", "缺证明", "承诺书", "2018年12月5日24:00", "2 次", "clerk-1"):
            assert said in text
    assert "此后还可修改：0 次" in write(example(ReportReturned, corrections_left=0)).text


def test_the_unit_is_told_the_outcome_of_an_objection_but_never_who_objected() -> None:
    event = example(ObjectionDecided, objector_id="U-77", outcome="rejected")
    kind = BY_NAME["objection-decided"]
    assert kind.receivers(event) == [Receiver("U-77"), Receiver("U-Z12")]
    to_unit, to_objector = write(event, to=Receiver("U-Z12")), write(event, to=Receiver("U-77"))
    assert to_unit.text.startswith("样例众创空间 12：")
    assert to_objector.text.startswith("异议提出单位：")
    for parts in (to_unit, to_objector):
        assert "U-77" not in "".join(parts)
        assert "异议不成立" in parts.subject
    assert kind.receivers(example(ObjectionDecided)) == [Receiver("U-Z12")], "who objects to its own grade is told once"


def test_no_letter_holds_an_account_number_even_if_an_event_did() -> None:
    for kind in KINDS:
        event = kind.event.model_validate({**kind.event.example, **kind.when, "bank_account": "6222020200112233445"})
        assert "6222020200112233445" not in "".join(write(event, kind.name))


# ---------- nothing slips in ----------

NAUGHTY = 'A<script>alert("x")</script>&"\'\r\nBcc: all@example.cn\u2028\x00\u202eB'


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "carrier" in kind.event.model_fields], ids=lambda kind: kind.name
)
def test_a_name_is_text_in_one_line_whatever_it_holds(kind: LetterKind) -> None:
    carrier = {**kind.event.example["carrier"], "name": NAUGHTY}
    event = kind.event.model_validate({**kind.event.example, **kind.when, "carrier": carrier})
    parts = write(event, kind.name)
    assert "<script" not in parts.html
    assert "&lt;script&gt;" in parts.html
    assert not set("\r\n\x00\u2028\u202e") & set(parts.subject)
    assert not set("\r\x00\u2028\u202e") & set(parts.text + parts.html)
    assert not any(line.startswith("Bcc:") for line in parts.text.splitlines())


def test_templates_run_in_a_sandbox_and_use_no_value_they_are_not_given() -> None:
    environment = rendering.environment()
    with pytest.raises(SecurityError):
        environment.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nobody }}").render()


def test_a_sample_that_its_letter_does_not_tell_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "round-opened").mkdir()
    text = (rendering.FOLDER / "report-closing-soon/sample.json").read_text(encoding="utf-8")
    (tmp_path / "round-opened/sample.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rendering, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="not an event this letter tells"):
        sample.__wrapped__(BY_NAME["round-opened"])
