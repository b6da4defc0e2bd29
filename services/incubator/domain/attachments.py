"""Where in a report a file may stand: at a figure, at what experts read for an indicator, or at the report whole."""

from collections.abc import Mapping
from typing import NamedTuple

from services.incubator.domain.report_form import Form

WHOLE = ""
INDICATOR = "indicator:"
"""Before an indicator's code, so that it is never taken for a figure of the same name."""


class Place(NamedTuple):
    """`asks`: what the scheme would like to see there; empty where it says nothing."""

    name: str
    title: str
    asks: str


def places_of(form: Form) -> Mapping[str, Place]:
    """Every place by name: the report as a whole, what the experts read, then the figures in the order of the form."""
    places = [Place(WHOLE, "整份填报", "")]
    places += [
        Place(f"{INDICATOR}{each.code}", each.label, each.evidence or each.help)
        for each in form.scheme.expert_indicators
    ]
    places += [Place(name, field.figure.label, field.figure.evidence) for name, field in form.fields.items()]
    return {place.name: place for place in places}


def title_of(places: Mapping[str, Place], name: str) -> str:
    """What people call a place; one the scheme no longer has keeps its name."""
    return places[name].title if name in places else name
