"""Whatever name is sent, what is shown and saved is a plain name with the right extension."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.core.errors import DomainError
from shared.evidence.kinds import KINDS, KNOWN
from shared.evidence.names import MOST_BYTES, MOST_CHARACTERS, display_name

PDF, JPEG = KINDS["pdf"].extensions, KINDS["jpg"].extensions


def shown(sent: str, extensions: tuple[str, ...] = PDF) -> str:
    return display_name(sent, extensions, KNOWN)


@given(st.text(max_size=400), st.sampled_from(sorted(KINDS)))
@example("a/../" + "文" * 300 + ".pdf", "pdf")
@example("e\u200b\u0301.pdf", "pdf")  # what is invisible between the two is gone, and they are one letter
@example("con\u202e.pdf", "pdf")
@example("\ud800\udfff.PDF", "pdf")
def test_a_name_is_safe_to_show_and_to_save(sent: str, kind: str) -> None:
    extensions = KINDS[kind].extensions
    try:
        name = display_name(sent, extensions, KNOWN)
    except DomainError as error:
        assert error.code == "evidence-name-differs"  # noqa: PT017 - either is right, and which depends on the name
        return
    assert name.rpartition(".")[2] in extensions
    assert len(name) <= MOST_CHARACTERS
    assert len(name.encode()) <= MOST_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not {unicodedata.category(each) for each in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not set(name) & set('/\\<>:"|?*')
    assert name == name.strip(" .")
    assert not name.startswith(".")
    assert display_name(name, extensions, KNOWN) == name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("2018年度报告.pdf", "2018年度报告.pdf"),
        ("C:\\Users\\王\\桌面\\营业执照.PDF", "营业执照.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("报告\u202efdp.exe.pdf", "报告fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("  多　个\u00a0空格 .pdf", "多 个 空格.pdf"),
        ("第3.5章", "第3.5章.pdf"),
        ("合同.html", "合同.html.pdf"),
        ("nul.pdf", "_nul.pdf"),
        ("", "附件.pdf"),
        ("/", "附件.pdf"),
        ("...", "附件.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
    ],
)
def test_names_as_they_are_sent_and_shown(sent: str, name: str) -> None:
    assert shown(sent) == name


def test_a_kind_may_go_by_several_extensions() -> None:
    assert shown("扫描件.JPEG", JPEG) == "扫描件.jpeg"


@pytest.mark.parametrize("sent", ["发票.png", "发票.xlsx", "发票.EXE", "发票.zip"])
def test_a_name_that_says_another_kind_is_refused(sent: str) -> None:
    with pytest.raises(DomainError, match="内容却是 PDF：扩展名与内容不符；请核对") as refused:
        shown(sent)
    assert refused.value.code == "evidence-name-differs"
