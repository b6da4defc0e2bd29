"""The chain of seals: its canonical form, and that no single change of an entry or a seal goes unseen."""

from datetime import timedelta, timezone
from hashlib import sha256
from typing import Any

import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.audit.chain import GENESIS, LEAF_BYTES, Entry, Seal, hash_of, leaf_of, seal_of
from tests.unit.audit.chains import AT, Chain, chains, entry, faults, sealed, told

FIELDS = [name for name in Entry._fields if name != "position"]


def test_the_canonical_form_of_an_entry_is_rfc_8785_in_utc_to_the_microsecond() -> None:
    given = entry(258, at=AT, of="2018-makerspace-Z1", record="change", digest="ab" * 32)
    said: dict[str, Any] = {
        "position": 258,
        "at": "2019-01-18T01:02:03.456789+00:00",
        "by": "clerk-1",
        "act": "report:due>submitted",
        "of": "2018-makerspace-Z1",
        "record": "change",
        "digest": "ab" * 32,
    }
    assert leaf_of(given) == bytes([0, 0, 0, 0, 0, 0, 1, 2]) + sha256(rfc8785.dumps(said)).digest()
    elsewhere = given._replace(at=AT.astimezone(timezone(timedelta(hours=8))))
    assert leaf_of(elsewhere) == leaf_of(given)


def test_a_seal_says_what_it_covers_and_carries_the_hash_of_the_one_before() -> None:
    entries = [entry(3), entry(5), entry(6)]
    first = seal_of(entries[:2], None, AT)
    second = seal_of(entries[2:], first, AT)
    assert (first.number, first.first, first.last, first.previous) == (1, 3, 5, GENESIS)
    assert (second.number, second.first, second.last, second.previous) == (2, 6, 6, first.hash)
    said: dict[str, Any] = {
        "number": 1, "first": 3, "last": 5, "previous": GENESIS, "sealed_at": "2019-01-18T01:02:03.456789+00:00",
        "digest": sha256(leaf_of(entries[0]) + leaf_of(entries[1])).hexdigest(),
    }  # fmt: skip
    assert first.hash == sha256(rfc8785.dumps(said)).hexdigest()


@given(chains())
def test_a_chain_that_nobody_touched_holds(chain: Chain) -> None:
    assert faults(*chain) == []


@given(chains(), st.data())
def test_any_change_of_an_entry_is_found_and_names_it(chain: Chain, data: st.DataObject) -> None:
    entries, seals = chain
    number = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(FIELDS))
    before = getattr(entries[number], name)
    after = before + timedelta(microseconds=1) if name == "at" else f"{before or ''}x"
    changed: dict[str, Any] = {name: after}
    entries[number] = entries[number]._replace(**changed)
    assert told(faults(entries, seals)) == {("entry-changed", entries[number].position)}


@given(chains(), st.data())
def test_any_removal_is_found_and_names_it(chain: Chain, data: st.DataObject) -> None:
    entries, seals = chain
    gone = entries.pop(data.draw(st.integers(0, len(entries) - 1)))
    assert told(faults(entries, seals)) == {("entry-missing", gone.position)}


@given(chains(least=2), st.data())
def test_any_swap_is_found_and_names_both(chain: Chain, data: st.DataObject) -> None:
    entries, seals = chain
    one, other = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True))
    first, second = entries[one], entries[other]
    entries[one], entries[other] = (
        second._replace(position=first.position), first._replace(position=second.position),
    )  # fmt: skip
    assert told(faults(entries, seals)) == {("entry-changed", first.position), ("entry-changed", second.position)}


@given(chains(), st.data())
def test_any_insertion_up_to_the_last_seal_is_found_and_names_it(chain: Chain, data: st.DataObject) -> None:
    """Even between two seals and before the first."""
    entries, seals = chain
    position = data.draw(st.integers(-2, seals[-1].last))
    assume(position not in {each.position for each in entries})
    assert told(faults([*entries, entry(position)], seals)) == {("entry-inserted", position)}


@given(chains(), st.data())
def test_any_change_of_a_seal_is_found(chain: Chain, data: st.DataObject) -> None:
    entries, seals = chain
    number = data.draw(st.integers(0, len(seals) - 1))
    name = data.draw(st.sampled_from([each for each in Seal._fields if each != "number"]))
    seal = seals[number]
    changed: dict[str, Any] = {
        "first": seal.first + 1, "last": seal.last + 1, "leaves": seal.leaves + bytes(LEAF_BYTES), "digest": "0" * 64,
        "previous": "1" * 64, "sealed_at": seal.sealed_at + timedelta(microseconds=1), "hash": "1" * 64,
    }  # fmt: skip
    seals[number] = seal._replace(**{name: changed[name]})
    assert ("seal-changed", None) in told(faults(entries, seals))


@given(chains(least=2), st.data())
def test_an_entry_changed_with_its_seal_made_to_fit_breaks_the_chain(chain: Chain, data: st.DataObject) -> None:
    entries, seals = chain
    assume(len(seals) > 1)
    number = data.draw(st.integers(0, len(seals) - 2))
    within = [each for each in entries if seals[number].first <= each.position <= seals[number].last]
    within[0] = within[0]._replace(by=f"{within[0].by}x")
    kept = [each for each in entries if each.position not in {one.position for one in within}]
    seals[number] = seal_of(within, seals[number - 1] if number else None, seals[number].sealed_at)
    found = faults([*kept, *within], seals)
    assert [(fault.code, fault.seal) for fault in found] == [("chain-broken", seals[number + 1].number)]


@given(chains(least=2), st.data())
def test_a_seal_that_is_gone_is_found_whether_its_entries_went_with_it_or_not(
    chain: Chain, data: st.DataObject
) -> None:
    entries, seals = chain
    assume(len(seals) > 1)
    gone = seals.pop(data.draw(st.integers(0, len(seals) - 2)))
    left = [each for each in entries if not gone.first <= each.position <= gone.last]
    for rest in (entries, left):
        assert [(fault.code, fault.seal) for fault in faults(rest, seals)] == [("seal-missing", gone.number)]


def test_two_seals_that_changed_places_are_found() -> None:
    entries = [entry(number) for number in range(1, 7)]
    first, second, third = sealed(entries, [2, 2])
    swapped = [first._replace(number=2), second._replace(number=1), third]
    codes = [fault.code for fault in faults(entries, swapped)]
    assert codes.count("seal-changed") == 2


def test_what_is_wrong_is_said_in_words_with_the_place() -> None:
    entries = [entry(number) for number in range(1, 5)]
    seals = sealed(entries, [2])
    [changed] = faults([entries[0]._replace(by="x"), *entries[1:]], seals)
    assert changed.message == "第 1 条审计记录（report:due>submitted，r1）与第 1 封封存时不同"
    [gone] = faults(entries[:3], seals)
    assert gone.message == "第 4 条审计记录不见了，第 2 封里有它"
    assert hash_of(seals[0]) == seals[0].hash
