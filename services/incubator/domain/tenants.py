"""What makes a tenant's certificate count for its carrier, and how certificate numbers are written."""

import re
import unicodedata
from datetime import date
from typing import Literal, NamedTuple

from shared.core.dates import add_years
from shared.core.errors import DomainError

GRADUATED_WITHIN_YEARS = 2
BASIS = "大政发〔2017〕52号第十四条"
_CERTIFICATE = re.compile(r"G[RF](?P<year>20[0-9]{2})[0-9]{8}")
CERTIFICATE_FORM = "GR 加 4 位年份和 8 位数字，共 14 位，例如 GR201821000123"
STATES = {"inside": "在孵", "graduated": "已毕业", "hnte": "高新技术企业"}
Tone = Literal["good", "wait", "bad"]


class Finding(NamedTuple):
    """One thing a clerk looks at: met, to be looked at, or in the way."""

    tone: Tone
    what: str
    says: str


def certificate(typed: str) -> str:
    """The number of a 高新技术企业 certificate in its one form."""
    given = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    if _CERTIFICATE.fullmatch(given) is None:
        raise DomainError("bad-certificate", f"证书编号“{given[:40]}”不对，应为 {CERTIFICATE_FORM}")
    return given


def counts_until(graduated_on: date | None) -> date | None:
    """The last day on which a certificate still counts for the carrier; none while the tenant is inside."""
    return None if graduated_on is None else add_years(graduated_on, GRADUATED_WITHIN_YEARS)


def tenancy_finding(entered_on: date, graduated_on: date | None, issued_on: date) -> Finding:
    """Whether the tenant was inside on that day, or had left within two years (大政发〔2017〕52号, art. 14)."""
    what = f"在孵期间或毕业 {GRADUATED_WITHIN_YEARS} 年以内"
    if issued_on < entered_on:
        return Finding("bad", what, f"发证日期 {issued_on} 早于入驻日期 {entered_on}，不符合{BASIS}")
    until = counts_until(graduated_on)
    if graduated_on is None or issued_on <= graduated_on:
        return Finding("good", what, f"{entered_on} 入驻，发证时在孵，符合{BASIS}")
    if until is not None and issued_on <= until:
        return Finding("good", what, f"{graduated_on} 毕业，发证时在毕业 2 年以内（至 {until}），符合{BASIS}")
    return Finding("bad", what, f"{graduated_on} 毕业，2 年期限到 {until} 为止，不符合{BASIS}")


def certificate_findings(number: str, issued_on: date, today: date, *, renewed: bool) -> tuple[Finding, ...]:
    """What the certificate's own number and date say."""
    found = _CERTIFICATE.fullmatch(number)
    year = found["year"] if found else ""
    same = year == str(issued_on.year)
    dated = (
        Finding("good", "证书编号与日期", f"编号里的年份 {year} 与发证日期相同")
        if same
        else Finding("wait", "证书编号与日期", f"编号里的年份 {year} 与发证日期 {issued_on} 不同，请核对证书原件")
    )
    future = (
        (Finding("bad", "发证日期", f"{issued_on} 还没有到，今天是 {today}"),)
        if issued_on > today
        else (Finding("good", "发证日期", f"{issued_on}"),)
    )
    again = (
        (Finding("wait", "首次或重新认定", "运营机构报的是重新认定；条文写“被认定”，每家企业只计一次"),)
        if renewed
        else ()
    )
    return (dated, *future, *again)
