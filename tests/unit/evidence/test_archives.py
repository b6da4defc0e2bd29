"""Zip bombs and zip files that are one thing to one reader and another to the next."""

import struct
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from shared.core.errors import DomainError
from shared.evidence import archives
from shared.evidence.kinds import KINDS, kind_of
from tests.unit.evidence.samples import DOCX_PARTS, docx, docx_with, zipped

MB = 1024 * 1024


def code_of(content: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        kind_of(content)
    return refused.value.code


def patched(content: bytes, signature: bytes, offset: int, layout: str, value: int, *, nth: int = 0) -> bytes:
    """The `nth` record of that signature with another value at `offset`."""
    at = -1
    for _ in range(nth + 1):
        at = content.index(signature, at + 1)
    spoilt = bytearray(content)
    struct.pack_into(layout, spoilt, at + offset, value)
    return bytes(spoilt)


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def test_a_part_that_inflates_too_far_is_refused() -> None:
    assert code_of(docx_with({"word/media/a.bin": bytes(50 * MB)})) == "evidence-bomb"


def test_parts_that_inflate_too_far_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = b"".join(
        b"<c r='A%d'><v>%d</v></c>" % (row, row * 7919) for row in range(40_000)
    )  # it shrinks as sheets do
    many = {f"word/{n}.xml": sheet for n in range(4)}
    assert kind_of(docx_with(many)) is KINDS["docx"]
    monkeypatch.setattr(archives, "MOST_INFLATED", 3 * len(sheet))
    assert code_of(docx_with(many)) == "evidence-bomb"


def test_too_many_parts_are_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = docx_with({f"word/{n}.xml": "" for n in range(archives.MOST_ENTRIES)})
    monkeypatch.setattr(archives, "ZipFile", None)  # nobody opens it
    assert code_of(content) == "evidence-bomb"


def test_a_directory_that_is_longer_than_it_says_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = docx_with({f"word/{n:0200}.xml": "" for n in range(4)})
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 500)
    monkeypatch.setattr(archives, "ZipFile", None)
    assert code_of(content) == "evidence-bomb"


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = docx_with({"word/media/a.bin": bytes(3 * MB)})  # 3 MB in 3 KB
    assert code_of(content) == "evidence-bomb"
    said = patched(content, CENTRAL, 24, "<I", 100, nth=len(DOCX_PARTS))
    assert code_of(said) == "evidence-incomplete"


def test_parts_that_lie_in_one_another_are_refused() -> None:
    """Many names for one compressed core: a bomb whose ratio no single part shows."""
    content = docx()
    assert code_of(patched(content, CENTRAL, 42, "<I", 0, nth=1)) in {"evidence-bomb", "evidence-incomplete"}
    last = content.index(LOCAL, content.index(LOCAL, 1) + 1)
    swallowed = patched(content, CENTRAL, 20, "<I", last - 30, nth=0)
    assert code_of(swallowed) in {"evidence-bomb", "evidence-unreadable"}


def test_what_lies_between_parts_is_refused() -> None:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in DOCX_PARTS.items():
            archive.writestr(name, content)
            if name.startswith("_rels"):
                made.write(b"#!/bin/sh\n" * 10)
                archive.start_dir = made.tell()
    assert code_of(made.getvalue()) == "evidence-two-in-one"


@pytest.mark.parametrize("name", ["../up.xml", "/root.xml", "a/../../b.xml", "a\\b.xml", "a\0b.xml"])
def test_a_part_that_leads_elsewhere_is_refused(name: str) -> None:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for each, content in DOCX_PARTS.items():
            archive.writestr(each, content)
        info = ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        archive.writestr(info, "x")
    assert code_of(made.getvalue()) in {"evidence-unreadable", "evidence-incomplete"}


def test_two_parts_of_one_name_are_refused() -> None:
    assert code_of(docx_with({"WORD/document.XML": "<other/>"})) == "evidence-unreadable"


def test_a_part_with_a_password_is_refused() -> None:
    content = docx()
    for signature, offset in ((LOCAL, 6), (CENTRAL, 8)):
        for nth in range(len(DOCX_PARTS)):
            content = patched(content, signature, offset, "<H", 1, nth=nth)
    assert code_of(content) == "evidence-encrypted"


def test_a_compression_few_programs_know_is_refused() -> None:
    assert code_of(patched(docx(), CENTRAL, 10, "<H", 12)) == "evidence-unreadable"


def test_a_first_header_that_says_otherwise_than_the_directory_is_refused() -> None:
    assert code_of(patched(docx(), LOCAL, 18, "<I", 5)) == "evidence-unreadable"


def test_a_directory_elsewhere_than_at_the_end_is_refused() -> None:
    content = docx()
    assert code_of(patched(content, END, 16, "<I", 0)) == "evidence-incomplete"
    assert code_of(patched(content, END, 4, "<H", 1)) == "evidence-two-in-one"
    assert code_of(content + b"\0" * 40) == "evidence-two-in-one"
    assert code_of(content[:-30]) == "evidence-incomplete"


def test_a_file_written_in_one_go_has_its_sizes_behind_its_parts() -> None:
    class OneWay(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    made = OneWay()
    with ZipFile(made, "w") as archive:
        for name, content in DOCX_PARTS.items():
            archive.writestr(name, content)
    assert kind_of(made.getvalue()) is KINDS["docx"]


def test_more_to_look_into_than_an_ordinary_document_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_READ", 300)
    assert code_of(docx()) == "evidence-unreadable"


def test_an_archive_is_seen_wherever_it_begins() -> None:
    archive = zipped({"a": "b"})
    assert archives.holds_archive(archive)
    assert archives.holds_archive(b"anything" + archive + b"more")
    assert not archives.holds_archive(b"anything" + END + b"\0" * 18)
    assert not archives.holds_archive(END)
