"""What was typed into a form as an order; what is wrong with it, by field and in Chinese."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.core.invalid import in_a_sentence, on_a_page, problems

Order = TypeVar("Order", bound=BaseModel)
NUL = "\x00"


class FormWrong(DomainError):
    """Some fields cannot be read. `fields`: what is wrong with each, by its name in the form."""

    def __init__(self, fields: Mapping[str, str], labels: Mapping[str, str]) -> None:
        self.fields = {name: on_a_page(problem) for name, problem in fields.items()}
        told = "；".join(in_a_sentence(labels.get(name, name), problem, "：") for name, problem in fields.items())
        super().__init__("form-wrong", f"请改正以下各项：{told}", status=422)


async def close_form(request: Request) -> AsyncIterator[None]:
    """Whatever was sent as a file, to whichever field, is put away with the request."""
    try:
        yield
    finally:
        await request.close()


def typed(form: FormData) -> dict[str, str]:
    """Each field's text, without blanks around it and without characters no database takes; no files."""
    return {name: value.replace(NUL, "").strip() for name, value in form.items() if isinstance(value, str)}


def order_of(model: type[Order], values: Mapping[str, Any], labels: Mapping[str, str]) -> Order:
    """The order these values make; FormWrong if they make none. `labels`: what each field is called on the page."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        wrong = problems(error.errors())
        raise FormWrong({name.partition(".")[0]: said for name, said in wrong.items()}, labels) from None
