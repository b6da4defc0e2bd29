"""Each amount says how it came about, to machines and to people, and the words can be checked later."""

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785

from shared.policy import Award, History, Policy, Refusal, compute
from shared.policy.cases import read_cases, run_case
from shared.policy.explain import article_text, sentences

CASES = read_cases(Path(__file__).parents[2] / "policies" / "policy-2017-52.yaml")


def results(dalian: Policy) -> list[Award | Refusal]:
    found: list[Award | Refusal] = []
    for case in CASES.cases:
        if "error" not in case.body:
            for outcome in run_case(dalian, case.body):
                found += [*outcome.awards, *outcome.declined]
    return found


def test_every_explanation_is_canonical_json_and_its_hash_can_be_recomputed(dalian: Policy) -> None:
    for result in results(dalian):
        steps = orjson.loads(result.explanation)
        assert rfc8785.dumps(steps) == result.explanation
        whole = rfc8785.dumps({"policy_version": "dalian-2017-52/v1", "steps": steps})
        assert hashlib.sha256(whole).hexdigest() == result.explanation_hash


def test_no_number_in_an_explanation_is_binary(dalian: Policy) -> None:
    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(each)

    for result in results(dalian):
        walk(result.as_json())


def test_every_step_names_its_article_and_what_it_says(dalian: Policy) -> None:
    for result in results(dalian):
        for step in result.steps:
            assert step["article"]
            assert step["says"]
            for seen in step["inputs"]:
                assert seen["label"]
                assert seen["value"]
                assert seen["source"]


def test_the_steps_of_an_award_lead_from_nothing_to_the_amount(dalian: Policy) -> None:
    for result in results(dalian):
        amount: str | None = None
        for step in result.steps:
            if step["before"] is not None:
                assert step["before"] == amount
            if step["took"] is not None:
                assert Decimal(step["before"]) - Decimal(step["took"]) == Decimal(step["after"])
            amount = step["after"] or amount
        stated = result.as_json()
        assert amount == stated.get("amount", stated.get("ceiling", "0.00"))


def capped(dalian: Policy, **more: Any) -> Any:
    subject = {"id": "c1", "org": "o1", "kind": "makerspace", "level": "national"}
    event = {
        "id": "e1", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent",
        "facts": {"operating_cost_prev_year": "900000.00"},
        "sources": {"operating_cost_prev_year": "审计报告第 3 页"},
    }  # fmt: skip
    return compute(dalian, subject, event, History(), more.get("decisions"))


def test_a_citizen_reads_where_the_money_comes_from(dalian: Policy) -> None:
    assert sentences(capped(dalian).awards[0].steps) == [
        "本政策自 2018-01-01 起施行，有效期五年，至 2022-12-31（第六十六条）。事件日期 2018-12-20，在有效期内。",
        "第十二条：市级以上备案众创空间年度考评优秀，按不超过上年度运营成本的一定比例补助。",
        "核对条件：类型：众创空间，符合；级别：国家级，符合；等次：优秀，符合。",
        "同一对象、同一年度只补助一次。此前没有。",
        "第十二条：不超过上年度运营成本的 70%；办公室没有另定比例，按上限计。",
        "计算：900,000.00 元 × 70% = 630,000.00 元。其中上年度运营成本 900,000.00 元（审计报告第 3 页）。",
        "第十二条：每次最高 300,000.00 元，630,000.00 元超出的 330,000.00 元不计，余 300,000.00 元。",
        "应补助 300,000.00 元，即 30 万元。",
    ]


def test_a_decision_is_told_with_who_when_and_why(dalian: Policy) -> None:
    decisions = {"rate": "0.30", "by": "主任办公会", "on": "2018-11-02", "reason": "预算不足"}
    award = capped(dalian, decisions=decisions).awards[0]
    decided = award.steps[3]["inputs"][-1]
    assert decided["value"] == "0.30"
    assert decided["source"] == "办公室决定：主任办公会，2018-11-02，预算不足"
    assert "办公室决定：主任办公会，2018-11-02，预算不足，按 30% 计" in " ".join(sentences(award.steps))


def test_a_refusal_is_plain_about_its_because(dalian: Policy) -> None:
    carrier = {"id": "c1", "org": "o1", "kind": "incubator", "level": "city"}
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "good"}
    refusal = compute(dalian, carrier, event, History()).declined[0]
    told = sentences(refusal.steps)
    assert told[-1] == "不予补助：等次为良好，须为优秀。"
    assert "等次：良好，要求为优秀，不符合" in told[2]


def test_a_yearly_ceiling_names_the_awards_it_counted(dalian: Policy) -> None:
    case = CASES.case("a14-carrier-annual-cap-is-per-organisation")
    assert case is not None
    refusal = run_case(dalian, case.body)[5].declined[0]
    limit = refusal.steps[-2]
    assert [earlier["award"] for earlier in limit["counted"]] == [f"事件{n}/carrier-hnte" for n in range(1, 6)]
    assert (limit["before"], limit["took"], limit["after"]) == ("100000.00", "100000.00", "0.00")
    assert "额度已经用完" in sentences(refusal.steps)[-1]


@pytest.mark.parametrize(
    ("article", "text"),
    [
        ("12", "第十二条"),
        ("66", "第六十六条"),
        ("10", "第十条"),
        ("110", "第一百一十条"),
        ("205", "第二百零五条"),
        ("附则", "附则"),
    ],
)
def test_articles_are_numbered_as_the_text_numbers_them(article: str, text: str) -> None:
    assert article_text(article) == text


def test_reversing_nothing_or_twice_says_so(dalian: Policy) -> None:
    recognised = {"type": "recognised", "level": "provincial", "date": "2018-05-01"}
    refused = {"type": "recognised", "level": "city", "date": "2018-05-02"}
    events = [recognised, refused, *({"type": "award_reversed", "of": of, "date": "2018-06-01"} for of in (1, 0, 0))]
    outcomes = run_case(dalian, {"subject": {"id": "c1", "org": "o1", "kind": "makerspace"}, "events": events})
    assert [[refusal.reason for refusal in outcome.declined] for outcome in outcomes[2:]] == [
        ["nothing-to-reverse"], [], ["nothing-to-reverse"],
    ]  # fmt: skip
