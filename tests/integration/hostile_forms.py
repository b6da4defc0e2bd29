"""What a stranger to manners sends a site: forms read off its pages, filled with everything but what they ask for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from shared.webkit.access import FORM_TOKEN
from tests.unit.evidence.samples import types, xlsx, zipped

SCRIPT = "<script>alert(1)</script>"
CHOSEN = frozenset({"hidden", "select", "checkbox", "radio", "submit"})
"""Fields a person chooses and does not write."""


class Field(NamedTuple):
    name: str
    kind: str
    value: str

    @property
    def good(self) -> str:
        """What a person would leave or write there."""
        written = {"date": "2018-12-28", "number": "1", "email": "a@example.cn", "file": ""}
        return self.value or written.get(self.kind, "" if self.kind in CHOSEN else "样例")


@dataclass(frozen=True)
class Form:
    action: str
    """The path it is sent to."""
    fields: tuple[Field, ...]

    @property
    def good(self) -> dict[str, str]:
        return {each.name: each.good for each in self.fields if each.kind != "file"}

    def filled(self, value: str, *, chosen: bool) -> dict[str, str]:
        """The same value in every field that is written; if `chosen`, in those a person chooses as well."""
        return {
            each.name: value if chosen or each.kind not in CHOSEN else each.good
            for each in self.fields
            if each.kind != "file"
        }

    def one_wrong(self, values: Iterable[str]) -> Iterator[dict[str, str]]:
        """A good form but for one field, each field in turn and each with the next value."""
        for each, value in zip((each for each in self.fields if each.kind != "file"), values, strict=False):
            yield self.good | {each.name: value}


class Reader(HTMLParser):
    """The forms that are sent by POST and the links of a page."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.links: list[str] = []
        self._actions: dict[str, str] = {}
        self._fields: defaultdict[str, list[Field]] = defaultdict(list)
        self._form = ""
        self._select = ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.at, given["href"]))
        if tag == "form":
            self._form = given.get("id", f"#{len(self._actions)}")
            if given.get("method", "").lower() == "post":
                self._actions[self._form] = urlsplit(urljoin(self.at, given.get("action", ""))).path
        form, name = given.get("form", self._form), given.get("name", "")
        if tag in {"input", "textarea", "button"} and name:
            kind = given.get("type", "submit" if tag == "button" else "text")
            self._fields[form].append(Field(name, kind, given.get("value", "")))
        if tag == "select":
            self._select = (form, name)
        if tag == "option" and self._select[1] and given.get("value"):
            self._fields[self._select[0]].append(Field(self._select[1], "select", given["value"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        if tag == "select":
            self._select = ("", "")

    def read(self, html: str) -> list[Form]:
        """The forms of the page; of several fields of one name (options, buttons) the first is kept."""
        self.feed(html)
        found = []
        for form, action in self._actions.items():
            first = {each.name: each for each in reversed(self._fields[form]) if each.name != FORM_TOKEN}
            found.append(Form(action, tuple(reversed(first.values()))))
        return found


VALUES: Mapping[str, str] = {
    "nothing": "",
    "markup": SCRIPT,
    "markup in an attribute": f"\"'>{SCRIPT}<img src=x onerror=alert(1)>",
    "long": "长" * 34_000,
    "nul": "a\0b",
    "control characters": "\x01\x1b[31m\x7f\u202e\u2028\ufeff",
    "emoji": "👩‍👩‍👧🏽",
    "a huge number": "1e999999",
    "no number": "NaN",
    "without end": "-Infinity",
    "Arabic digits": "١٢",
    "full-width": "１２３",
    "negative": "-1",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "9" * 30,
    "many digits": "9" * 5000,
    "no day": "2018-02-30",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "a formula": "=cmd|'/c calc'!A1",
    "a path": "../../../../etc/passwd",
    "a template": "{{ 7 * 7 }}{% raw %}%s%n{0}",
}

LONE = b"%ED%A0%80"
"""Half a character (U+D800), as no text can be written in UTF-8."""
FORM = "application/x-www-form-urlencoded"


def raw(form: Form) -> Iterator[tuple[str, str, bytes]]:
    """Bodies no browser makes: what it is, its content type, its bytes."""
    names = [quote(each.name).encode() for each in form.fields]
    everywhere = b"&".join
    yield "bytes that are no text", FORM, everywhere(name + b"=\xff\xfe\x80" for name in names)
    yield "half a character", FORM, everywhere(name + b"=" + LONE for name in names)
    yield "gbk", FORM, everywhere(name + b"=%CA%F4%CA%B5" for name in names)
    yield "wrong names", FORM, b"\xff=1&%00=2&=3&&&==&" + LONE + b"=4&" + quote(SCRIPT).encode() + b"=5"
    yield "too many fields", FORM, b"&".join(b"f%d=1" % number for number in range(1200))
    yield "json", "application/json", b'{"a": [1e999999, "\\ud800"]}'
    yield "plain text", "text/plain", "不是表单".encode()
    yield "an unknown charset", f"{FORM}; charset=nonsense", everywhere(name + b"=a" for name in names)
    yield "no boundary", "multipart/form-data", b"--b\r\n\r\nx\r\n--b--\r\n"
    yield "a broken boundary", "multipart/form-data; boundary=b", b"--c\r\nContent-Disposition: form-data\r\n\r\nx"
    yield "a part without an end", "multipart/form-data; boundary=b", part(b'name="a"', b"x")[:-9]
    yield "a part without a name", "multipart/form-data; boundary=b", part(b"", b"x")
    names = [each.name.encode() for each in form.fields]
    strange = b"".join(part(b'name="' + name + b'"', b"\xff\xfe\0")[:-7] for name in names)
    yield "parts that are no text", "multipart/form-data; boundary=b", strange + b"--b--\r\n"
    yield "utf-16", "multipart/form-data; boundary=b; charset=utf-16", part(b'name="a"', b"\xff\xfe\0")
    as_files = b"".join(
        part(b'name="' + name + b'"; filename="' + SCRIPT.encode() + b'.pdf"', b"x")[:-7] for name in names
    )
    yield "files in place of text", "multipart/form-data; boundary=b", as_files + b"--b--\r\n"


def part(disposition: bytes, content: bytes) -> bytes:
    return b"--b\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files() -> dict[str, tuple[str, bytes, str]]:
    """Files that are not what they are called."""
    bomb = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": bytes(30_000_000)})
    main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    macros = zipped(
        {"[Content_Types].xml": types(main), "xl/workbook.xml": "<workbook/>", "xl/vbaProject.bin": b"\xcc"}
    )
    return {
        "a zip bomb": ("表.xlsx", bomb, SHEET),
        "macros under a plain name": ("表.xlsx", macros, SHEET),
        "half a workbook": ("表.xlsx", xlsx()[:-300], SHEET),
        "another workbook": (f"{SCRIPT}.xlsx", xlsx(), SHEET),
        "nothing in it": ("空.pdf", b"", "application/pdf"),
        "text called pdf": (f"../{SCRIPT}.pdf", b"words", "application/pdf"),
        "no name": ("", b"words", ""),
    }


IDS = (
    quote(SCRIPT, safe=""),
    "9" * 30,
    "%F0%9F%91%A9",
    "-1",
    "x" * 3000,
    "%ED%A0%80",
    "..%2F..%2Fetc",
    "%E4%B8%AD",
    "'--",
)
"""In place of the ids of an address."""
