"""What comes after the end of a test is refused, and named by the test that it belongs to."""

from collections.abc import Callable

import pytest

from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server
from ice_mock.worlds import IceMock

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

LATE = """
    import pytest
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
    from user import template

    kept = []

    def test_first(ice_client):
        kept.append(ice_client)

    def test_second(ice_mock, ice_client):
        for _ in range(2):
            with pytest.raises(AlibabaCloudException, match="test_it.py::test_first"):
                template(kept[0])
"""


@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["alone", "xdist"])
def test_calls_after_the_end_of_a_test_are_refused_and_named(run: Run, workers: tuple[str, ...]) -> None:
    result = run(LATE, *workers)

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["ice_mock: 2 calls came after the end of test_it.py::test_first"])


def test_of_a_server_that_others_use_only_the_tests_of_this_run_are_named(
    run: Run, elsewhere: Server
) -> None:
    run(LATE, f"--ice-mock-url={elsewhere.url}")

    result = run("def test_it(ice_mock): pass", f"--ice-mock-url={elsewhere.url}")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("ice_mock: * came after *")


def test_a_test_that_ends_its_own_world_has_not_called_too_late(run: Run) -> None:
    result = run(
        """
        def test_passes(ice_mock):
            ice_mock.worlds.delete(ice_mock.world)

        def test_fails(ice_mock):
            ice_mock.worlds.delete(ice_mock.world)
            assert 0
        """,
        "--ice-mock-report=pages",
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("ice_mock: * came after *")


UNSENT = """
    import pytest
    from user import STREAM, job, template

    @pytest.fixture(autouse=True)
    def tried_once(ice_mock, ice_client):
        ice_mock.streams.publish(STREAM)
        ice_mock.faults.add(callback="delay", by="1h")
        job(ice_client, template(ice_client), ice_mock.inbox.url)
        ice_mock.clock.advance(seconds=15)

    def test_frozen():
        pass

    def test_moving(ice_mock):
        ice_mock.clock.switch_to("x1")
"""


@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["alone", "xdist"])
def test_callbacks_that_were_still_to_be_sent_are_named_where_time_passed_by_itself(
    run: Run, workers: tuple[str, ...]
) -> None:
    result = run(UNSENT, *workers)

    result.assert_outcomes(passed=2)
    lines = [line for line in result.outlines if line.startswith("ice_mock: ")]
    assert lines == ["ice_mock: 3 callbacks of test_it.py::test_moving were still to be sent when it ended"]


def test_a_run_without_late_calls_says_nothing(run: Run) -> None:
    run("def test_it(ice_mock): pass").stdout.no_fnmatch_line("ice_mock: *")


def test_a_server_that_ends_on_the_way_is_named_and_ends_no_test(run: Run) -> None:
    server = Server(IceMock(Scenario()))
    server.start()

    class Ending:
        @pytest.fixture
        def end_server(self) -> Callable[[], None]:
            return server.stop

    result = run(
        "def test_it(ice_mock, end_server): end_server()", f"--ice-mock-url={server.url}", plugins=[Ending()]
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["ice_mock: the world * of test_it.py::test_it was not dropped: no ice_mock server answers at *"]
    )


def test_an_interrupted_run_leaves_no_world_behind(run: Run, elsewhere: Server) -> None:
    run("def test_it(ice_mock): raise KeyboardInterrupt", f"--ice-mock-url={elsewhere.url}", apart=True)

    assert [world.id for world in elsewhere.mock.worlds.all()] == ["default"]
