"""What the office decided for an event: read only where a rule leaves room for it."""

from collections.abc import Mapping

from shared.core.exact import number_form, parse_decimal
from shared.policy.errors import invalid_decision
from shared.policy.formulas import Decided

TOLD = ("by", "on", "reason")
KEYS = ("rate", "amount", *TOLD)


class Decisions:
    """A `rate` or an `amount`, and who decided it, when and why. A rule that leaves no room never asks."""

    __slots__ = ("_given",)

    def __init__(self, given: object) -> None:
        self._given = given

    def rate(self) -> Decided | None:
        return self._decided("rate", "不小于 0 的小数，例如 0.50")

    def amount(self) -> Decided | None:
        return self._decided("amount", f"不小于 0 的金额（元），{number_form()}")

    def _decided(self, key: str, form: str) -> Decided | None:
        decisions = self._checked()
        given = decisions.get(key)
        if given is None:
            return None
        value = parse_decimal(given)
        if value is None or value.is_signed():
            raise invalid_decision(key, str(given), form)
        return Decided(value, self._source(decisions))

    def _checked(self) -> Mapping[str, object]:
        """What was given, once a rule leaves room for it: its shape is not judged before, nor where nobody asks."""
        given = self._given
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            raise invalid_decision("decisions", type(given).__name__, "“名称: 内容”的对照表")
        for key, value in given.items():
            if key not in KEYS:
                raise invalid_decision(str(key), str(value), "、".join(KEYS))
            if key in TOLD and value is not None and not str(value).isprintable():
                raise invalid_decision(str(key), repr(value), "一行可打印的文字")
        return given

    @staticmethod
    def _source(given: Mapping[str, object]) -> str:
        told = [str(given[key]) for key in TOLD if given.get(key) is not None]
        return "办公室决定" + (f"：{'，'.join(told)}" if told else "")


NO_DECISIONS = Decisions(None)
