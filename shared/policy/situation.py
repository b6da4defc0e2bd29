"""What happened to whom, read once and checked whole: shape, known names and every given fact."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from shared.core.dates import parse_date
from shared.policy.errors import invalid_event, invalid_fact, missing_fact, unknown_kind
from shared.policy.facts import FORMS, Value

if TYPE_CHECKING:
    from shared.policy.model import Policy

SUBJECT_KEYS = frozenset({"id", "org", "kind", "level", "name"})
EVENT_KEYS = frozenset({"id", "type", "date", "level", "year", "grade", "facts", "sources"})
FROM_EVENT, FROM_SUBJECT = "事件", "对象登记信息"


class Situation(NamedTuple):
    """A subject and an event, valid under a policy's vocabulary. What nobody gave is None or absent, never zero."""

    policy: "Policy"
    event: str
    type: str
    on: date
    subject: str
    organisation: str
    kind: str
    level: str | None
    level_from: str
    year: int | None
    grade: str | None
    facts: dict[str, Value]
    traits: dict[str, bool]
    sources: Mapping[str, str]
    source: str
    """Where a fact comes from when the event does not say: the event itself."""

    def fact(self, name: str) -> Value:
        """A fact or trait that is needed now; missing-fact if nobody gave it."""
        value = self.facts.get(name)
        if value is None:
            value = self.traits.get(name)
        if value is None:
            kind = self.policy.facts.get(name)
            label, form = (kind.label, FORMS[kind.type]) if kind else (self.policy.traits[name].label, FORMS["boolean"])
            raise missing_fact(name, label, form)
        return value

    def needed_level(self) -> str:
        if self.level is None:
            raise missing_fact("level", "级别", "、".join(self.policy.levels))
        return self.level

    def needed_grade(self) -> str:
        if self.grade is None:
            raise missing_fact("grade", "考评等次", "、".join(self.policy.grades))
        return self.grade

    def needed_year(self) -> int:
        if self.year is None:
            raise missing_fact("year", "年度", "四位数的年份，例如 2018")
        return self.year

    def source_of(self, fact: str) -> str:
        return self.sources.get(fact) or self.source


def understand(policy: "Policy", subject: Mapping[str, object], event: Mapping[str, object]) -> Situation:
    """The situation these describe; unknown-kind, invalid-event or invalid-fact if anything in them is wrong."""
    _known(subject, "subject", SUBJECT_KEYS, policy.traits)
    _known(event, "event", EVENT_KEYS, {})
    kind = subject.get("kind")
    if not isinstance(kind, str) or kind not in policy.kinds:
        raise unknown_kind(_shown(kind), "、".join(policy.kinds))
    event_type = event.get("type")
    if not isinstance(event_type, str) or event_type not in policy.events:
        raise invalid_event("type", _shown(event_type), "、".join(policy.events))
    on = parse_date(event.get("date"))
    if on is None:
        raise invalid_event("date", _shown(event.get("date")), FORMS["date"])
    year = event.get("year")
    if year is not None and (not isinstance(year, int) or isinstance(year, bool) or not 1000 <= year <= 9999):
        raise invalid_event("year", _shown(year), "四位数的年份，例如 2018")
    own_level = _word(event, "level", policy.levels)
    registered_level = _word(subject, "level", policy.levels)
    return Situation(
        policy,
        _id(event, "id", "事件编号"),
        event_type,
        on,
        _id(subject, "id", "对象编号"),
        _id(subject, "org", "所属单位编号"),
        kind,
        own_level or registered_level,
        FROM_EVENT if own_level else FROM_SUBJECT,
        year,
        _word(event, "grade", policy.grades),
        _facts(policy, event.get("facts")),
        _traits(policy, subject),
        _sources(policy, event.get("sources")),
        f"{policy.events[event_type].label}，{on.isoformat()}",
    )


def _shown(value: object) -> str | None:
    return None if value is None else str(value)


def _known(given: Mapping[str, object], where: str, keys: frozenset[str], more: Mapping[str, object]) -> None:
    if not isinstance(given, dict) and not isinstance(given, Mapping):  # a dict is told much faster
        raise invalid_event(where, type(given).__name__, "“名称: 内容”的对照表")
    if keys.issuperset(given):  # the usual case
        return
    for key in given:
        if key not in keys and key not in more:
            raise invalid_event(f"{where}.{key}", str(given[key]), "下列名称之一：" + "、".join(sorted({*keys, *more})))


def _id(given: Mapping[str, object], key: str, label: str) -> str:
    value = given.get(key)
    if isinstance(value, str) and value and not value.isspace() and value.isprintable():
        return value
    raise invalid_event(f"{label}（{key}）", _shown(value), FORMS["id"])


def _word(given: Mapping[str, object], key: str, allowed: Mapping[str, str]) -> str | None:
    value = given.get(key)
    if value is None or (isinstance(value, str) and value in allowed):
        return value
    raise invalid_event(key, str(value), "、".join(allowed))


def _facts(policy: "Policy", given: object) -> dict[str, Value]:
    if given is None:
        return {}
    if not isinstance(given, dict) and not isinstance(given, Mapping):
        raise invalid_event("facts", type(given).__name__, "“名称: 内容”的对照表")
    facts: dict[str, Value] = {}
    for name, value in given.items():
        kind = policy.facts.get(name)
        if kind is None:
            raise invalid_fact(str(name), str(value), "下列事实之一：" + "、".join(policy.facts))
        if value is not None:
            facts[name] = kind.read(value)
    for name, earlier in policy.ordered_facts:
        value, start = facts.get(name), facts.get(earlier)
        if isinstance(value, date) and isinstance(start, date) and value < start:
            kind, before = policy.facts[name], policy.facts[earlier]
            raise invalid_fact(f"{kind.label}（{name}）", str(value), f"不早于{before.label} {start} 的日期")
    return facts


def _traits(policy: "Policy", subject: Mapping[str, object]) -> dict[str, bool]:
    traits = {}
    for name, trait in policy.traits.items():
        given = subject.get(name)
        value = trait.default if given is None else trait.read(given)
        if value is not None:
            traits[name] = value
    return traits


def _sources(policy: "Policy", given: object) -> Mapping[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise invalid_event("sources", type(given).__name__, "“事实名称: 出处”的对照表")
    for name, source in given.items():
        if name not in policy.facts or not isinstance(source, str) or not source.isprintable():
            raise invalid_event(f"sources.{name}", str(source), "已知事实的出处（文字）")
    return given
