"""What the fields of a form are called, read off the page the form stands on: that page is the one place that says it.

Of a choice it is read as well what the chosen value is called. Fields nobody types, which are hidden, have no name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from fastapi import Request
from starlette.types import Message, Scope

MOST_READ = 5_000_000
"""As many bytes of a page as are read."""
LEFT_OUT = frozenset(
    {b"accept", b"content-length", b"content-type", b"cookie", b"origin", b"referer", b"transfer-encoding"}
)
CONTROLS = ("input", "select", "textarea")
ASIDE = ("small", "select", "textarea")
"""What stands inside a label and is not its name: a hint, the choices, what was typed."""
CHOSEN = "选中"
"""What a choice is called that stands in no group with a name."""


class Labels(NamedTuple):
    """`titles`: by a field's name; `choices`: what a value is called, by name and value."""

    titles: Mapping[str, str]
    choices: Mapping[tuple[str, str], str]

    def said(self, name: str, value: str) -> str:
        return self.choices.get((name, value), value)


@dataclass
class _Control:
    name: str
    kind: str
    value: str


@dataclass
class _Label:
    for_: str | None
    text: list[str] = field(default_factory=list)
    control: _Control | None = None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.titles: dict[str, str] = {}
        self.choices: dict[tuple[str, str], str] = {}
        self.by_id: dict[str, _Control] = {}
        self.pointing: list[_Label] = []
        self.label: _Label | None = None
        self.aside = 0
        self.legend: list[str] | None = None
        self.group = ""
        self.option: tuple[str, str] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "label":
            self.label = _Label(given.get("for"))
        elif tag == "legend":
            self.legend = []
        elif tag == "option":
            self.option = (self.select, given["value"]) if "value" in given else None
        if tag in CONTROLS and given.get("name"):
            self._control(tag, given)
        self.aside += tag in ASIDE

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        found = _Control(given["name"], kind, given.get("value", "on"))
        if tag == "select":
            self.select = found.name
        if "id" in given:
            self.by_id[given["id"]] = found
        if self.label is not None and self.label.for_ is None:
            self.label.control = found
        elif given.get("aria-label"):
            self._named(found, given["aria-label"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "label" and self.label is not None:
            if self.label.control is not None:
                self._named(self.label.control, "".join(self.label.text))
            elif self.label.for_ is not None:
                self.pointing.append(self.label)
            self.label = None
        elif tag == "legend" and self.legend is not None:
            self.group, self.legend = _one_line("".join(self.legend)), None
        elif tag == "fieldset":
            self.group = ""
        elif tag in {"option", "select"}:
            self.option = None
        if tag in ASIDE:
            self.aside = max(self.aside - 1, 0)

    def handle_data(self, data: str) -> None:
        if self.option is not None:
            self.choices[self.option] = _one_line(self.choices.get(self.option, "") + data)
        if self.legend is not None:
            self.legend.append(data)
        elif self.label is not None and not self.aside:
            self.label.text.append(data)

    def _named(self, control: _Control, text: str) -> None:
        if control.kind in {"checkbox", "radio"}:
            self.titles.setdefault(control.name, self.group or CHOSEN)
            self.choices[control.name, control.value] = _one_line(text)
        elif control.kind != "hidden":
            self.titles.setdefault(control.name, _one_line(text))

    def read(self) -> Labels:
        for label in self.pointing:
            if label.for_ in self.by_id:
                self._named(self.by_id[label.for_], "".join(label.text))
        return Labels(self.titles, self.choices)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def labels_in(page: str) -> Labels:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.read()


async def labels_at(request: Request, address: str, cookie: str) -> Labels:
    """Of the page at an address of this site, as it is shown to whom the session of this cookie belongs; of none if it
    is not shown to him. Asked of the site itself, so that it is subject to every rule of the site."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in request.scope["headers"] if name not in LEFT_OUT]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": request.scope["scheme"], "path": unquote(parts.path), "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(), "root_path": request.scope.get("root_path", ""),
        "headers": [*kept, (b"accept", b"text/html"), (b"cookie", cookie.encode())],
        "client": request.scope.get("client"), "server": request.scope.get("server"),
    }  # fmt: skip
    received: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    body = bytearray()
    is_page = False

    async def receive() -> Message:
        return received.pop() if received else {"type": "http.disconnect"}  # which ends what would go on for ever

    async def send(message: Message) -> None:
        nonlocal is_page
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            is_page = message["status"] == 200 and kind.startswith(b"text/html")
        elif is_page and len(body) < MOST_READ:
            body.extend(message.get("body", b""))

    await request.app(scope, receive, send)
    return labels_in(body.decode()) if is_page else Labels({}, {})
