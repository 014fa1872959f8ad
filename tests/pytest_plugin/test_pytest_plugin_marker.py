"""The marker: what kind of world a test asks for, where that is said, and what is wrong with it."""

from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

SCENARIO = """
scenario: mine
streams:
  - {url: "rtmp://live.example.com/app/mine", state: live}
"""


def test_the_marker_says_how_the_world_begins(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.ice_mock(scenario="one-room", clock="x60", signatures="required")
        def test_it(ice_mock):
            world = ice_mock.worlds.find(ice_mock.world)
            assert (world["scenario"], world["signatures"]) == ("one-room", "required")
            assert world["clock"]["mode"] == "x60"
        """
    )

    result.assert_outcomes(passed=1)


def test_of_several_markers_the_closest_wins_for_each_argument(run: Run) -> None:
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.ice_mock(scenario="one-room", signatures="off", clock="x2")

        def world(ice_mock):
            found = ice_mock.worlds.find(ice_mock.world)
            return found["scenario"], found["signatures"], found["clock"]["mode"]

        def test_module(ice_mock):
            assert world(ice_mock) == ("one-room", "off", "x2")

        @pytest.mark.ice_mock(signatures="required")
        class TestClass:
            def test_class(self, ice_mock):
                assert world(ice_mock) == ("one-room", "required", "x2")

            @pytest.mark.ice_mock(clock="x3", scenario="flapping-ingest")
            def test_function(self, ice_mock):
                assert world(ice_mock) == ("flapping-ingest", "required", "x3")

        @pytest.mark.parametrize(
            "mode", ["x2", pytest.param("x4", marks=pytest.mark.ice_mock(clock="x4"))]
        )
        def test_parameter(ice_mock, mode):
            assert world(ice_mock) == ("one-room", "off", mode)
        """
    )

    result.assert_outcomes(passed=5)


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param('"scenarios/mine.yaml"', id="beside the test"),
        pytest.param('"rooms/other.yaml"', id="from the root"),
        pytest.param('pathlib.Path("rooms/other.yaml")', id="a path"),
        pytest.param('str(pathlib.Path("rooms/other.yaml").absolute())', id="absolute"),
        pytest.param(repr(SCENARIO), id="written out"),
        pytest.param(
            repr('{"streams": [{"url": "rtmp://live.example.com/app/mine", "state": "live"}]}'), id="JSON"
        ),
    ],
)
def test_a_scenario_may_be_a_file_or_written_out(run: Run, pytester: pytest.Pytester, scenario: str) -> None:
    for folder in ("tests/scenarios", "rooms"):
        pytester.path.joinpath(folder).mkdir(parents=True)
    pytester.path.joinpath("tests/scenarios/mine.yaml").write_text(SCENARIO)
    pytester.path.joinpath("rooms/other.yaml").write_text(SCENARIO)
    pytester.makeini("[pytest]")
    pytester.path.joinpath("tests/test_it.py").write_text(
        f"""
import pathlib, pytest

@pytest.mark.ice_mock(scenario={scenario})
def test_it(ice_mock):
    assert [stream["url"] for stream in ice_mock.streams.all()] == ["rtmp://live.example.com/app/mine"]
    assert ice_mock.clock.read()["mode"] == "frozen"
"""
    )

    run("", "tests").assert_outcomes(passed=1)


def test_a_file_may_extend_others_even_if_the_server_does_not_see_them(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("base.yaml").write_text("extends: one-room\nseed: 5\nsignatures: off\n")
    pytester.path.joinpath("top.yaml").write_text(
        "extends: base.yaml\nclock: {start: 2026-07-01T08:00:00Z}\n"
    )

    result = run(
        """
        import pytest

        @pytest.mark.ice_mock(scenario="top.yaml")
        def test_it(ice_mock):
            world = ice_mock.worlds.find(ice_mock.world)
            assert (world["scenario"], world["seed"], world["signatures"]) == ("top", 5, "off")
            assert world["clock"] == {"mode": "frozen", "now": "2026-07-01T08:00:00.000Z"}
            assert len(ice_mock.streams.all()) == 1
        """
    )

    result.assert_outcomes(passed=1)


def test_the_marker_beats_the_scenario_which_beats_the_default(run: Run) -> None:
    result = run(
        """
        import pytest

        SAYS = "scenario: says\\nclock: {mode: x60}\\nsignatures: off\\n"

        def world(ice_mock):
            found = ice_mock.worlds.find(ice_mock.world)
            return found["signatures"], found["clock"]["mode"]

        @pytest.mark.ice_mock(scenario=SAYS)
        def test_scenario(ice_mock):
            assert world(ice_mock) == ("off", "x60")

        @pytest.mark.ice_mock(scenario=SAYS, clock="frozen", signatures="required")
        def test_marker(ice_mock):
            assert world(ice_mock) == ("required", "frozen")

        def test_default(ice_mock):
            assert world(ice_mock) == ("known", "frozen")
        """
    )

    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("'one-room'", "*ice_mock('one-room'): its arguments have names: scenario=…, clock=…, *"),
        ("clocks='frozen'", "*ice_mock(clocks='frozen'): there is no argument clocks, did you mean clock?*"),
        ("zzz=1", "*ice_mock(zzz=1): there is no argument zzz. There are scenario, clock, signatures*"),
        ("clock='fast'", "*ice_mock(clock='fast'): clock is 'real', 'frozen' or 'xN' such as 'x60'"),
        ("clock=60", "*ice_mock(clock=60): clock is *"),
        ("signatures='on'", "*ice_mock(signatures='on'): signatures is 'off' or 'known' or 'required'"),
        ("signatures=[]", "*ice_mock(signatures=?]): signatures is *"),
        ("intercept='yes'", "*ice_mock(intercept='yes'): intercept is True or False"),
        ("allow='sts.aliyuncs.com'", "*ice_mock(allow='sts.aliyuncs.com'): allow is a list of hosts, *"),
        ("allow=['']", "*ice_mock(allow=?''?): allow is a list of hosts, *"),
        ("intercept=True, clock='fast'", "*ice_mock(clock='fast'): clock is *"),
        ("intercept=True, scenario='one-rom'", "*refused to make the world: *(did you mean one-room?)*"),
        ("scenario=5", "*ice_mock(scenario=5): scenario is the name of a ready scenario, the path *"),
        ("scenario=''", "*ice_mock(scenario=''): scenario is *"),
        ("scenario='no/such.yaml'", "*there is no such file: expected *no/such.yaml*"),
        ("scenario='one-rom'", "*refused to make the world: *(did you mean one-room?)*"),
        ("scenario='a: b\\nstreams: 5'", "*the scenario is wrong:*"),
    ],
)
def test_a_wrong_marker_names_the_test_the_argument_and_what_is_allowed(
    run: Run, arguments: str, complaint: str
) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.ice_mock({arguments})
        def test_it(ice_mock):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"test_it.py::test_it{complaint}"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_all_mistakes_of_a_file_are_named_with_their_lines(run: Run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("wrong.yaml").write_text("scenario: wrong\nseeds: 5\nstreams: 7\n")

    result = run(
        """
        import pytest

        @pytest.mark.ice_mock(scenario="wrong.yaml")
        def test_it(ice_mock):
            pass
        """
    )

    result.stdout.fnmatch_lines(["wrong.yaml:2:1: seeds: *did you mean seed?*", "wrong.yaml:3:1: streams: *"])


def test_the_marker_is_known_to_pytest(run: Run) -> None:
    result = run("", "--markers", "--strict-markers")

    result.stdout.fnmatch_lines(["@pytest.mark.ice_mock(scenario=None, clock=None, *"])
