"""The report of a failing test: what happened in its worlds, on the terminal, in JUnit XML and as a page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

FAILING = """
    def test_it(ice_mock):
        ice_mock.streams.publish("rtmp://live.example.com/app/room1")
        ice_mock.clock.advance(seconds=5)
        assert not ice_mock.clock
"""


def test_a_failing_test_says_what_happened_in_its_world(run: Run) -> None:
    result = run(FAILING)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert not *", "*- ice_mock -*", "*app/room1*"])


@pytest.mark.parametrize("style", ["long", "short", "native"])
def test_the_section_is_there_in_every_style_of_traceback(run: Run, style: str) -> None:
    run(FAILING, f"--tb={style}").stdout.fnmatch_lines(["*- ice_mock -*", "*app/room1*"])


EVERY_KIND = """
    import unittest
    import pytest

    @pytest.fixture(autouse=True)
    def room(request):
        if "ice_mock" in request.fixturenames:
            request.getfixturevalue("ice_mock").streams.publish(f"rtmp://live.example.com/{request.node.name}")

    @pytest.fixture
    def broken(ice_mock):
        raise OSError

    @pytest.fixture
    def late(ice_mock):
        yield
        raise OSError

    @pytest.fixture
    def late_before():
        yield
        raise OSError

    def test_assertion(ice_mock):
        assert 0

    def test_text(ice_mock):
        pytest.fail("no", pytrace=False)

    @pytest.mark.xfail(strict=True)
    def test_xpass(ice_mock):
        pass

    def test_lookup(ice_mock, request):
        request.getfixturevalue("no")

    def test_subtest(ice_mock, subtests):
        with subtests.test("one"):
            assert 0

    class TestCase(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def world(self, ice_mock):
            pass

        def test_unittest(self):
            self.fail("no")

    def test_setup(broken):
        pass

    def test_teardown(late):
        pass

    def test_other_teardown(late_before, ice_mock):
        pass
"""
KINDS = [
    "assertion", "text", "xpass", "lookup", "subtest", "unittest", "setup", "teardown", "other_teardown"
]  # fmt: skip


@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["alone", "xdist"])
def test_failures_of_every_kind_have_the_section(
    run: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    result = run(EVERY_KIND, "--junit-xml=junit.xml", "--ice-mock-report=pages", *workers)

    text = "\n".join(result.outlines)
    junit = pytester.path.joinpath("junit.xml").read_text()
    for kind in KINDS:
        assert re.search(rf"- ice_mock -+\nworld .*::test_{kind}\n", text), kind
        # A failure that is nothing but a text is nothing but that in the XML too.
        assert (f"::test_{kind}\n" in junit) is (kind not in ("xpass", "lookup")), kind
    pages = [Path(line.removeprefix("page: ")) for line in result.outlines if line.startswith("page: ")]
    assert sorted(pages) == sorted((pytester.path / "pages").iterdir())
    assert [page for page in pages if "live.example.com/test_" not in page.read_text()] == []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("def test_it(ice_mock): pass", id="passed"),
        pytest.param("def test_it(ice_mock): pytest.skip('no')", id="skipped"),
        pytest.param("@pytest.mark.xfail\ndef test_it(ice_mock): assert 0", id="expected to fail"),
        pytest.param("def test_used(ice_mock): pass\ndef test_it(): assert 0", id="without a world"),
    ],
)
def test_nothing_is_said_about_tests_that_did_not_fail_or_had_no_world(run: Run, source: str) -> None:
    run("import pytest\n" + source, "-rA").stdout.no_fnmatch_line("*- ice_mock*")


def test_every_world_of_a_test_has_a_section_of_its_own(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture(scope="module")
        def shared(ice_mock_server):
            with ice_mock_server.open() as client:
                client.streams.publish("rtmp://live.example.com/app/shared")
                yield client

        def test_it(shared, ice_mock):
            print("WORLDS", shared.world, ice_mock.world)
            ice_mock.streams.publish("rtmp://live.example.com/app/own")
            assert 0

        def test_without(shared):
            pass

        def test_other():
            assert 0
        """
    )

    worlds = next(line.split()[1:] for line in result.outlines if line.startswith("WORLDS"))
    sections = [line for line in result.outlines if "- ice_mock: world " in line]
    shared, own = worlds
    assert [line.strip("- ").split()[-1] for line in sections] == [own, shared]
    result.stdout.fnmatch_lines([f"*{own} -*", "*app/own*", f"*{shared} -*", "*app/shared*"])


