from ice_mock.render.cache import ByteCache


def made(text: str, log: list[str]) -> bytes:
    log.append(text)
    return text.encode()


def test_what_is_there_is_not_made_again() -> None:
    cache, log = ByteCache(10, len), []

    values = [cache.get("a", lambda: made("a", log)) for _ in range(3)]

    assert values == [b"a"] * 3
    assert log == ["a"]


def test_what_was_not_asked_for_longest_makes_room() -> None:
    cache, log = ByteCache(6, len), []

    for text in ("aa", "bb", "cc", "aa", "dd", "aa", "bb"):
        cache.get(text, lambda text=text: made(text, log))

    assert log == ["aa", "bb", "cc", "dd", "bb"]


def test_the_total_never_passes_the_limit() -> None:
    cache = ByteCache(100, len)

    for size in (10, 50, 99, 100, 1, 60, 40, 41):
        cache.get(size, lambda size=size: b"x" * size)

        assert cache.total <= 100


def test_what_is_larger_than_the_cache_is_given_and_not_kept() -> None:
    cache = ByteCache(3, len)

    assert cache.get("a", lambda: b"xxxx") == b"xxxx"
    assert cache.total == 0


def test_what_another_thread_made_meanwhile_is_counted_once() -> None:
    cache = ByteCache(10, len)

    cache.get("a", lambda: cache.get("a", lambda: b"xx"))

    assert cache.total == 2
