"""Canonical JSON (RFC 8785) and its SHA-256, for values whose numbers are whole and whose keys are ASCII."""

import hashlib
from typing import Any

import orjson

Fragment = orjson.Fragment
"""Canonical JSON written before, to stand inside a larger value as it is."""


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - JSON is any
    """RFC 8785 bytes of `value`: dicts with ASCII text keys, lists, tuples, text, whole numbers, booleans, None.

    Within these types orjson with sorted keys writes exactly what RFC 8785 asks; a test holds the two equal.
    Amounts are text, so no number format is ever in question.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256_of(value: Any) -> str:  # noqa: ANN401 - JSON is any
    """Hex SHA-256 of the canonical JSON of `value`."""
    return sha256(canonical_json(value))


def sha256(content: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(content).hexdigest()


def written(value: Any) -> Fragment:  # noqa: ANN401 - JSON is any
    """`value` written once, for values that stand in many explanations."""
    return Fragment(canonical_json(value))
