"""How tests read an AsyncAPI document, and a public library's models of the format to hold it against."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it brings no types
from pydantic import BaseModel, ValidationError
from pydantic_asyncapi.base import Schema
from pydantic_asyncapi.v3 import AsyncAPI, MultiFormatSchema

from shared.messaging.asyncapi import Document

SECURITY = {"userPassword", "X509", "plain", "scramSha256", "scramSha512"}
"""The types of security a message server may ask for, as the format names them."""


def faults(document: Document) -> list[str]:
    """What the library's models of AsyncAPI 3 find wrong: the wrong shape, or a name that the format does not have.

    Their models of security do not fit AsyncAPI 3.0 (a list of schemes, each with the fields of its own type), so that
    part is checked here.
    """
    servers = {name: dict(server) for name, server in document["servers"].items()}
    components = dict(document["components"])
    schemes = [scheme for server in servers.values() for scheme in server.pop("security", [])]
    schemes += components.pop("securitySchemes").values()
    try:
        read = AsyncAPI.model_validate({**document, "servers": servers, "components": components})

    except ValidationError as error:
        return [f"{each['loc']}: {each['msg']}" for each in error.errors()]
    wrong = [f"security: {scheme}" for scheme in schemes if not ("$ref" in scheme or scheme.get("type") in SECURITY)]
    return [*wrong, *_unknown(read, "document")]


def _unknown(value: Any, where: str) -> Iterator[str]:
    """Names the models do not know; a schema's own are the schema's business, `x-` is anybody's."""
    match value:
        case Schema() | MultiFormatSchema():
            return
        case BaseModel():
            yield from (f"{where}: {name}" for name in value.model_extra or {} if not name.startswith("x-"))
            for name in type(value).model_fields:
                yield from _unknown(getattr(value, name), f"{where}.{name}")
        case dict():
            for name, each in value.items():
                yield from _unknown(each, f"{where}.{name}")
        case list():
            for each in value:
                yield from _unknown(each, where)


def resolved(document: Document, reference: str) -> Any:
    """What a reference within the document points to."""
    assert reference.startswith("#/")
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def messages(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_, channel in document["channels"].items():
        (message,) = channel["messages"].values()
        yield type_, resolved(document, message["$ref"])


def schema_of(document: Document, schema: Any) -> Draft202012Validator:
    """A validator of a schema in the document, which refers to others in it."""
    return Draft202012Validator({**schema, "components": document["components"]})
