"""The order in which a policy is applied to an event. Pure: the same question gives the same bytes."""

from collections.abc import Mapping
from decimal import Decimal

from shared.core.canonical import written
from shared.core.exact import DOWN, EXACT, ROUNDING, plain
from shared.core.money import yuan_text
from shared.policy.amounts import Quantity
from shared.policy.conditions import either
from shared.policy.decisions import NO_DECISIONS, Decisions
from shared.policy.history import History
from shared.policy.model import Looked, Policy, Rule
from shared.policy.outcome import Award, InstalmentDue, Outcome, Refusal, refusal
from shared.policy.situation import FROM_SUBJECT, Situation, understand
from shared.policy.steps import LimitKey, Said, explanation, looked_at, step


def compute(
    policy: Policy,
    subject: Mapping[str, object],
    event: Mapping[str, object],
    history: History,
    decisions: Mapping[str, object] | None = None,
) -> Outcome:
    """What `policy` awards for `event`, and what it refuses, each with its reasons.

    subject    id, org (the legal unit behind it), kind; level and traits if known; name
    event      id, type, date; level, year (年度), grade, facts; sources: where each fact comes from
    history    the awards that count before this event
    decisions  what the office decided for this event: a rate or an amount; by, on, reason

    Order: shape, known names and every given fact; the policy in force; and for each rule its conditions, once-per and
    years, required facts, decisions, caps and limits, rounding. A refusal asks for no further facts. A PolicyError
    means that nothing was computed.
    """
    return compute_for(understand(policy, subject, event), history, decisions)


def compute_for(situation: Situation, history: History, decisions: Mapping[str, object] | None = None) -> Outcome:
    """`compute` for an event that is understood already."""
    policy = situation.policy
    decided = NO_DECISIONS if decisions is None else Decisions(decisions)
    if not policy.in_force.holds(situation.on):
        return Outcome((), (_out_of_force(situation),))
    rules = policy.rules_for(situation.type, situation.kind)
    if not rules:
        return Outcome((), (_no_rule(situation),))
    awards: list[Award] = []
    declined: list[Refusal] = []
    for rule in rules:
        result = _apply(rule, situation, history, decided)
        if isinstance(result, Refusal):
            declined.append(result)
        else:
            awards.append(result)
            if rule is not rules[-1]:
                history = history.with_award(result)
    return Outcome(tuple(awards), tuple(declined))


def _apply(rule: Rule, situation: Situation, history: History, decisions: Decisions) -> Award | Refusal:
    on = situation.on
    steps: list[Said] = [situation.policy.force.on(on)]
    gone = rule.gone(on, situation.level)
    if gone is not None:
        steps.append(step("conditions", rule.article, rule.stated))
        return _refuse(rule, situation, steps, "repealed", gone)

    said, unmet, why_not = _look(rule, situation)
    steps.append(said)
    if unmet is not None:
        return _refuse(rule, situation, steps, unmet, why_not)

    keys: list[LimitKey] = []
    for once in rule.once:
        key, said, free = once.check(situation, history)
        keys.append(key)
        steps.append(said)
        if not free:
            return _refuse(rule, situation, steps, once.reason, once.why_not(on))
    limited = [(limit, limit.counting.key(situation)) for limit in rule.limits]

    _require(rule, situation)
    quantity, said = rule.amount.settle(situation, decisions)
    steps.append(said)
    for cap in rule.amount.caps:
        quantity, said = cap.apply(quantity, situation)
        steps.append(said)
    if not quantity.ceiling:
        return _nothing_due(rule, situation, steps)
    for limit, key in limited:
        keys.append(key)
        quantity, said = limit.apply(quantity, key, situation, history)
        steps.append(said)
        if not quantity.ceiling:
            return _refuse(rule, situation, steps, limit.reason, f"{limit.text(on)}，额度已经用完")
    return _award(rule, situation, steps, quantity, tuple(keys))


def _require(rule: Rule, situation: Situation) -> None:
    """missing-fact for the first fact (or the level) that the amount reads and nobody gave."""
    for name in rule.amount.needs:
        if name == "level":
            situation.needed_level()
        elif name not in situation.facts:
            situation.fact(name)


def _look(rule: Rule, situation: Situation) -> Looked:
    """What the rule's conditions saw. Where they are words alone, the same words are looked at once."""
    if not rule.words_alone:
        return _look_at_each(rule, situation)
    words = (situation.kind, situation.level, situation.level_from, situation.grade)
    looked = rule.looked.get(words)
    if looked is None:
        said, unmet, why_not = _look_at_each(rule, situation)
        looked = rule.looked[words] = Looked(written(said), unmet, why_not)
    return looked


