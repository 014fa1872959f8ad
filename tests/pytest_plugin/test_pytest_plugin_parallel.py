"""Many tests side by side, and beside other plugins."""

from collections.abc import Callable

import pytest

from ice_mock.server import Server

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

MANY = """
    import pytest
    from user import STREAM, job, template

    @pytest.mark.parametrize("number", range(40))
    def test_job(ice_mock, ice_client, number):
        ice_mock.streams.publish(STREAM)
        job_id = job(ice_client, template(ice_client), ice_mock.inbox.url)
        ice_mock.clock.advance(seconds=5 * (number % 3 + 1))
        assert len(ice_mock.inbox.all()) == number % 3 + 1
        assert [each["id"] for each in ice_mock.jobs.all()] == [job_id]
"""


def test_parallel_tests_do_not_notice_each_other(run: Run) -> None:
    run(MANY, "-n2").assert_outcomes(passed=40)


def test_parallel_tests_share_a_server_elsewhere_without_noticing(run: Run, elsewhere: Server) -> None:
    run(MANY, "-n2", f"--ice-mock-url={elsewhere.url}").assert_outcomes(passed=40)

    assert [world.id for world in elsewhere.mock.worlds.all()] == ["default"]


def test_an_application_of_pytest_flask_runs_in_the_same_run(run: Run) -> None:
    result = run(
        """
        import flask
        import pytest

        @pytest.fixture
        def app():
            return flask.Flask("mine")

        def test_both(client, ice_mock, ice_client):
            assert client.get("/").status_code == 404
            assert ice_mock.jobs.all() == []
        """
    )

    result.assert_outcomes(passed=1)


def test_tests_of_an_installed_package_get_their_scenarios_from_beside_them(
    run: Run, pytester: pytest.Pytester
) -> None:
    package = pytester.mkpydir("installed")
    package.joinpath("mine.yaml").write_text("scenario: mine\n")
    package.joinpath("test_installed.py").write_text(
        "import pytest\n"
        "@pytest.mark.ice_mock(scenario='mine.yaml')\n"
        "def test_it(ice_mock):\n"
        "    assert ice_mock.worlds.find(ice_mock.world)['scenario'] == 'mine'\n"
    )
    pytester.syspathinsert()

    run("", "--pyargs", "installed").assert_outcomes(passed=1)
