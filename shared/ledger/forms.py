"""A form about money read as an order: what is wrong is told by the fields' own names, and nothing typed is lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.core.invalid import in_a_sentence, on_a_page, problems
from shared.foreseeing.web import Foreseeing
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running

Order = TypeVar("Order", bound=BaseModel)
MOST_TYPED = 4_000
LABELS = {
    "amount": "金额",
    "budget_year": "预算年度",
    "document_no": "文号",
    "paid_on": "拨付日期",
    "rate": "比例",
    "reason": "理由",
    "received_on": "收回日期",
    "way": "办法",
    "year": "年度",
}
"""What a field is called on the page."""
AT_FIELDS: Mapping[str, Sequence[str]] = {
    "bad-amount": ("amount",), "budget-too-small": ("amount",), "bad-dates": ("paid_on", "received_on"),
    "paid-before-approval": ("paid_on",),
}  # fmt: skip
"""Where it is told what a rule refused, by the rule's code."""
CHOSEN = {"subsidy_ids", "abouts", "touched"}
"""Fields that are rows chosen from a list."""


class FormWrong(DomainError):
    """`problems`: by field, what is wrong and how to write it."""

    def __init__(self, found: Mapping[str, str], labels: Mapping[str, str] = LABELS) -> None:
        self.problems = {name: on_a_page(problem) for name, problem in found.items()}
        told = "；".join(
            "还没有勾选任何一笔" if name in CHOSEN else in_a_sentence(labels.get(name, name), problem)
            for name, problem in found.items()
        )
        super().__init__("form-wrong", told)


@dataclass(frozen=True)
class Typed:
    """A form as it was sent, to be shown again beside what is wrong with it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    error: DomainError | None = None

    def get(self, name: str, otherwise: str = "") -> str:
        return self.texts.get(name, otherwise)

    @property
    def problems(self) -> Mapping[str, str]:
        if isinstance(self.error, FormWrong):
            return self.error.problems
        return dict.fromkeys(AT_FIELDS.get(self.error.code, ()), self.error.message) if self.error else {}

    @property
    def status(self) -> int:
        return 200 if self.error is None else self.error.status


def typed_in(form: FormData, error: DomainError) -> Typed:
    texts = {name: _clean(value) for name, value in form.multi_items() if isinstance(value, str)}
    chosen = {value for name in CHOSEN for value in form.getlist(name) if isinstance(value, str)}
    return Typed(texts, frozenset(chosen), error)


def _clean(value: str) -> str:
    """What can be printed of a text, of a length a page can show."""
    return "".join(char for char in value[:MOST_TYPED] if char.isprintable() or char == "\n").strip()


def read(order: type[Order], form: FormData, labels: Mapping[str, str] = LABELS, **given: object) -> Order:
    """The order a form makes. What was left empty was not written; `given` is what the address says, `labels` what its
    fields are called.

    FormWrong if a field cannot be read.
    """
    values: dict[str, object] = {}
    for name in order.model_fields:
        if name in CHOSEN:
            values[name] = list(dict.fromkeys(each for each in form.getlist(name) if isinstance(each, str)))
        elif isinstance(text := form.get(name), str) and (clean := _clean(text)):
            values[name] = clean
    try:
        return order.model_validate({**values, **given})
    except ValidationError as wrong:
        raise FormWrong(problems(wrong.errors(include_url=False)), labels) from None


Show = Callable[[Typed], Awaitable[HTMLResponse]]


async def do(
    foreseeing: Foreseeing,
    running: Running,
    request: Request,
    who: Who,
    *,
    title: str,
    does: str,
    order: type[Order],
    work: Callable[[Unit, Order], Awaitable[Any]],
    to: str,
    show: Show,
    back: str | None = None,
    given: Mapping[str, object] | None = None,
    labels: Mapping[str, str] = LABELS,
    cautions: Callable[[AsyncConnection, Order], Awaitable[Sequence[str]]] | None = None,
) -> Response:
    """Reads the form as an order and does it once what it touches was seen; what is wrong is shown by `show`."""
    form = await request.form()
    try:
        read_order = read(order, form, labels, **(given or {}))
        return await foreseeing.foreseen_or_done(
            running, request, who, title=title, does=does, work=lambda unit: work(unit, read_order), to=to, back=back,
            cautions=None if cautions is None else lambda connection: cautions(connection, read_order),
        )  # fmt: skip
    except DomainError as wrong:
        return await show(typed_in(form, wrong))


def roles_of(who: Who) -> Sequence[str]:
    """What the person may be, as templates ask it."""
    return [str(role) for role in who.roles]