def test_worlds_of_fixtures_that_a_test_does_not_use_are_none_of_its_business(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture(scope="session")
        def shared(ice_mock_server):
            with ice_mock_server.open(label="shared") as client:
                yield client

        @pytest.fixture(scope="session", autouse=True)
        def always(request):
            with request.getfixturevalue("ice_mock_server").open(label="always") as client:
                yield client

        @pytest.fixture
        def needs_shared(shared):
            pass

        @pytest.fixture
        def other(ice_mock_server):
            with ice_mock_server.open(label="other") as client:
                yield client

        def test_opens(shared, other):
            pass

        def test_own(ice_mock):
            assert 0

        def test_other(other):
            assert 0

        def test_needs(ice_mock, needs_shared):
            assert 0

        def test_itself(ice_mock_server):
            with ice_mock_server.open(label="itself"):
                assert 0
        """
    )

    told = [line.split(" of ")[1] for line in result.outlines if re.match("world LTAI.* of ", line)]
    assert told == [
        *("test_it.py::test_own", "always"),
        *("always", "other"),
        *("test_it.py::test_needs", "always", "shared"),
        *("always",),
    ]


def test_calls_that_went_to_the_default_world_during_the_test_are_told(run: Run) -> None:
    result = run(
        """
        import threading
        import urllib.request

        import pytest
        from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
        from user import template

        kept = []

        def call(ice_mock, action):
            query = f"Action={action}&Version=2020-11-09&Format=JSON&AccessKeyId=LTAI-mine"
            urllib.request.urlopen(f"{ice_mock.url}/?{query}").close()

        def test_before(ice_mock, ice_client):
            kept.append(ice_client)
            call(ice_mock, "ListLiveSnapshotJobs")

        def test_late(ice_mock):
            with pytest.raises(AlibabaCloudException):
                template(kept[0])
            assert 0

        def test_it(ice_mock):
            for _ in range(2):
                call(ice_mock, "ListLiveSnapshotTemplates")
            assert 0
        """
    )

    told = [line for line in result.outlines if "the default world" in line]
    assert len(told) == 1
    result.stdout.fnmatch_lines(
        ["*::test_it", "=> *", "=> 2 calls went to the default world (ListLiveSnapshotTemplates \u00d72 OK)*"]
    )


def test_a_report_that_cannot_be_made_hides_no_failure(run: Run) -> None:
    result = run(
        """
        def test_it(ice_mock):
            ice_mock.worlds.delete(ice_mock.world)
            assert "the failure" == ""
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'the failure'*", "*- ice_mock -*", "the report could not be made: *"])


def test_a_page_that_cannot_be_written_hides_neither_the_failure_nor_the_section(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("taken").write_text("a file, and no folder")

    result = run(FAILING, "--ice-mock-report=taken")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert not *", "*app/room1*", "the page could not be written to *taken:*"])


def test_every_failure_has_a_page_of_its_own_whatever_its_test_is_called(
    run: Run, pytester: pytest.Pytester
) -> None:
    result = run(
        """
        import pytest

        LONG = "x" * 500

        @pytest.mark.parametrize("name", ["a/b/../../c", "a-b-c", "a b c", "\u622a\u56fe", LONG, LONG + "y"])
        def test_it(ice_mock, name):
            assert 0

        @pytest.fixture
        def late():
            yield
            assert 0

        def test_twice(ice_mock, late):
            assert 0
        """,
        "--ice-mock-report=pages",
    )

    pages = [Path(line.removeprefix("page: ")) for line in result.outlines if line.startswith("page: ")]
    assert len(set(pages)) == 8
    assert sorted(pages) == sorted(pytester.path.joinpath("pages").iterdir())
    assert all(page.name.isascii() for page in pages)


def test_a_failing_assertion_of_the_handle_shows_no_line_of_it(run: Run) -> None:
    result = run(
        """
        def test_it(ice_mock):
            ice_mock.assert_called("SubmitLiveSnapshotJob")
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['>*ice_mock.assert_called("SubmitLiveSnapshotJob")', "test_it.py:2:*"])
    result.stdout.no_fnmatch_line("*ice_mock/client/*")
