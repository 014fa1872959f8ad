"""Code with a hard-coded endpoint is tested as it is."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from ice_mock.interception import ways
from ice_mock.server import Server

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

CODE = """
    import oss2
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_tea_openapi.models import Config

    def client():
        return Client(
            Config(
                access_key_id="LTAI-mine",
                access_key_secret="mine",
                endpoint="ice.cn-shanghai.aliyuncs.com",
            )
        )

    def bucket():
        return oss2.Bucket(oss2.Auth("LTAI-mine", "mine"), "https://oss-cn-shanghai.aliyuncs.com", "pictures")
"""
TESTS = """
    import pytest
    from code_under_test import bucket, client
    from user import STREAM, job, template

    pytestmark = pytest.mark.ice_mock(intercept=True)

    def test_calls(ice_mock):
        ice_mock.streams.publish(STREAM)
        job_id = job(client(), template(client()))
        ice_mock.clock.advance(seconds=5)
        assert bucket().get_object(f"{job_id}/1.jpg").read()[:2] == b"\\xff\\xd8"
        assert [request["action"] for request in ice_mock.requests.all()] == [
            "CreateLiveSnapshotTemplate", "SubmitLiveSnapshotJob"
        ]

    def test_without_the_fixture():
        template(client())

    def test_fresh(ice_mock):
        assert ice_mock.templates.all() == []

    def test_both_ways(ice_mock, ice_client):
        template(client(), "one")
        template(ice_client, "two")
        assert len(ice_mock.templates.all()) == 2
