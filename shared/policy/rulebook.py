"""The rulebook as an official reads it: article by article, who gets how much when, and what holds it back."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from shared.policy.explain import article_text
from shared.policy.model import Policy, Rule
from shared.policy.parameters import Parameter, value_text


class Entry(NamedTuple):
    """One rule in words, with the values that hold on the reader's day (or None while it does not hold)."""

    id: str
    says: str
    when: tuple[str, ...]
    amount: str | None
    limits: tuple[str, ...]
    interpretation: str | None


class Article(NamedTuple):
    number: str
    title: str
    entries: tuple[Entry, ...]


def rulebook(policy: Policy, on: date) -> list[Article]:
    """The policy's articles in the order of its files, with the values that hold on `on`."""
    articles: dict[str, list[Entry]] = {}
    for rule in policy.rules:
        articles.setdefault(rule.article, []).append(_entry(policy, rule, on))
    return [Article(number, article_text(number), tuple(entries)) for number, entries in articles.items()]


def _entry(policy: Policy, rule: Rule, on: date) -> Entry:
    when = [policy.events[rule.event].label]
    if rule.repealed.on(on) or any(_unconfirmed(parameter, on) for parameter in rule.parameters):
        return Entry(rule.id, rule.says, tuple(when), None, (), rule.interpretation)
    when += [condition.text(on) for condition in rule.conditions]
    return Entry(rule.id, rule.says, tuple(when), rule.amount.text(on), tuple(_limits(rule, on)), rule.interpretation)


def _limits(rule: Rule, on: date) -> Iterator[str]:
    for counted in (*rule.once, *rule.limits):
        yield counted.text(on)
    for number, part in enumerate(rule.instalments, 1):
        yield f"第 {number} 期 {part.share.text(on)}：{part.when}"


def _unconfirmed(parameter: Parameter, on: date) -> bool:
    return parameter.confirmed_until is not None and on > parameter.confirmed_until


class Value(NamedTuple):
    """A dated value of a parameter; `text` says 废止 for a repeal."""

    label: str
    article: str
    start: date
    text: str
    confirmed_until: date | None


def values(policy: Policy) -> list[Value]:
    """Every dated value of every parameter."""
    return [
        Value(
            parameter.label,
            article_text(parameter.article),
            start,
            "废止" if value is None else value_text(value, parameter.unit),
            parameter.confirmed_until,
        )
        for parameter in policy.parameters.values()
        for start, value in parameter.history
    ]
