"""What can be wrong with a question put to the policy engine. The codes are a contract (tests/policies)."""

from shared.core.errors import DomainError


class PolicyError(DomainError):
    """Nothing can be computed until `where` is put right: what was `found` there, what is `allowed`."""

    def __init__(self, code: str, message: str, *, where: str, found: str | None = None, allowed: str) -> None:
        seen = "没有给出" if found is None else f"给出的是“{found}”"
        super().__init__(code, f"{message}：{where} {seen}；应为{allowed}")
        self.where = where
        self.found = found
        self.allowed = allowed


def unknown_kind(found: str | None, allowed: str) -> PolicyError:
    return PolicyError("unknown-kind", "不认识的对象类型", where="kind", found=found, allowed=allowed)


def invalid_event(where: str, found: str | None, allowed: str) -> PolicyError:
    return PolicyError("invalid-event", "事件内容有误", where=where, found=found, allowed=allowed)


def invalid_fact(where: str, found: str | None, allowed: str) -> PolicyError:
    return PolicyError("invalid-fact", "事实有误", where=where, found=found, allowed=allowed)


def missing_fact(name: str, label: str, allowed: str) -> PolicyError:
    return PolicyError("missing-fact", "缺少计算所需的事实", where=f"{label}（{name}）", allowed=allowed)


def invalid_decision(where: str, found: str, allowed: str) -> PolicyError:
    return PolicyError("invalid-decision", "决定有误", where=where, found=found, allowed=allowed)


def decision_above_ceiling(where: str, found: str, ceiling: str) -> PolicyError:
    return PolicyError(
        "decision-above-ceiling", "决定超过条文上限", where=where, found=found, allowed=f"不超过 {ceiling}"
    )


def decision_below_floor(where: str, found: str, floor: str) -> PolicyError:
    return PolicyError("decision-below-floor", "决定低于条文下限", where=where, found=found, allowed=f"不低于 {floor}")


def stale_parameter(name: str, on: str, confirmed_until: str) -> PolicyError:
    return PolicyError(
        "stale-parameter",
        "参数超过已确认的期限，请先确认它是否仍然有效",
        where=name,
        found=on,
        allowed=f"{confirmed_until} 及以前的日期",
    )


def no_reference_rate(label: str, on: str) -> PolicyError:
    return PolicyError(
        "no-reference-rate", "参考利率还没有公布", where=label, found=on, allowed="第一次公布之日及以后的日期"
    )
