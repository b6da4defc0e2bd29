"""What people typed about titles, read as orders; what cannot be read is told at its field."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.core.invalid import problems

MOST_TYPED = 100_000
"""As much of a field as is looked at; its order says how long it may be."""
Order = TypeVar("Order", bound=BaseModel)


class Step(NamedTuple):
    """One decision a page offers: its title, the verb on its button, its order and use case, what is said after it."""

    title: str
    does: str
    order: type[BaseModel]
    work: Callable[..., Awaitable[Any]]
    done: str


class FormWrong(DomainError):
    """A form that cannot be read; `problems` by field."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("form-wrong", "有的内容需要改正，已填的都在下面")
        self.problems = dict(wrong)


def text(form: FormData, name: str) -> str:
    """A text of a form without what cannot be printed; a file sent under its name is none."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    lines = value[:MOST_TYPED].replace("\r\n", "\n")
    return "".join(char for char in lines if char.isprintable() or char == "\n").strip()


def texts(form: FormData) -> dict[str, str]:
    return {name: text(form, name) for name in form}


def order_of(model: type[Order], given: Mapping[str, object]) -> Order:
    """The order; what is empty was not given, and is told as missing where it is needed."""
    try:
        return model.model_validate({name: value for name, value in given.items() if value not in ("", None)})
    except ValidationError as wrong:
        raise FormWrong(problems(wrong.errors())) from None


def wrong_in(error: DomainError | None) -> dict[str, str]:
    return error.problems if isinstance(error, FormWrong) else {}
