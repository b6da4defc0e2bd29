"""Small schemes as data, for one question each."""

from pathlib import Path
from typing import Any

from shared.evaluation import Scheme
from shared.evaluation.build import SchemeBuilder
from shared.evaluation.schema import Scheme as Shape


def scheme(*indicators: dict[str, Any], **more: Any) -> Scheme:
    """A scheme of these indicators; every other key as a file would write it."""
    given = {
        "id": "small",
        "carrier": "incubator",
        "full": sum(int(indicator["full"]) for indicator in indicators if not indicator.get("bonus")),
        "indicators": list(indicators),
        "grades": {"lines": {"excellent": "80", "good": "60", "qualified": "40"}},
        **more,
    }
    return SchemeBuilder(Shape.model_validate(given), Path("small.yaml"), given, described=False).scheme()


def points(**more: Any) -> Scheme:
    """One indicator: the figure `points` is the total."""
    return scheme({"code": "points", "full": 100, "score": {"type": "per_unit", "each": 1}}, **more)
