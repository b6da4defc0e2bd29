"""The steps of an explanation: what each holds, and the canonical text and hash of them all.

A step tells one reason: the article, what it says in our words, what was looked at (each value with its source and,
where something was required, whether it was met), the formula with numbers, the amount before and after (yuan), what a
cap took (yuan), and the earlier awards it counted.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from shared.core.canonical import Fragment, canonical_json, sha256

Said = dict[str, Any] | Fragment
"""A step or an input: a JSON object, or one written before."""

LimitKey = tuple[str, ...]
"""Which share of which limit an award uses: the limit's id, then the values it is counted by."""


class Seen(NamedTuple):
    """What a condition saw, whether that is what it asks, and, if it is not, why in words."""

    said: Said
    met: bool
    why_not: str


def step(
    kind: str,
    article: str,
    says: str,
    inputs: Sequence[Said] = (),
    formula: str | None = None,
    before: str | None = None,
    after: str | None = None,
    took: str | None = None,
    counted: Sequence[Said] = (),
) -> dict[str, Any]:
    return {
        "step": kind,
        "article": article,
        "says": says,
        "inputs": inputs,
        "formula": formula,
        "before": before,
        "after": after,
        "took": took,
        "counted": counted,
    }


def looked_at(
    name: str,
    label: str,
    value: str,
    unit: str | None,
    source: str,
    required: str | None = None,
    met: bool | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": value,
        "unit": unit,
        "source": source,
        "required": required,
        "met": met,
    }


class Explanation(NamedTuple):
    """The steps as canonical JSON (RFC 8785), and the SHA-256 of the canonical JSON of policy version and steps."""

    json: bytes
    hash: str


def explanation(policy_version: str, steps: Sequence[Said]) -> Explanation:
    written_steps = canonical_json(steps)  # canonical JSON of a part is the part of the canonical JSON
    return Explanation(written_steps, sha256(_head(policy_version) + written_steps + b"}"))


@cache
def _head(policy_version: str) -> bytes:
    return b'{"policy_version":%b,"steps":' % canonical_json(policy_version)
