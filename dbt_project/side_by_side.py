"""The steps of a build, several at a time: each as soon as all that it is made of stands.

DuckDB divides a statement by the 122,880 rows of its row groups: over less than two of them it works on one processor
alone. A second statement beside it keeps the other one busy.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from heapq import heappop, heappush

import duckdb

from dbt_project.recording import TABLE, Recording

#: Seconds between two interruptions of what is to be broken off.
_INTERRUPTED_EVERY = 0.1


def waits_for(recording: Recording) -> dict[str, frozenset[str]]:
    """Each table and test of the build with the tables of the build that it is made of or looks at, be it by way of
    views."""
    tables = {name for name in recording.nodes if recording.graph[name].kind == TABLE}
    found: dict[str, frozenset[str]] = {}

    def below(name: str) -> frozenset[str]:
        if name not in found:
            parents = recording.graph[name].parents
            found[name] = frozenset().union(*({each} if each in tables else below(each) for each in parents))
        return found[name]

    return {name: below(name) for name in recording.nodes}


def do_side_by_side(
    waiting: Mapping[str, frozenset[str]],
    rank: Callable[[str], object],
    hands: Sequence[duckdb.DuckDBPyConnection],
    is_wanted: Callable[[str], bool],
    do: Callable[[str, duckdb.DuckDBPyConnection], None],
) -> tuple[str, ...]:
    """Call `do` for every node that `is_wanted` when those that it waits for are done: as many at a time as there are
    `hands`, each with one of them; of those that can be done the lowest in `rank` first. Returns what was done.

    `is_wanted` is called in this thread, when all that the node waits for is done. Where one fails no other is
    begun, those under way are broken off, and its error is raised.
    """
    order = TopologicalSorter(waiting)
    order.prepare()
    free, ready, done = list(hands), list[tuple[object, str]](), list[str]()
    under_way: dict[Future[None], tuple[str, duckdb.DuckDBPyConnection]] = {}
    with ThreadPoolExecutor(len(hands)) as threads:
        try:
            while order.is_active():
                for name in order.get_ready():
                    heappush(ready, (rank(name), name))
                if ready and free:
                    _, name = heappop(ready)
                    if is_wanted(name):
                        hand = free.pop()
                        under_way[threads.submit(do, name, hand)] = name, hand
                    else:
                        order.done(name)
                    continue
                for ended in wait(under_way, return_when=FIRST_COMPLETED).done:
                    name, hand = under_way.pop(ended)
                    ended.result()
                    free.append(hand)
                    done.append(name)
                    order.done(name)
        finally:
            # Nothing is, where all went well.
            _break_off({future: hand for future, (_, hand) in under_way.items()})
    return tuple(done)


def _break_off(under_way: Mapping[Future[None], duckdb.DuckDBPyConnection]) -> None:
    """Interrupt what is under way until it has ended: between two statements there is nothing to interrupt, and the
    next one has to be."""
    left = set(under_way)
    while left:
        for future in left:
            under_way[future].interrupt()
        left = wait(left, _INTERRUPTED_EVERY).not_done
