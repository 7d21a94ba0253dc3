"""Whom to propose for one case, and how far it is along streets: brute force on small webs, properties."""

import math

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from gridward.core.dispatch.persons import Candidate, propose, terms_of
from gridward.core.dispatch.walking import street_walks_m

PEOPLE = st.builds(
    Candidate, id=st.integers(1, 10**9), open_work=st.integers(0, 60), off_min=st.floats(0, 5000),
    way_m=st.none() | st.floats(0, 9000), is_along_streets=st.booleans(), is_used_to_it=st.booleans(),
)  # fmt: skip


@given(st.lists(PEOPLE, unique_by=lambda one: one.id), st.randoms())
def test_the_soonest_is_proposed_whatever_the_order(people: list[Candidate], chance: object) -> None:
    best = propose(people, "case")
    assert (best is None) == (not people)
    if best:
        assert all(terms_of(best).total_min <= terms_of(one).total_min + 0.001 for one in people)
        chance.shuffle(people)  # type: ignore[attr-defined]
        assert propose(people, "case") == best


def test_each_term_says_what_it_costs_and_no_name_always_comes_first() -> None:
    one = Candidate(1, 2, 90.0, 750.0, True, False)
    terms = terms_of(one)
    assert (terms.off_min, terms.work_min, terms.way_min, terms.new_min, terms.total_min) == (90, 60, 10, 20, 180)
    straight = terms_of(Candidate(1, 0, 0.0, 750.0, False, True))
    assert math.isclose(straight.way_min, 13.0) and straight.new_min == 0
    equals = [Candidate(n, 1, 0.0, None, False, True) for n in range(4)]
    drawn = {propose(equals, f"case {n}").id for n in range(64)}  # type: ignore[union-attr]
    assert drawn == {0, 1, 2, 3}, "equals take turns, and the same case asks for the same one"


def test_a_way_goes_along_streets_through_crossings_and_never_through_a_block() -> None:
    east, north = LineString([(0, 0), (300, 0)]), LineString([(200, -50), (200, 200)])
    island = LineString([(900, 900), (950, 900)])
    ends = [Point(210, 150), Point(100, 5), Point(920, 905), Point(60, 400)]
    far, near, apart, off = street_walks_m(Point(10, 0), ends, [east, north, island])
    assert (far, near) == (190 + 150 + 10, 90 + 5), "190 m east, 150 m north, 10 m from the street"
    assert apart is None and off is None
    assert street_walks_m(Point(0, 0), ends, []) == [None] * 4


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 600)), min_size=1, max_size=5))
def test_in_a_square_web_a_walk_is_never_shorter_than_the_straight_line(places: list[tuple[float, float]]) -> None:
    web = [LineString([(x, -10), (x, 610)]) for x in range(0, 601, 100)]
    web += [LineString([(-10, y), (610, y)]) for y in range(0, 601, 100)]
    start = Point(50, 0)
    for place, walk in zip(places, street_walks_m(start, [Point(p) for p in places], web), strict=True):
        assert walk is not None and walk >= start.distance(Point(place)) - 0.01
        taxi = abs(place[0] - 50) + place[1]
        assert walk <= taxi + 250, "at most around two blocks more"
