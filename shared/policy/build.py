"""Makes a policy of its files, and finds what could not work: unknown words, wrong units, gaps, what can never hold."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from shared.policy import schema
from shared.policy.facts import FactType, Trait
from shared.policy.limits import AmountLimit, OncePer, YearsLimit
from shared.policy.model import EventType, Period, Policy, Rounding, Rule
from shared.policy.parameters import Parameter
from shared.policy.rules import RuleBuilder
from shared.policy.sources import Findings, PolicyFiles

ROUNDING_UNITS = {Decimal("0.01"): "分", Decimal("0.1"): "角", Decimal(1): "元"}
ROUNDING_MODES = {"half_up": "四舍五入", "down": "舍去尾数"}


def build(files: PolicyFiles) -> Policy:
    """The policy these files say, or one DataFileError with everything that is wrong with them."""
    return _Builder(files).policy()


class _Builder:
    def __init__(self, files: PolicyFiles) -> None:
        self.files = files
        self.head = files.head
        self.findings = Findings()
        self.facts = {name: FactType(name, f.label, f.type, f.not_before) for name, f in self.head.facts.items()}
        self.traits = {name: Trait(name, t.label, t.default) for name, t in self.head.traits.items()}
        self.events = {name: EventType(e.label, tuple(e.carries)) for name, e in self.head.events.items()}
        self.in_force = Period(self.head.in_force.from_, self.head.in_force.until)
        self.parameters: dict[str, Parameter] = {}

    def policy(self) -> Policy:
        self._check_head()
        for file in self.files.chapters:
            for name, parameter in file.chapter.parameters.items():
                self._parameter(file.path, file.node, name, parameter)
        rules = tuple(self._rules())
        self._check_unused(rules)
        self.findings.raise_any()
        asked: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for rule in rules:
            for kind in rule.kinds:
                asked[rule.event, kind] = (*asked.get((rule.event, kind), ()), rule)
        head = self.head
        unit = Decimal(head.rounding.to)
        return Policy(
            id=head.policy,
            version=head.version,
            title=head.title,
            document=head.document,
            pays=head.pays,
            in_force=self.in_force,
            in_force_article=head.in_force.article,
            in_force_says=head.in_force.says,
            rounding=Rounding(
                unit,
                head.rounding.mode,
                f"{ROUNDING_MODES[head.rounding.mode]}到{ROUNDING_UNITS[unit]}",
            ),
            kinds=dict(head.kinds),
            levels=dict(head.levels),
            grades=dict(head.grades),
            traits=self.traits,
            events=self.events,
            facts=self.facts,
            parameters=self.parameters,
            rules=rules,
            asked=asked,
            digest=self.files.digest(),
        )

    def _find(self, at: Iterable[str | int], what: str) -> None:
        self.findings.add(self.files.path, self.files.node, at, what)

    def _check_head(self) -> None:
        if self.in_force.until is not None and self.in_force.until < self.in_force.start:
            self._find(("in_force", "until"), "失效日期早于施行日期，政策永远不能适用")
        if Decimal(self.head.rounding.to) not in ROUNDING_UNITS:
            self._find(("rounding", "to"), "取整单位应为 0.01（分）、0.1（角）或 1（元）")
        for name, fact in self.facts.items():
            earlier = self.facts.get(fact.not_before) if fact.not_before else None
            if fact.not_before and (earlier is None or {fact.type, earlier.type} != {"date"}):
                self._find(
                    ("facts", name, "not_before"), f"not_before 只用于日期，且须指向另一个日期：{fact.not_before}"
                )
        for name in self.traits.keys() & self.facts.keys():
            self._find(("traits", name), f"{name} 既是事实又是属性，请改名")

    def _parameter(self, path: Path, node: object, name: str, given: schema.Parameter) -> None:
        if name in self.parameters:
            self.findings.add(path, node, ("parameters", name), f"参数 {name} 已在别处定义")
            return
        until = given.confirmed_until
        if until is not None and min(given.values) > until:
            self.findings.add(path, node, ("parameters", name), f"参数 {name} 的确认期限早于第一个取值，永远不能使用")
        values: dict[date, Decimal | None] = {
            day: None if value is None else Decimal(value) for day, value in given.values.items()
        }
        if given.unit in {"year", "month", "day", "count"}:
            for day, value in values.items():
                if value is not None and value != value.to_integral_value():
                    self.findings.add(path, node, ("parameters", name, "values", day), f"参数 {name} 应为整数")  # type: ignore[arg-type]  # YAML keys may be dates
        for day, value in values.items():
            if until is not None and value is not None and day > until >= min(values):
                at: tuple[Any, ...] = ("parameters", name, "values", day)
                self.findings.add(path, node, at, f"参数 {name} 自 {day} 的取值晚于确认期限 {until}，用不到")
        if given.unit == "share" and any(value is not None and value > 1 for value in values.values()):
            self.findings.add(path, node, ("parameters", name), f"参数 {name} 是比例，应在 0 至 1 之间（70% 写 0.70）")
        self.parameters[name] = Parameter(
            name, given.label or name, given.unit, given.article, values, until, self.head.document
        )

    def _rules(self) -> Iterable[Rule]:
        ids: set[str] = set()
        limits: dict[str, AmountLimit | YearsLimit] = {}
        for file in self.files.chapters:
            for number, given in enumerate(file.chapter.rules):
                maker = RuleBuilder(self, file.path, file.node, number)
                rule = maker.rule(given)
                if given.id in ids:
                    maker.find(("id",), f"规则编号 {given.id} 重复")
                ids.add(given.id)
                if rule is None:
                    continue
                named = [limit for limit in (*rule.once, *rule.limits) if not isinstance(limit, OncePer)]
                for limit in named:
                    name = limit.counting.name
                    if limits.setdefault(name, limit) != limit:
                        maker.find(("limits",), f"限额 {name} 在别处写法不同；共用的限额应完全相同")
                if len({limit.counting.name for limit in named}) < len(named):
                    maker.find(("limits",), "同一规则里的限额编号重复")
                yield rule
        for name in ids & limits.keys():
            self._find((), f"限额编号 {name} 与规则编号相同，请改名")

    def _check_unused(self, rules: tuple[Rule, ...]) -> None:
        if self.findings.problems:
            return  # a rule that could not be made uses nothing
        used = {parameter.name for rule in rules for parameter in rule.parameters}
        for file in self.files.chapters:
            for name in file.chapter.parameters:
                if name not in used:
                    self.findings.add(file.path, file.node, ("parameters", name), f"没有规则使用参数 {name}")
        read = {name for rule in rules for name in _facts_of(rule)}
        read |= {fact.not_before for fact in self.facts.values() if fact.not_before}
        for name in self.facts.keys() - read:
            self._find(("facts", name), f"没有规则使用事实 {name}")
        for name in self.traits.keys() - read:
            self._find(("traits", name), f"没有规则使用属性 {name}")
        for name in self.events.keys() - {rule.event for rule in rules}:
            self._find(("events", name), f"没有规则使用事件 {name}")


def _facts_of(rule: Rule) -> Iterable[str]:
    for condition in rule.conditions:
        fact = getattr(condition, "fact", None)
        yield fact.name if isinstance(fact, FactType) else getattr(condition, "name", "")
    yield from rule.amount.needs
    for counted in (*rule.once, *rule.limits):
        yield from (dimension.name for dimension in counted.counting.per)