"""


@pytest.fixture(autouse=True)
def code_under_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(code_under_test=CODE)


def test_calls_to_hard_coded_endpoints_reach_the_world_of_the_test(run: Run) -> None:
    run(TESTS).assert_outcomes(passed=4)


def test_they_reach_a_server_elsewhere_as_well(run: Run, elsewhere: Server) -> None:
    run(TESTS, f"--ice-mock-url={elsewhere.url}").assert_outcomes(passed=4)


def test_a_fixture_that_makes_calls_reaches_the_world_even_if_it_does_not_name_it(run: Run) -> None:
    result = run(
        """
        import pytest
        from code_under_test import client
        from user import template

        @pytest.fixture
        def made():
            yield template(client(), "before")
            template(client(), "after")

        @pytest.mark.ice_mock(intercept=True)
        def test_it(made, ice_mock):
            assert [template["id"] for template in ice_mock.templates.all()] == [made]
        """
    )

    result.assert_outcomes(passed=1)


EARLY = """
    import unittest
    import pytest
    from code_under_test import client
    from user import template

    pytestmark = pytest.mark.ice_mock(intercept=True)

    def names(ice_mock):
        return sorted(template["name"] for template in ice_mock.templates)

    def setup_module():
        template(client(), "setup_module")

    def teardown_module():
        template(client(), "teardown_module")

    @pytest.fixture(scope="module", autouse=True)
    def of_the_module():
        template(client(), "module")
        yield
        template(client(), "module, after")

    @pytest.fixture(scope="session")
    def of_the_session():
        return template(client(), "session")

    class TestPlain:
        @classmethod
        def setup_class(cls):
            template(client(), "setup_class")

        def setup_method(self):
            template(client(), "setup_method")

        def test_first(self, of_the_session, ice_mock):
            expected = ["module", "session", "setup_class", "setup_method", "setup_module"]
            assert names(ice_mock) == expected

        def test_second(self, ice_mock):
            assert names(ice_mock) == ["setup_method"]

    class TestCase(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            template(client(), "setUpClass")

        def setUp(self):
            template(client(), "setUp")

        @pytest.fixture(autouse=True)
        def world(self, ice_mock):
            self.mock = ice_mock

        def test_first(self):
            assert names(self.mock) == ["setUp", "setUpClass"]
"""


def test_what_is_set_up_and_taken_down_for_many_tests_reaches_the_world_of_the_first_or_last(
    run: Run, pytester: pytest.Pytester
) -> None:
    """A call that went its own way would find no host of that name here, and fail."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def no_network():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("socket.getaddrinfo", lambda *_, **__: pytest.exit("it left", 3))
                yield
        """
    )

    result = run(EARLY, "--setup-show")

    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*_ice_mock*")


@pytest.mark.parametrize("kind", ["", "wrapper=True", "hookwrapper=True"])
def test_hooks_of_a_conftest_are_part_of_the_setup_and_the_teardown(
    run: Run, pytester: pytest.Pytester, kind: str
) -> None:
    pytester.makeconftest(
        f"""
        import pytest
        from code_under_test import client
        from user import template

        @pytest.hookimpl({kind})
        def pytest_runtest_setup(item):
            template(client(), "set up")
            {"yield" if kind else ""}

        @pytest.hookimpl({kind})
        def pytest_runtest_teardown(item):
            {"yield" if kind else ""}
            template(client(), "taken down")
        """
    )

    result = run(
        """
        import pytest

        @pytest.mark.ice_mock(intercept=True)
        def test_it(ice_mock):
            assert len(ice_mock.templates) == 1
        """
    )

    result.assert_outcomes(passed=1)


def test_a_marker_that_a_fixture_sets_is_followed_from_then_on(run: Run) -> None:
    result = run(
        """
        import pytest
        from code_under_test import client
        from user import template

        @pytest.fixture
        def marked(request):
            request.applymarker(pytest.mark.ice_mock(intercept=True))

        def test_it(marked, ice_mock):
            assert template(client()) == ice_mock.templates.all()[0]["id"]
        """,
        "-Wignore:datetime:DeprecationWarning",
    )

    result.assert_outcomes(passed=1)


ENDINGS = {
    "passed": "pass",
    "failed": "assert 0",
    "skipped": "pytest.skip('no')",
    "interrupted": "raise KeyboardInterrupt",
    "exited": "pytest.exit('enough', 0)",
}


@pytest.mark.parametrize("where", ["fixture", "test"])
@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_nothing_is_intercepted_any_more_however_a_test_ends(run: Run, ending: str, where: str) -> None:
    with suppress(KeyboardInterrupt):
        run(
            f"""
            import pytest

            @pytest.fixture
            def early():
                {ending if where == "fixture" else "pass"}

            @pytest.mark.ice_mock(intercept=True)
            def test_it(early):
                {ending}
            """
        )

    assert ways.current() is None


def test_a_test_that_is_skipped_has_no_world(run: Run) -> None:
    """There is nobody at this address: a world could not be made."""
    result = run(
        """
        import pytest

        @pytest.mark.skip
        @pytest.mark.ice_mock(intercept=True)
        def test_it():
            pass
        """,
        "--ice-mock-url=http://127.0.0.1:9",
    )

    result.assert_outcomes(skipped=1)


def test_what_the_sdks_do_that_is_deprecated_is_no_error_of_a_test_that_is_intercepted(run: Run) -> None:
    result = run(
        """
        import pytest

        def deprecated(module):
            text = "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version."
            exec("warn(text, DeprecationWarning)", {"warn": warnings.warn, "text": text, "__name__": module})

        import warnings
        pytestmark = pytest.mark.ice_mock(intercept=True)

        def test_sdk():
            deprecated("alibabacloud_tea_openapi.utils")

        def test_own_code():
            deprecated("rooms")

        @pytest.mark.ice_mock(intercept=False)
        def test_not_intercepted():
            deprecated("alibabacloud_tea_openapi.utils")
        """
    )

    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["FAILED test_it.py::test_own_code *", "FAILED test_it.py::test_not_intercepted *"]
    )


STOPPED = """
    import pytest
    import requests

    @pytest.mark.ice_mock(intercept=True)
    def test_it():
        for _ in range(2):
            with pytest.raises(Exception, match="was stopped"):
                requests.get("https://sts.aliyuncs.com/", timeout=1)
        assert 0
"""


def test_a_failing_test_tells_which_calls_were_stopped(run: Run, pytester: pytest.Pytester) -> None:
    result = run(STOPPED, "--ice-mock-report=pages")

    result.stdout.fnmatch_lines(
        ['=> 2 calls to sts.aliyuncs.com were stopped: allow=[[]"sts.aliyuncs.com"] lets them through']
    )
    [page] = pytester.path.joinpath("pages").iterdir()
    assert "2 calls to sts.aliyuncs.com were stopped" in page.read_text()


def test_a_call_to_a_host_that_the_marker_allows_goes_its_own_way(run: Run, elsewhere: Server) -> None:
    port = elsewhere.url.rpartition(":")[2]

    result = run(
        f"""
        import socket
        import pytest
        import requests

        @pytest.mark.ice_mock(intercept=True, allow=["sts.*"])
        def test_it(monkeypatch):
            resolve = socket.getaddrinfo
            monkeypatch.setattr("socket.getaddrinfo", lambda _, *more: resolve("127.0.0.1", *more))
            answer = requests.get("http://sts.aliyuncs.com:{port}/_ice_mock/livez", timeout=5)
            assert answer.status_code == 200
        """
    )

    result.assert_outcomes(passed=1)


def test_nothing_is_intercepted_after_the_test(run: Run) -> None:
    result = run(
        """
        import pytest
        from code_under_test import client
        from user import template

        @pytest.mark.ice_mock(intercept=True)
        def test_first():
            template(client())

        def test_second(monkeypatch):
            def reached(*_, **__):
                raise OSError("the network")

            monkeypatch.setattr("socket.socket.connect", reached)
            monkeypatch.setattr("socket.getaddrinfo", reached)
            with pytest.raises(Exception, match="the network"):
                template(client())
        """
    )

    result.assert_outcomes(passed=2)


def test_a_server_elsewhere_behind_tls_says_that_it_cannot_be_reached_this_way(run: Run) -> None:
    """The address is refused before anything is sent there."""
    result = run(
        "import pytest\n@pytest.mark.ice_mock(intercept=True)\ndef test_it(): pass",
        "--ice-mock-url=https://127.0.0.1:9",
    )

    result.assert_outcomes(errors=1)
