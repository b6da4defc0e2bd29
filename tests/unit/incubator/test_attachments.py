"""Where a file may stand in a report: the whole, what experts read, every figure; and no two places of one name."""

from services.incubator.domain.attachments import places_of, title_of
from services.incubator.domain.report_form import form_of
from shared.evaluation import load_scheme
from shared.evaluation.load import published


def test_every_scheme_has_a_place_for_each_of_its_figures_and_each_mark_of_its_experts() -> None:
    for name in published():
        scheme = load_scheme(name)
        form = form_of(scheme)
        places = places_of(form)
        assert len(places) == 1 + len(form.fields) + len(scheme.expert_indicators)
        assert next(iter(places)) == ""
        assert all(place.name == key and place.title for key, place in places.items())
        assert set(form.fields) <= set(places)
        for each in scheme.expert_indicators:
            assert places[f"indicator:{each.code}"].asks


def test_a_place_the_scheme_no_longer_has_keeps_its_name() -> None:
    places = places_of(form_of(load_scheme("makerspace-100")))
    assert title_of(places, "") == "整份填报"
    assert title_of(places, "mentors") == "外聘创业导师"
    assert title_of(places, "gone") == "gone"
