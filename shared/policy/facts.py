"""Facts and traits: what a policy wants to know, how each is read, and how it is shown. Nothing missing is zero."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shared.core.dates import parse_date
from shared.core.exact import number_form, parse_decimal, plain, shortest
from shared.core.money import yuan_text
from shared.policy.errors import invalid_event, invalid_fact
from shared.policy.steps import looked_at

Value = Decimal | date | bool | str


class FactType(NamedTuple):
    """A fact a rule may ask for. `not_before` names an earlier date: a tenant cannot leave before it came."""

    name: str
    label: str
    type: str
    not_before: str | None = None

    def read(self, given: object) -> Value:
        """The fact's value, or invalid-fact with what was found and what is allowed."""
        value = _READERS[self.type](given)
        if value is None:
            raise invalid_fact(f"{self.label}（{self.name}）", str(given), FORMS[self.type])
        return value

    def seen(self, value: Value, source: str, required: str | None = None, met: bool | None = None) -> dict[str, Any]:
        """The value as a step of an explanation shows it."""
        unit = "yuan" if self.type == "money" else None
        return looked_at(self.name, self.label, self.show(value), unit, source, required, met)

    def show(self, value: Value) -> str:
        """The value as an explanation stores it."""
        if isinstance(value, Decimal):
            return plain(value) if self.type == "money" else shortest(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def text(self, value: Value) -> str:
        """The value as a citizen reads it."""
        if isinstance(value, Decimal):
            return yuan_text(value) if self.type == "money" else shortest(value)
        if isinstance(value, bool):
            return "是" if value else "否"
        return str(value)


class Trait(NamedTuple):
    """Something true of a subject whatever happens to it; `default` holds when it is left out."""

    name: str
    label: str
    default: bool | None

    def read(self, given: object) -> bool:
        if not isinstance(given, bool):
            raise invalid_event(f"{self.label}（{self.name}）", str(given), FORMS["boolean"])
        return given


def _money(given: object) -> Decimal | None:
    value = parse_decimal(given)
    return None if value is None or value.is_signed() else value


def _count(given: object) -> Decimal | None:
    value = _money(given)
    return None if value is None or value != value.to_integral_value() else value


def _boolean(given: object) -> bool | None:
    return given if isinstance(given, bool) else None


def _id(given: object) -> str | None:
    return given if isinstance(given, str) and given.strip() and given.isprintable() else None


_READERS = {"money": _money, "count": _count, "date": parse_date, "boolean": _boolean, "id": _id}

FORMS = {
    "money": f"不小于 0 的金额（元），{number_form()}",
    "count": "不小于 0 的整数",
    "date": "日期，例如 2018-06-01",
    "boolean": "是（true）或否（false）",
    "id": "非空、可打印的编号文字",
}
