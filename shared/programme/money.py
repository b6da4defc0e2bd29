"""What a programme pays, made into a policy of the subsidy engine: one engine explains carriers' and talents' money."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from shared.policy import Policy
from shared.policy import schema as policy_schema
from shared.policy.build import build
from shared.policy.sources import ChapterFile, PolicyFiles
from shared.programme import schema
from shared.programme.model import AWARDED, INTEREST_CLAIMED, instalment_event

VERSION = 1
"""An edition is published once; what has to change is another edition."""


def policy_of(
    given: schema.ProgrammeFile, edition: schema.Edition, rates: Mapping[str, schema.ReferenceRate]
) -> Policy:
    """The policy of an edition: subject is the award, `org` the applicant, kind the programme."""
    interest = edition.money.interest
    head = policy_schema.Head.model_validate(_head(given, edition, interest=interest is not None))
    chapter = _interest(given, edition, rates) if interest is not None else _grant(given, edition)
    made = policy_schema.Chapter.model_validate(chapter)
    path = Path(edition.id)
    return build(PolicyFiles(path, head.model_dump(mode="json"), head, (ChapterFile(path, chapter, made),)))


def _head(given: schema.ProgrammeFile, edition: schema.Edition, *, interest: bool) -> dict[str, Any]:
    head: dict[str, Any] = {
        "policy": edition.id,
        "version": VERSION,
        "title": edition.title,
        "document": edition.document,
        "pays": "资助",
        "in_force": {
            "from": edition.call.opens,
            "article": edition.article,
            "says": f"本年度申报自 {edition.call.opens} 起受理，入选项目的资助按本年度的规定执行",
        },
        "rounding": {"to": "0.01", "mode": "half_up"},
        "kinds": {given.programme: given.name},
    }
    if not interest:
        return head | {
            "events": {
                AWARDED: {"label": "入选项目签订任务书"},
                **{
                    instalment_event(number): {"label": f"第 {number} 期资助可以拨付"}
                    for number, _ in enumerate(edition.instalments, 1)
                },
            },
            "facts": {"granted": {"label": "核定的资助总额", "type": "money"}},
        }
    return head | {
        "events": {INTEREST_CLAIMED: {"label": "申请贷款贴息", "carries": ["year"]}},
        "facts": {
            "principal": {"label": "贷款本金", "type": "money"},
            "interest_from": {"label": "计息起始日", "type": "date"},
            "interest_until": {"label": "计息截止日", "type": "date", "not_before": "interest_from"},
        },
    }


def _grant(given: schema.ProgrammeFile, edition: schema.Edition) -> dict[str, Any]:
    money, since = edition.money, edition.call.opens
    amount = money.fixed if money.fixed is not None else money.up_to
    label = "资助金额" if money.fixed is not None else "资助上限"
    parameters = {"grant": _parameter(edition, "yuan", label, {since: amount})}
    instalments = []
    for number, each in enumerate(edition.instalments, 1):
        name = f"part_{number}"
        parameters[name] = _parameter(edition, "share", f"第 {number} 期比例", {since: each.share})
        instalments.append({"share": name, "when": each.says})
    rule = {
        **_rule(edition, "grant"),
        "when": {"event": AWARDED, "kind": given.programme},
        "amount": {"fixed": "grant"} if money.fixed is not None else {"up_to": "grant"},
        "once_per": ["subject"],
        "instalments": instalments,
    }
    return {"parameters": parameters, "rules": [rule, *_instalments(given, edition)]}


def _instalments(given: schema.ProgrammeFile, edition: schema.Edition) -> list[dict[str, Any]]:
    """What may be paid of an award once an instalment's condition holds: its share of what was granted, each once, all
    together never more than the text allows."""
    return [
        {
            **_rule(edition, f"instalment-{number}"),
            "says": f"{edition.money.says}；第 {number} 期{each.says.removesuffix('拨付')}拨付",
            "when": {"event": instalment_event(number), "kind": given.programme},
            "amount": {"rate": f"part_{number}", "of": "granted"},
            "once_per": ["subject"],
            "once_says": f"第 {number} 期只拨付一次",
            "limits": [{"id": "grant-in-all", "per": ["subject"], "at_most": "grant"}],
        }
        for number, each in enumerate(edition.instalments, 1)
    ]  # fmt: skip


def _interest(
    given: schema.ProgrammeFile, edition: schema.Edition, rates: Mapping[str, schema.ReferenceRate]
) -> dict[str, Any]:
    interest, since = edition.money.interest, edition.call.opens
    if interest is None:
        raise TypeError(edition.id)
    rate = rates[interest.reference]
    parameters = {
        "share": _parameter(edition, "share", "贴息比例", {since: interest.share}),
        "years": _parameter(edition, "year", "贴息年限", {since: interest.years}),
        "at_most": _parameter(edition, "yuan", "贴息合计上限", {since: interest.at_most}),
        interest.reference: {
            "unit": "share", "article": rate.says, "label": rate.label, "values": rate.values,
            "confirmed_until": rate.confirmed_until,
        },
    }  # fmt: skip
    rule = {
        **_rule(edition, "interest"),
        "when": {"event": INTEREST_CLAIMED, "kind": given.programme},
        "amount": {
            "interest_on": "principal", "from": "interest_from", "until": "interest_until",
            "reference": interest.reference, "share": "share",
        },
        "once_per": ["subject", "year"],
        "limits": [
            {"id": "interest-years", "per": ["subject"], "years": "years"},
            {"id": "interest-in-all", "per": ["subject"], "at_most": "at_most"},
        ],
    }  # fmt: skip
    return {"parameters": parameters, "rules": [rule]}


def _rule(edition: schema.Edition, id_: str) -> dict[str, Any]:
    rule = {"id": id_, "article": edition.article, "says": edition.money.says}
    return rule | ({"interpretation": edition.money.interpretation} if edition.money.interpretation else {})


def _parameter(edition: schema.Edition, unit: str, label: str, values: Mapping[date, object]) -> dict[str, Any]:
    return {"unit": unit, "article": edition.article, "label": label, "values": values}
