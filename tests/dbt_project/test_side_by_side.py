"""Several steps of a build at a time: none before what it waits for, and none after one that failed."""

import threading
from collections.abc import Iterator, Mapping
from typing import cast

import duckdb
import pytest

from dbt_project.recording import SEED, SOURCE, TABLE, TEST, VIEW, Node, Recording, Step
from dbt_project.side_by_side import do_side_by_side, waits_for

NOTHING: frozenset[str] = frozenset()


@pytest.fixture
def hands() -> Iterator[list[duckdb.DuckDBPyConnection]]:
    with duckdb.connect() as connection, connection.cursor() as other:
        yield [connection, other]


def waiting(**names: str) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(others.split()) for name, others in names.items()}


def test_a_step_waits_for_its_tables_also_where_views_lie_between_and_for_none_of_another_build() -> None:
    graph = {
        "source": Node(SOURCE),
        "seed": Node(SEED),
        "elsewhere": Node(TABLE, ("source",)),
        "first": Node(TABLE, ("source", "seed", "elsewhere")),
        "view": Node(VIEW, ("first",)),
        "view of it": Node(VIEW, ("view", "elsewhere")),
        "second": Node(TABLE, ("view of it",)),
        "test": Node(TEST, ("second", "view")),
    }
    steps = tuple(Step(name, ()) for name in ("first", "view", "view of it", "second", "test"))
    waits = waits_for(Recording(steps, graph))
    assert waits["first"] == NOTHING
    assert waits["second"] == {"first"}
    assert waits["test"] == {"first", "second"}


def test_two_that_wait_for_nothing_are_under_way_at_the_same_time(hands: list[duckdb.DuckDBPyConnection]) -> None:
    both = threading.Barrier(2, timeout=60)
    done = do_side_by_side(waiting(one="", other=""), str, hands, lambda _: True, lambda *_: both.wait() and None)
    assert sorted(done) == ["one", "other"]


def test_nothing_is_begun_before_what_it_waits_for_is_done(hands: list[duckdb.DuckDBPyConnection]) -> None:
    waits = waiting(roof="left right", left="floor", right="floor", floor="")
    ended: list[str] = []

    def do(name: str, _: duckdb.DuckDBPyConnection) -> None:
        assert waits[name] <= set(ended)
        ended.append(name)

    # The roof would come first if it did not wait.
    done = do_side_by_side(waits, list(waits).index, hands, lambda _: True, do)
    assert set(done) == set(ended) == set(waits)


def test_what_is_not_wanted_is_asked_about_in_its_turn_and_holds_nothing_up(
    hands: list[duckdb.DuckDBPyConnection],
) -> None:
    asked: list[str] = []

    def is_wanted(name: str) -> bool:
        asked.append(name)
        return name == "last"

    done = do_side_by_side(waiting(first="", second="first", last="second"), str, hands, is_wanted, lambda *_: None)
    assert asked == ["first", "second", "last"]
    assert done == ("last",)


def test_of_those_that_can_be_done_the_lowest_in_rank_comes_first(hands: list[duckdb.DuckDBPyConnection]) -> None:
    ranks = {"a": 3, "b": 1, "c": 2}
    done = do_side_by_side(waiting(a="", b="", c=""), ranks.__getitem__, hands[:1], lambda _: True, lambda *_: None)
    assert done == ("b", "c", "a")


def test_after_one_that_failed_none_is_begun_and_what_is_under_way_is_broken_off(
    hands: list[duckdb.DuckDBPyConnection],
) -> None:
    begun, interrupted = threading.Event(), threading.Event()
    statuses: list[str] = []

    class Hand:
        """A connection that tells when it is interrupted."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.execute = connection.execute
            self._connection = connection

        def interrupt(self) -> None:
            self._connection.interrupt()
            interrupted.set()

    def do(name: str, hand: duckdb.DuckDBPyConnection) -> None:
        if name == "endless":
            begun.set()
            # The first interruption comes before there is anything to interrupt.
            assert interrupted.wait(60)
            try:
                hand.execute("SELECT count(*) FROM range(1000000000000) WHERE random() > 2")
            except duckdb.InterruptException:
                statuses.append("broken off")
        elif name == "wrong":
            begun.wait(60)
            raise duckdb.InvalidInputException("wrong")
        else:
            statuses.append(name)

    waits = waiting(endless="", wrong="", after="wrong", later="")
    ranks = {"endless": 0, "wrong": 1, "later": 2, "after": 3}
    telling = [cast(duckdb.DuckDBPyConnection, Hand(hand)) for hand in hands]
    with pytest.raises(duckdb.InvalidInputException, match="wrong"):
        do_side_by_side(waits, ranks.__getitem__, telling, lambda _: True, do)
    assert statuses == ["broken off"]
