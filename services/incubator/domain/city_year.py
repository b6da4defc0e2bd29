"""A city's year as plain values: who is registered, what was reported, recognised, scored and decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.evaluation import Scheme
from shared.policy import Policy


@dataclass(frozen=True)
class Organisation:
    """The legal unit behind carriers. `credit_code`: 统一社会信用代码 (GB 32100)."""

    id: str
    name: str
    credit_code: str


@dataclass(frozen=True)
class Carrier:
    """A carrier in the register. One that is only registered takes no part in the year's evaluation.

    `prior`: last year's grades, `city` and `national`.
    """

    id: str
    name: str
    kind: str
    level: str | None
    organisation: str
    district: str
    evaluated: bool
    prior: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What a carrier reported: figures by name, and the written explanation of warnings that stay."""

    carrier: str
    figures: Mapping[str, object]
    explanation: str = ""


@dataclass(frozen=True)
class Recognition:
    carrier: str
    level: str
    on: date
    document: str


@dataclass(frozen=True)
class TenantHnte:
    """A tenant that became a 高新技术企业, and its time with the carrier."""

    tenant: str
    name: str
    carrier: str
    entered_on: date
    graduated_on: date | None
    on: date


@dataclass(frozen=True)
class RateDecision:
    """The office's decision on the rate for one carrier's evaluation: who, when, why."""

    carrier: str
    rate: str
    by: str
    on: date
    reason: str


@dataclass(frozen=True)
class CityYear:
    """`year` is the 年度 of the rounds, `period` the calendar year the figures cover; grades take effect on
    `finalised_on`, and that date alone decides which rules are in force."""

    year: int
    period: int
    finalised_on: date
    policy: Policy
    schemes: Mapping[str, Scheme]
    """The scheme of each kind of carrier."""
    organisations: Mapping[str, Organisation]
    carriers: Mapping[str, Carrier]
    reports: Mapping[str, Report]
    expert_scores: Mapping[str, Mapping[str, list[object]]]
    recognitions: tuple[Recognition, ...]
    tenants: tuple[TenantHnte, ...]
    decisions: Mapping[str, RateDecision]
