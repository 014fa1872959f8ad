"""What every store must do: whatever is asked here is asked of each of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier, Event, Thread

import pytest

from ice_mock.store import Store, Stores
from ice_mock.store.memory import MemoryStores

PATIENCE = 10
"""Seconds after which a thread counts as stuck; nothing waits for them to pass."""


@dataclass(frozen=True, slots=True)
class Apple:
    id: str
    colour: str = "red"


@dataclass(frozen=True, slots=True)
class Pear:
    id: str


@pytest.fixture(params=["memory"])
def stores(request: pytest.FixtureRequest) -> Stores:
    return {"memory": MemoryStores}[request.param]()


def test_what_was_put_is_got_back(store: Store):
    store.put(Apple("a", "green"))

    assert store.get(Apple, "a") == Apple("a", "green")


def test_what_was_never_put_is_none(store: Store):
    store.put(Apple("a"))

    assert store.get(Apple, "b") is None


def test_kinds_do_not_mix(store: Store):
    store.put(Apple("a"))
    store.put(Pear("a"))

    assert store.get(Pear, "a") == Pear("a")
    assert store.all(Apple) == [Apple("a")]


def test_a_write_replaces_the_whole_record(store: Store):
    store.put(Apple("a", "green"))
    store.put(Apple("a"))

    assert store.all(Apple) == [Apple("a", "red")]


def test_all_come_in_the_order_in_which_they_were_first_put(store: Store):
    for id in ("b", "c", "a"):
        store.put(Apple(id))
    store.put(Apple("b", "green"))

    assert [apple.id for apple in store.all(Apple)] == ["b", "c", "a"]


def test_a_list_of_all_does_not_change_with_the_store(store: Store):
    store.put(Apple("a"))
    before = store.all(Apple)

    store.put(Apple("b"))
    store.delete(Apple, "a")

    assert before == [Apple("a")]


def test_changing_the_list_of_all_does_not_change_the_store(store: Store):
    store.put(Apple("a"))

    store.all(Apple).clear()

    assert store.all(Apple) == [Apple("a")]


@pytest.mark.parametrize(("count", "ids"), [(0, ""), (1, "c"), (2, "cb"), (3, "cba"), (99, "cba")])
def test_the_latest_are_those_first_put_last(store: Store, count, ids):
    for id in "abc":
        store.put(Apple(id))
    store.put(Apple("a", "green"))

    assert "".join(apple.id for apple in store.latest(Apple, count)) == ids


def test_of_a_kind_that_was_never_put_there_is_nothing(store: Store):
    assert store.all(Pear) == []
    assert store.latest(Pear, 3) == []
    assert store.dropped(Pear) == 0


def test_deleting_tells_whether_there_was_something(store: Store):
    store.put(Apple("a"))

    assert store.delete(Apple, "a") is True
    assert store.delete(Apple, "a") is False
    assert store.get(Apple, "a") is None


def test_what_comes_back_after_its_deletion_comes_last(store: Store):
    for id in ("a", "b"):
        store.put(Apple(id))

    store.delete(Apple, "a")
    store.put(Apple("a"))

    assert [apple.id for apple in store.all(Apple)] == ["b", "a"]


def test_clearing_takes_one_kind_and_leaves_the_others(store: Store):
    store.put(Apple("a"))
    store.put(Pear("p"))

    store.clear(Apple)

    assert store.all(Apple) == []
    assert store.all(Pear) == [Pear("p")]


def test_appending_drops_the_oldest_beyond_the_limit_and_counts_them(store: Store):
    for id in "abcde":
        store.append(Apple(id), limit=3)

    assert "".join(apple.id for apple in store.all(Apple)) == "cde"
    assert store.dropped(Apple) == 2
    assert store.dropped(Pear) == 0


def test_appending_under_a_smaller_limit_drops_as_many_as_it_takes(store: Store):
    for id in "abcde":
        store.append(Apple(id), limit=10)

    store.append(Apple("f"), limit=2)

    assert "".join(apple.id for apple in store.all(Apple)) == "ef"
    assert store.dropped(Apple) == 4


def kept(store: Store) -> str:
    return "".join(apple.id for apple in store.all(Apple))


def test_appending_drops_the_oldest_while_their_sizes_add_up_to_more_than_the_most(store: Store):
    for id, size in (("a", 5), ("b", 3), ("c", 2), ("d", 6)):
        store.append(Apple(id), limit=10, size=size, most=10)

    assert (kept(store), store.dropped(Apple)) == ("cd", 2)


def test_what_is_too_large_by_itself_is_dropped_too(store: Store):
    store.append(Apple("a"), limit=10, size=5, most=10)

    store.append(Apple("b"), limit=10, size=11, most=10)

    assert (kept(store), store.dropped(Apple)) == ("", 2)


def test_a_record_that_is_appended_again_counts_with_its_new_size(store: Store):
    for size in (9, 4):
        store.append(Apple("a"), limit=10, size=size, most=10)

    store.append(Apple("b"), limit=10, size=6, most=10)

    assert (kept(store), store.dropped(Apple)) == ("ab", 0)


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda store: store.delete(Apple, "a"), id="deleted"),
        pytest.param(lambda store: store.clear(Apple), id="cleared"),
        pytest.param(lambda store: store.append(Apple("x"), limit=0), id="beyond the limit"),
    ],
)
def test_what_is_gone_takes_no_room(store: Store, leave):
    store.append(Apple("a"), limit=10, size=9, most=10)

    leave(store)
    store.append(Apple("b"), limit=10, size=9, most=10)

    assert kept(store) == "b"


def test_each_kind_has_room_of_its_own(store: Store):
    store.append(Pear("p"), limit=10, size=9, most=10)

    store.append(Apple("a"), limit=10, size=9, most=10)

    assert (store.all(Pear), store.dropped(Pear), kept(store)) == ([Pear("p")], 0, "a")


def test_deleting_is_not_dropping(store: Store):
    store.append(Apple("a"), limit=3)

    store.delete(Apple, "a")

    assert store.dropped(Apple) == 0


def test_clearing_forgets_what_was_dropped(store: Store):
    for id in "abc":
        store.append(Apple(id), limit=1)

    store.clear(Apple)

    assert store.dropped(Apple) == 0


def test_each_counter_counts_by_itself_from_one(store: Store):
    assert [store.next_number("job") for _ in range(3)] == [1, 2, 3]
    assert store.next_number("template") == 1


def test_clearing_does_not_turn_counters_back(store: Store):
    store.next_number("Apple")

    store.clear(Apple)

    assert store.next_number("Apple") == 2


def test_no_number_is_given_out_twice_whoever_asks(store: Store):
    barrier = Barrier(8)

    def take(_: int) -> list[int]:
        barrier.wait(PATIENCE)
        return [store.next_number("job") for _ in range(250)]

    with ThreadPoolExecutor(8) as threads:
        taken = [number for numbers in threads.map(take, range(8)) for number in numbers]

    assert sorted(taken) == list(range(1, 2001))


def test_an_exclusive_section_makes_read_and_write_one(store: Store):
    store.put(Apple("count", "0"))
    barrier = Barrier(8)

    def add(_: int) -> None:
        barrier.wait(PATIENCE)
        for _ in range(100):
            with store.exclusive():
                apple = store.get(Apple, "count")
                store.put(replace(apple, colour=str(int(apple.colour) + 1)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))

    assert store.get(Apple, "count").colour == "800"


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda store: store.put(Apple("a", "green")), id="put"),
        pytest.param(lambda store: store.delete(Apple, "a"), id="delete"),
        pytest.param(lambda store: store.clear(Apple), id="clear"),
        pytest.param(lambda store: store.append(Apple("b"), limit=1), id="append"),
    ],
)
def test_nobody_else_writes_while_a_section_is_exclusive(store: Store, write):
    store.put(Apple("a"))
    started = Event()

    def other() -> None:
        started.set()
        write(store)

    thread = Thread(target=other)
    with store.exclusive():
        thread.start()
        started.wait(PATIENCE)
        inside = store.all(Apple)
    thread.join(PATIENCE)

    assert inside == [Apple("a")]
    assert store.all(Apple) != [Apple("a")]


def test_exclusive_sections_nest(store: Store):
    with store.exclusive(), store.exclusive():
        with store.exclusive():
            store.put(Apple("a"))
        store.append(Apple("b"), limit=9)

    assert len(store.all(Apple)) == 2


def test_an_exclusive_section_ends_with_an_error_too(store: Store):
    def fail() -> None:
        with store.exclusive():
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    thread = Thread(target=lambda: store.put(Apple("a")), daemon=True)
    thread.start()
    thread.join(PATIENCE)

    assert store.get(Apple, "a") == Apple("a")


def test_only_one_is_alone_and_the_other_knows_at_once(store: Store):
    with store.alone("advance") as first, store.alone("advance") as second:
        assert (first, second) == (True, False)


def test_one_may_be_alone_for_each_purpose(store: Store):
    with store.alone("advance") as first, store.alone("tick") as second:
        assert (first, second) == (True, True)


def test_who_is_not_alone_does_not_end_the_section_of_who_is(store: Store):
    with store.alone("advance"):
        with store.alone("advance"):
            pass
        with store.alone("advance") as third:
            assert third is False


def test_after_the_section_the_next_one_is_alone(store: Store):
    with store.alone("advance"):
        pass

    with store.alone("advance") as again:
        assert again is True


def test_after_an_error_the_next_one_is_alone(store: Store):
    def fail() -> None:
        with store.alone("advance"):
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    with store.alone("advance") as again:
        assert again is True


def test_being_alone_is_told_across_threads_and_keeps_no_writer_off(store: Store):
    found: list[bool] = []

    def other() -> None:
        with store.alone("advance") as alone:
            found.append(alone)
            store.put(Apple("a"))

    with store.alone("advance"):
        thread = Thread(target=other, daemon=True)
        thread.start()
        thread.join(PATIENCE)

    assert found == [False]
    assert store.get(Apple, "a") == Apple("a")


def test_worlds_share_nothing(stores: Stores):
    one, other = stores.open("one"), stores.open("other")

    one.put(Apple("a"))
    one.append(Pear("p"), limit=0)
    one.next_number("job")

    assert other.all(Apple) == []
    assert other.dropped(Pear) == 0
    assert other.next_number("job") == 1
    with one.alone("advance"), other.alone("advance") as alone:
        assert alone is True


def test_opening_a_world_twice_opens_the_same_one(stores: Stores):
    stores.open("one").put(Apple("a"))

    assert stores.open("one").get(Apple, "a") == Apple("a")


def test_a_dropped_world_is_empty_when_it_is_opened_again(stores: Stores):
    store = stores.open("one")
    store.put(Apple("a"))
    store.next_number("job")

    stores.drop("one")
    again = stores.open("one")

    assert again.all(Apple) == []
    assert again.next_number("job") == 1


def test_dropping_a_world_that_does_not_exist_does_nothing(stores: Stores):
    stores.open("one")

    stores.drop("other")

    assert list(stores) == ["one"]


def test_worlds_are_named_in_the_order_in_which_they_were_opened(stores: Stores):
    for world in ("b", "a", "c", "b"):
        stores.open(world)
    stores.drop("a")

    assert list(stores) == ["b", "c"]


def test_worlds_may_be_dropped_while_they_are_gone_through(stores: Stores):
    for world in ("a", "b", "c"):
        stores.open(world)

    for world in stores:
        stores.drop(world)

    assert list(stores) == []
