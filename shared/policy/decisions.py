"""What the office decided for an event: read only where a rule leaves room for it."""

from collections.abc import Mapping

from shared.core.exact import number_form, parse_decimal
from shared.policy.errors import invalid_decision
from shared.policy.formulas import Decided

KEYS = ("rate", "amount", "by", "on", "reason")


class Decisions:
    """A `rate` or an `amount`, and who decided it, when and why. A rule that leaves no room never asks."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, object] | None) -> None:
        if given is not None and not isinstance(given, Mapping):
            raise invalid_decision("decisions", type(given).__name__, "“名称: 内容”的对照表")
        for key in given or ():
            if key not in KEYS:
                raise invalid_decision(str(key), str(given[key]) if given else "", "、".join(KEYS))
        self._given = given or {}

    def rate(self) -> Decided | None:
        return self._decided("rate", "不小于 0 的小数，例如 0.50")

    def amount(self) -> Decided | None:
        return self._decided("amount", f"不小于 0 的金额（元），{number_form()}")

    def _decided(self, key: str, form: str) -> Decided | None:
        given = self._given.get(key)
        if given is None:
            return None
        value = parse_decimal(given)
        if value is None or value < 0:
            raise invalid_decision(key, str(given), form)
        return Decided(value, self._source())

    def _source(self) -> str:
        told = [str(self._given[key]) for key in ("by", "on", "reason") if self._given.get(key) is not None]
        return "办公室决定" + (f"：{'，'.join(told)}" if told else "")


NO_DECISIONS = Decisions(None)
