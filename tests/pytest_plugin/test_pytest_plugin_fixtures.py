"""The fixtures: a server for the run, a world for each test, and the SDKs set up for it."""

import threading
from collections.abc import Callable

import pytest

from ice_mock.server import Server

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]


def test_the_first_test_is_green_with_the_official_sdks(run: Run) -> None:
    result = run(
        """
        from user import STREAM, job, template

        def test_pictures(ice_mock, ice_client, ice_oss_bucket):
            ice_mock.streams.publish(STREAM)
            job_id = job(ice_client, template(ice_client), ice_mock.inbox.url)
            ice_mock.clock.advance(seconds=15)
            bucket = ice_oss_bucket("pictures")
            assert [file["frame"] for file in ice_mock.files(job_id)] == [1, 2, 3]
            assert bucket.get_object(f"{job_id}/3.jpg").read()[:2] == b"\\xff\\xd8"
            assert bucket.object_exists(f"{job_id}/4.jpg") is False
            assert len(ice_mock.inbox.all()) == 3
        """,
        apart=True,
    )

    result.assert_outcomes(passed=1)


def test_every_test_has_a_world_of_its_own_on_one_server(run: Run) -> None:
    result = run(
        """
        import pytest

        seen = []

        @pytest.mark.parametrize("number", range(3))
        def test_world(ice_mock, number):
            assert ice_mock.streams.all() == []
            assert ice_mock.clock.read() == {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}
            ice_mock.streams.publish("rtmp://live.example.com/app/room1")
            seen.append(ice_mock)

        def test_seen(ice_mock, ice_mock_server):
            assert len({client.world for client in seen}) == 3
            assert {client.url for client in seen} == {ice_mock_server.url}
            assert [world["id"] for world in ice_mock.worlds.all()] == ["default", ice_mock.world]
            assert ice_mock.worlds.find(ice_mock.world)["label"].endswith("::test_seen")
        """
    )

    result.assert_outcomes(passed=4)


def test_a_fixture_of_the_users_own_may_use_the_world(run: Run) -> None:
    result = run(
        """
        import pytest
        from user import STREAM

        @pytest.fixture
        def room(ice_mock):
            yield ice_mock.streams.publish(STREAM)["url"]
            assert ice_mock.streams.unpublish(STREAM)["state"] == "offline"

        def test_room(room, ice_mock):
            assert ice_mock.streams.all()[0]["url"] == room
        """
    )

    result.assert_outcomes(passed=1)


def test_a_world_may_be_replaced_by_a_fixture_of_the_same_name(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture
        def ice_mock(ice_mock):
            ice_mock.streams.publish("rtmp://live.example.com/app/mine")
            return ice_mock

        def test_mine(ice_mock, ice_client):
            assert len(ice_mock.streams.all()) == 1
        """
    )

    result.assert_outcomes(passed=1)


def test_a_world_for_a_class_lasts_as_long_as_the_class(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture(scope="class")
        def shared(ice_mock_server):
            scenario = "scenario: mine\\nseed: 5\\n"
            with ice_mock_server.open(scenario=scenario, signatures="off", label="the class") as client:
                yield client

        class TestShared:
            def test_first(self, shared):
                shared.clock.advance(seconds=5)

            def test_second(self, shared):
                assert shared.clock.read()["now"] == "2026-01-01T00:00:05.000Z"
                world = shared.worlds.find(shared.world)
                assert (world["scenario"], world["signatures"]) == ("mine", "off")

        def test_after(ice_mock):
            assert [world["id"] for world in ice_mock.worlds.all()] == ["default", ice_mock.world]
        """
    )

    result.assert_outcomes(passed=3)


def test_a_world_for_many_tests_has_the_clock_that_is_asked_for_else_the_scenarios_else_a_frozen_one(
    run: Run, elsewhere: Server
) -> None:
    source = """
        import pytest

        FROZEN = {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}
        MOVING = "scenario: mine\\nclock: {mode: x60}\\n"

        def test_it(ice_mock_server):
            for asked in ({}, {"scenario": "one-room"}, {"scenario": "scenario: mine"},
                          {"scenario": MOVING, "clock": "frozen"}):
                with ice_mock_server.open(**asked) as client:
                    assert client.clock.read() == FROZEN
            with ice_mock_server.open(scenario=MOVING) as client:
                assert client.clock.read()["mode"] == "x60"

        @pytest.mark.ice_mock(scenario="one-room")
        def test_marked(ice_mock):
            assert ice_mock.clock.read() == FROZEN
        """

    run(source).assert_outcomes(passed=2)
    run(source, f"--ice-mock-url={elsewhere.url}").assert_outcomes(passed=2)


def test_test_cases_of_unittest_get_a_world_too(run: Run) -> None:
    result = run(
        """
        import unittest
        import pytest
        from user import template

        class Templates(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def world(self, ice_mock, ice_client):
                self.mock, self.client = ice_mock, ice_client

            def test_one(self):
                template(self.client)
                self.assertEqual(len(self.mock.templates.all()), 1)

            def test_another(self):
                self.assertEqual(self.mock.templates.all(), [])
        """
    )

    result.assert_outcomes(passed=2)


