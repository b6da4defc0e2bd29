"""Fills the letters: templates compiled once when this is first imported, in a sandbox, with every value required."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from services.notify.domain.letters import BY_NAME, LetterKind, Told, values
from services.notify.domain.wording import line
from shared.contracts.letters import Receiver
from shared.core.errors import DomainError

FOLDER = Path(__file__).parent


class Parts(NamedTuple):
    """A letter as it was rendered once and is stored."""

    subject: str
    text: str
    html: str


class Sample(NamedTuple):
    event: Told
    to: Receiver


_RULE = re.compile(r"^\.([a-z]+) \{ (.+) \}$", re.MULTILINE)
_CLASS = re.compile(r'class="([a-z]+)"')
_BODY = re.compile(r'\{% extends "(layout\.[a-z]+)" %\}\n\{% block content %\}\n(.*)\n\{% endblock %\}\n', re.DOTALL)
_CONTENT = "{% block content required %}{% endblock %}"


class _Inlined(FileSystemLoader):
    """Writes each class out as the style inline.css gives it, for mail programs keep no stylesheet.

    A body is written into its layout here, once: extending it at every rendering costs a third of the time.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, fresh = super().get_source(environment, template)
        if body := _BODY.fullmatch(source):
            source = super().get_source(environment, body[1])[0].replace(_CONTENT, body[2])
        styles = dict(_RULE.findall((FOLDER / "inline.css").read_text(encoding="utf-8")))
        return _CLASS.sub(lambda found: f'style="{styles[found[1]]}"', source), name, fresh


def _numbered(texts: Sequence[str]) -> str:
    """Lines of a plain text, counted from 1."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def environment() -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        loader=_Inlined(FOLDER),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters["numbered"] = _numbered
    return made


_ENVIRONMENT = environment()


class _Compiled(NamedTuple):
    subject: Template
    text: Template
    html: Template


@cache
def _compiled(kind: str) -> _Compiled:
    """Compiled when the first letter of this kind is written: all of them take a quarter of a second at every start."""
    return _Compiled(
        *(_ENVIRONMENT.get_template(f"{kind}/{part}") for part in ("subject.txt", "body.txt", "body.html"))
    )


def render(kind: LetterKind, event: Told, to: Receiver, head: Mapping[str, str]) -> Parts:
    """The letter of this kind about this event to that receiver. The subject is one line whatever a name holds."""
    given = values(kind, event, to, head)
    subject, text, html = (_filled(template, given) for template in _compiled(kind.name))
    return Parts(line(subject), text, html)


def _filled(template: Template, given: dict[str, Any]) -> str:
    """The template with these values and no other: not even the few functions Jinja gives every template."""
    return "".join(template.root_render_func(template.new_context(given, shared=True)))


def kind_named(name: str) -> LetterKind:
    if name not in BY_NAME:
        raise DomainError("no-such-letter", f"没有“{name}”这类信件；有：{'、'.join(BY_NAME)}", status=404)
    return BY_NAME[name]


@cache
def sample(kind: LetterKind) -> Sample:
    """The event in the letter's sample.json, and whom it is shown as written to."""
    written: dict[str, Any] = json.loads((FOLDER / kind.name / "sample.json").read_text(encoding="utf-8"))
    event = kind.event.model_validate(written["data"])
    if written["type"] != kind.event.type_ or not kind.tells(event):
        raise ValueError(f"{kind.name}/sample.json is not an event this letter tells")
    to = Receiver(written["to"]) if "to" in written else kind.receivers(event)[0]
    return Sample(event, to)
