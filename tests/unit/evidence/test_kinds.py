"""What is taken, told by content alone; and what is not, each with its own reason."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from shared.core.errors import DomainError
from shared.evidence import kinds
from shared.evidence.content import mapped
from shared.evidence.kinds import KINDS, kind_and_name, kind_of
from shared.evidence.refusals import MOST_BYTES, SENTENCES, STATUSES
from tests.unit.evidence import samples
from tests.unit.evidence.samples import TYPES_OF, docx_with, jpeg, object_stream, pdf, png, relations, types, zipped

WHOLE = samples.whole()
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def code_of(content: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        kind_of(content)
    return refused.value.code


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_known_by_its_content(kind: str, tmp_path: Path) -> None:
    assert kind_of(WHOLE[kind]) is KINDS[kind]
    path = tmp_path / "x"
    path.write_bytes(WHOLE[kind])
    with mapped(path) as content:  # as an installation does it
        assert kind_and_name(content, f"证明.{kind}") == (KINDS[kind], f"证明.{kind}")


def test_the_sample_workbook_is_one_others_open() -> None:
    assert load_workbook(BytesIO(WHOLE["xlsx"])).active is not None


def test_every_refusal_has_a_sentence_that_says_what_to_do() -> None:
    assert STATUSES.keys() <= SENTENCES.keys()
    assert all(code.startswith(("evidence-", "no-such-")) and "。" not in words for code, words in SENTENCES.items())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "evidence-empty"),
        (b"plain words", "evidence-kind"),
        (b"<html><script>alert(1)</script>", "evidence-kind"),
        (b"GIF89a" + bytes(20), "evidence-kind"),
        (b"MZ" + bytes(100), "evidence-kind"),
        (b"\x1f\x8b\x08" + bytes(20), "evidence-archive"),
        (b"Rar!\x1a\x07\x00" + bytes(20), "evidence-archive"),
        (OLD_OFFICE, "evidence-old-office"),
        (zipped({"报告.pdf": pdf()}), "evidence-archive"),
        (zipped({"[Content_Types].xml": types(PPTX)}), "evidence-kind"),
        (zipped({"OFD.xml": "<other/>"}), "evidence-archive"),
        (zipped({"OFD.xml": "<OFD"}), "evidence-incomplete"),
    ],
)
def test_other_kinds_are_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_file_beyond_the_limit_is_refused() -> None:
    assert code_of(pdf() + bytes(MOST_BYTES)) == "evidence-too-large"
    assert code_of(pdf() + bytes(MOST_BYTES - len(pdf()))) != "evidence-too-large"


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_a_file_cut_short_is_never_taken(kind: str, data: st.DataObject) -> None:
    content = WHOLE[kind]
    cut = content[: data.draw(st.integers(0, len(content.rstrip()) - 1))]
    assert code_of(cut) in {"evidence-empty", "evidence-incomplete", "evidence-kind", "evidence-archive"}


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_whatever_bytes_come_the_answer_is_a_kind_or_a_reason(kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=12)):
        content[at] = byte
    try:
        assert kind_of(bytes(content)) in KINDS.values()
    except DomainError as error:
        assert error.code in SENTENCES  # noqa: PT017 - either is right


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
)
def test_chance_is_never_taken_for_a_file(noise: bytes, head: bytes) -> None:
    assert code_of(head + noise) in SENTENCES


# ---------- polyglots ----------


@pytest.mark.parametrize(
    "content",
    [
        WHOLE["jpg"] + zipped({"a": "b"}),
        WHOLE["png"] + zipped({"a": "b"}),
        WHOLE["png"] + b"<?php ?>",
        jpeg(comment=pdf()[:200]),
        pdf(object_stream(zipped({"a": "b"}), dictionary=b"")),
        zipped(samples.OFD_PARTS, comment=b"<html>"),
    ],
)
def test_two_files_in_one_are_refused(content: bytes) -> None:
    assert code_of(content) == "evidence-two-in-one"


@pytest.mark.parametrize("behind", [zipped({"a": "b"}), b"<script>", WHOLE["jpg"]])
def test_a_pdf_ends_with_its_end(behind: bytes) -> None:
    assert code_of(pdf() + behind) == "evidence-incomplete"
    assert kind_of(pdf() + b"\r\n\0\0") is KINDS["pdf"]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ofd"])
def test_a_document_begins_with_its_first_part(kind: str) -> None:
    assert code_of(b"<script>" + WHOLE[kind]) == "evidence-kind"
    assert code_of(b"PK\x03\x04" + WHOLE[kind]) in {"evidence-incomplete", "evidence-two-in-one"}


def test_a_camera_may_put_a_film_behind_a_picture() -> None:
    assert kind_of(jpeg() + b"\0\0\0\x18ftypmp42" + bytes(50)) is KINDS["jpg"]


# ---------- pictures ----------


def test_a_picture_no_screen_can_hold_is_refused() -> None:
    assert code_of(png(60_000, 60_000)) == "evidence-picture-too-large"
    assert code_of(jpeg(60_000, 60_000)) == "evidence-picture-too-large"
    assert code_of(png(0, 5)) == "evidence-incomplete"
    assert code_of(jpeg(0, 5)) == "evidence-incomplete"
    assert kind_of(png(9_933, 14_043)) is KINDS["png"]  # A0 at 300 dots per inch


# ---------- PDF ----------


@pytest.mark.parametrize(
    "content",
    [
        pdf(SCRIPT),
        pdf(b"<</S/J#61va#53cript/JS(x)>>"),
        pdf(catalogue=b"<</Type/Catalog/OpenAction<</S/Launch/F(calc.exe)>>>>"),
        pdf(object_stream(b"1 0 " + SCRIPT)),
        pdf(object_stream(b"1 0 " + SCRIPT, type_=b"/Obj#53tm")),
        pdf(object_stream(b"1 0 <<>>"), object_stream(b"1 0 " + SCRIPT)),
        pdf(object_stream(b"1 0 " + SCRIPT, dictionary=b"")),
    ],
)
def test_a_pdf_that_runs_something_is_refused(content: bytes) -> None:
    assert code_of(content) == "evidence-scripts"


def test_words_that_only_begin_alike_are_no_reason() -> None:
    assert kind_of(pdf(b"<</LaunchDate(2018)/JavaScripts 1/EncryptNot 1>>")) is KINDS["pdf"]
    assert kind_of(pdf(object_stream(b"1 0 <</Type/Page>>"))) is KINDS["pdf"]


def test_an_encrypted_pdf_is_refused() -> None:
    assert code_of(pdf(trailer=b"<</Root 1 0 R/Encrypt 9 0 R>>")) == "evidence-encrypted"
    assert code_of(pdf(trailer=b"<</Root 1 0 R/#45ncrypt<</Filter/Standard>>>>")) == "evidence-encrypted"


def test_a_pdf_that_hides_its_objects_is_refused() -> None:
    assert code_of(pdf(object_stream(b"x", dictionary=b"/Filter/LZWDecode"))) == "evidence-unreadable"
    assert code_of(pdf(object_stream(b"x", dictionary=b"/Filter[/FlateDecode]/DecodeParms<</Predictor 12>>"))) == (
        "evidence-unreadable"
    )
    assert code_of(pdf(b"<</Type/ObjStm/Filter/FlateDecode>>stream\nnoise\nendstream")) == "evidence-unreadable"


def test_a_pdf_that_inflates_without_end_is_refused() -> None:
    assert code_of(pdf(object_stream(bytes(65 * 1024 * 1024)))) == "evidence-bomb"
    assert code_of(pdf(b"/ObjStm " * 30_000)) == "evidence-unreadable"


# ---------- DOCX, XLSX ----------


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"xl/VBAPROJECT.BIN": b"x"},
        {"word/activeX/activeX1.xml": "<x/>"},
        {"xl/macrosheets/sheet1.xml": "<x/>"},
        {"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml")},
        {
            "[Content_Types].xml": types(
                f"{TYPES_OF}.wordprocessingml.document.main+xml", "application/vnd.ms-office.vbaProject"
            )
        },
    ],
)
def test_macros_are_refused(parts: dict[str, bytes | str]) -> None:
    assert code_of(docx_with(parts)) == "evidence-macros"


@pytest.mark.parametrize(
    "parts",
    [
        {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "https://evil.example/t.dotm"))},
        {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "file:////server/share/t.dotm"))},
        {
            "word/_rels/document.xml.rels": relations(
                ("hyperlink", "https://ok.example"), ("image", "http://x.example/p.png")
            )
        },
        {"word/_rels/document.xml.rels": relations(("oleObject", "\\\\server\\x"))},
        {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>"},
        {"xl/connections.xml": "<connections/>"},
    ],
)
def test_what_a_document_would_fetch_is_refused(parts: dict[str, bytes | str]) -> None:
    assert code_of(docx_with(parts)) == "evidence-links"


def test_a_hyperlink_and_a_template_on_its_authors_disk_are_no_reason() -> None:
    parts = {
        "word/_rels/document.xml.rels": relations(("hyperlink", "https://www.example.cn")),
        "word/_rels/settings.xml.rels": relations(("attachedTemplate", "file:///C:\\Users\\王\\公文.dotx")),
    }
    assert kind_of(docx_with(parts)) is KINDS["docx"]


@pytest.mark.parametrize("text", ["<!DOCTYPE x [<!ENTITY a 'b'>]><Types>&a;</Types>", "<!DOCTYPE x><Types/>"])
def test_a_document_type_is_refused_before_an_entity_grows(text: str) -> None:
    assert code_of(docx_with({"[Content_Types].xml": text})) == "evidence-unreadable"
    assert code_of(docx_with({"[Content_Types].xml": text.encode("utf-16")})) == "evidence-unreadable"
    assert code_of(docx_with({"word/_rels/x.rels": text})) == "evidence-unreadable"


def test_the_names_of_what_is_accepted_are_those_a_form_offers() -> None:
    assert set(kinds.ACCEPT.split(",")) == {f".{each}" for kind in KINDS.values() for each in kind.extensions}