def _look_at_each(rule: Rule, situation: Situation) -> Looked:
    """Looks at the conditions in their order; the first that is not met refuses, and no further one is looked at."""
    inputs: list[Said] = []
    said = step("conditions", rule.article, rule.stated, inputs)
    for condition in rule.conditions:
        seen = condition.look(situation)
        inputs.append(seen.said)
        if not seen.met:
            return Looked(said, condition.reason, seen.why_not)
    return Looked(said, None, "")


def _award(
    rule: Rule, situation: Situation, steps: list[Said], quantity: Quantity, keys: tuple[LimitKey, ...]
) -> Award | Refusal:
    policy = situation.policy
    unit = policy.rounding.unit
    # what is only allowed is never rounded above what the text allows
    context = ROUNDING if policy.rounding.mode == "half_up" and quantity.decided else DOWN
    ceiling = context.quantize(quantity.ceiling, unit)
    floor = None if quantity.floor is None else context.quantize(quantity.floor, unit)
    if not ceiling:
        return _nothing_due(rule, situation, steps)
    shown = quantity.text
    instalments: tuple[InstalmentDue, ...] = ()
    if quantity.decided:
        says = f"应{policy.pays} {yuan_text(ceiling)}"
        if ceiling != quantity.ceiling:
            shown = plain(ceiling)
            says += f"（{policy.rounding.text}）"
        if rule.instalments:
            instalments = _instalments(rule, situation, ceiling, unit)
            parts = "；".join(f"第 {due.number} 期 {yuan_text(due.amount)}，{due.when}" for due in instalments)
            says += f"，分 {len(instalments)} 期：{parts}"
    else:
        low = "" if floor is None else f"不低于 {yuan_text(floor)}、"
        says = f"可{policy.pays}{low}至多 {yuan_text(ceiling)}，待办公室决定金额"
    steps.append(step("result", rule.article, says, (), None, quantity.text, shown))
    return Award(
        f"{situation.event}/{rule.id}",
        policy.name,
        rule.id,
        rule.article,
        situation.subject,
        situation.organisation,
        situation.on,
        situation.year,
        ceiling if quantity.decided else None,
        None if quantity.decided else floor,
        None if quantity.decided else ceiling,
        instalments,
        keys,
        *explanation(policy.name, steps),
    )


def _instalments(rule: Rule, situation: Situation, total: Decimal, unit: Decimal) -> tuple[InstalmentDue, ...]:
    """The amount in its instalments: each share rounded down, the last takes the rest, so that they add up."""
    due = []
    left = total
    for number, instalment in enumerate(rule.instalments, 1):
        share = EXACT.multiply(total, instalment.share.at(situation.on))
        part = left if number == len(rule.instalments) else DOWN.quantize(share, unit)
        left = EXACT.subtract(left, part)
        due.append(InstalmentDue(number, part, instalment.when))
    return tuple(due)


def _nothing_due(rule: Rule, situation: Situation, steps: list[Said]) -> Refusal:
    return _refuse(rule, situation, steps, "nothing-due", "计算结果为 0.00 元")


def _refuse(rule: Rule, situation: Situation, steps: list[Said], reason: str, because: str) -> Refusal:
    steps.append(step("result", rule.article, f"不予{situation.policy.pays}：{because}", after="0.00"))
    return refusal(situation.policy.name, rule.id, rule.article, reason, steps)


def _out_of_force(situation: Situation) -> Refusal:
    policy = situation.policy
    article = policy.in_force_article
    steps: list[Said] = [
        policy.force.on(situation.on),
        step("result", article, f"不予{policy.pays}：事件不在政策有效期内", after="0.00"),
    ]
    return refusal(policy.name, None, article, "out-of-force", steps)


def _no_rule(situation: Situation) -> Refusal:
    """No rule on this event is open to this kind: name those there are, and for whom."""
    policy = situation.policy
    kind = policy.kinds[situation.kind]
    rules = [rule for rule in policy.rules if rule.event == situation.type]
    steps: list[Said] = [policy.force.on(situation.on)]
    for rule in rules:
        required = either([policy.kinds[name] for name in rule.kinds])
        seen = looked_at("kind", "类型", kind, None, FROM_SUBJECT, required, met=False)
        steps.append(step("conditions", rule.article, rule.says, (seen,)))
    only = rules[0] if len(rules) == 1 else None
    because = f"没有对{kind}“{policy.events[situation.type].label}”给予{policy.pays}的条款"
    article = only.article if only else policy.in_force_article
    steps.append(step("result", article, f"不予{policy.pays}：{because}", after="0.00"))
    return refusal(policy.name, only.id if only else None, only.article if only else None, "kind-not-eligible", steps)
