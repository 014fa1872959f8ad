"""Code with a hard-coded endpoint is tested as it is."""

from collections.abc import Callable

import pytest

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