def test_threads_and_loops_of_a_test_reach_its_world(run: Run) -> None:
    result = run(
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        from alibabacloud_ice20201109 import models
        from user import template

        def test_threads(ice_mock, ice_client):
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda number: template(ice_client, f"template {number}"), range(8)))
            assert len(ice_mock.templates.all()) == 8

        def test_loop(ice_mock, ice_client):
            async def create(number):
                await ice_client.create_live_snapshot_template_async(
                    models.CreateLiveSnapshotTemplateRequest(
                        template_name=f"template {number}", time_interval=5, overwrite_format="{JobId}.jpg"
                    )
                )

            async def create_all():
                await asyncio.gather(*map(create, range(4)))

            asyncio.run(create_all())
            assert len(ice_mock.templates.all()) == 4
        """
    )

    result.assert_outcomes(passed=2)


def test_the_handle_has_an_asynchronous_twin(run: Run) -> None:
    result = run(
        """
        import asyncio
        from user import STREAM

        def test_it(ice_mock, ice_mock_async):
            async def publish():
                await ice_mock_async.streams.publish(STREAM)
                return [stream["url"] async for stream in ice_mock_async.streams]

            assert asyncio.run(publish()) == [STREAM]
            assert len(ice_mock.streams) == 1
            assert ice_mock_async.access_key_secret == ice_mock.access_key_secret
        """
    )

    result.assert_outcomes(passed=1)


def test_the_sdk_does_not_try_again_by_itself(run: Run) -> None:
    result = run(
        """
        import pytest
        from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
        from user import template

        def test_refused(ice_mock, ice_client):
            ice_mock.faults.add({"action": "*", "error": "InternalError", "times": 1})
            with pytest.raises(AlibabaCloudException, match="InternalError"):
                template(ice_client)
            assert len(ice_mock.requests.all()) == 1
        """
    )

    result.assert_outcomes(passed=1)


def test_what_the_sdks_do_that_is_deprecated_is_no_error_of_a_test_that_asks_for_one(run: Run) -> None:
    result = run(
        """
        import warnings

        def deprecated(module):
            text = "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version."
            exec("warn(text, DeprecationWarning)", {"warn": warnings.warn, "text": text, "__name__": module})

        def test_sdk(ice_client):
            deprecated("alibabacloud_tea_openapi.utils")

        def test_oss(ice_oss_bucket):
            deprecated("oss2.auth")

        def test_own_code(ice_client):
            deprecated("rooms")

        def test_without_fixture():
            deprecated("alibabacloud_tea_openapi.utils")
        """
    )

    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        ["FAILED test_it.py::test_own_code *", "FAILED test_it.py::test_without_fixture *"]
    )


def test_a_proxy_is_not_asked_for_the_way_to_this_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    result = run(
        """
        from user import template

        def test_sdks(ice_mock, ice_client, ice_oss_bucket):
            template(ice_client)
            assert ice_oss_bucket("pictures").object_exists("a") is False
        """
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("fixture", "module", "package"),
    [
        ("ice_client", "alibabacloud_ice20201109", "alibabacloud-ice20201109"),
        ("ice_oss_bucket", "oss2", "oss2"),
    ],
)
def test_an_sdk_that_is_not_installed_is_named(
    run: Run, pytester: pytest.Pytester, fixture: str, module: str, package: str
) -> None:
    pytester.makeconftest(
        f"""
        import sys

        class Missing:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] == {module!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name={module!r})

        for name in [name for name in sys.modules if name.partition(".")[0] == {module!r}]:
            del sys.modules[name]
        sys.meta_path.insert(0, Missing())
        """
    )

    result = run(f"def test_it({fixture}): pass", apart=True)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*the fixture {fixture} needs the official SDK, which is not installed: pip install {package}"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*import_module*")


def test_a_broken_sdk_is_not_called_missing(run: Run, pytester: pytest.Pytester) -> None:
    pytester.mkpydir("oss2").joinpath("__init__.py").write_text("import nowhere_to_be_found")
    pytester.makeconftest("import sys; sys.path.insert(0, '.'); sys.modules.pop('oss2', None)")

    result = run("def test_it(ice_oss_bucket): pass", apart=True)

    result.stdout.fnmatch_lines(
        ["*cannot be imported (No module named 'nowhere_to_be_found'): pip install oss2"]
    )


def test_the_same_tests_run_against_a_server_elsewhere(run: Run, elsewhere: Server) -> None:
    source = """
        import pytest
        from user import STREAM, job, template

        @pytest.mark.ice_mock(scenario="one-room")
        def test_scenario(ice_mock):
            assert ice_mock.clock.read()["mode"] == "frozen"

        def test_pictures(ice_mock, ice_client, ice_oss_bucket):
            ice_mock.streams.publish(STREAM)
            job_id = job(ice_client, template(ice_client))
            ice_mock.clock.advance(seconds=5)
            assert ice_oss_bucket("pictures").object_exists(f"{job_id}/1.jpg")
        """

    result = run(source, f"--ice-mock-url={elsewhere.url}")

    result.assert_outcomes(passed=2)
    assert len(elsewhere.mock.worlds.all()) == 1


def test_a_run_stops_its_server(run: Run, pytester: pytest.Pytester) -> None:
    # Other tests of this process may have a server of their own.
    before = servers()

    result = run(
        """
        import threading

        def test_it(ice_mock):
            print("URL", ice_mock.url)
            assert any(thread.name.startswith("ice-mock") for thread in threading.enumerate())
        """,
        "-s",
    )

    result.assert_outcomes(passed=1)
    assert servers() == before


def servers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "ice-mock server"}
