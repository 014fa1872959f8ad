"""Every block of code in the documentation does what the page says that it does."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

# Here, since pytester forgets what an inner run was the first to import, and the SDKs do not stand that.
import alibabacloud_ice20201109.client  # noqa: F401
import oss2  # noqa: F401
import pytest
import yaml
from recipes.pages import PAGES, Block, blocks
from recipes.reader import Reader

from ice_mock.scenario import load
from ice_mock.scenario.populate import populated

pytest_plugins = ["pytester"]
pytestmark = [
    # The SDKs call it; deprecated since Python 3.12.
    pytest.mark.filterwarnings(
        r"ignore:datetime\.datetime\.utc(now|fromtimestamp)\(\) is deprecated:DeprecationWarning"
    )
]

BLOCKS = {page: blocks(page) for page in PAGES}
ALL = [block for page in BLOCKS for block in BLOCKS[page]]


def of(wanted: Callable[[Block], bool]) -> pytest.MarkDecorator:
    """A test for each block that is *wanted*, under its place: ``docs/recipes.md:38``."""
    return pytest.mark.parametrize(
        "block", [pytest.param(block, id=block.place) for block in ALL if wanted(block)]
    )


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Reader]]:
    """Somebody for each page."""
    with ExitStack() as at_end:
        yield {page: Reader(found, tmp_path_factory.mktemp("page"), at_end) for page, found in BLOCKS.items()}


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs these tests may have a server of their own, which the pages know nothing of."""
    monkeypatch.delenv("ICE_MOCK_URL", raising=False)


@pytest.fixture
def reader(readers: dict[str, Reader], block: Block) -> Reader:
    if block.lacks:
        pytest.skip(block.lacks)
    return readers[block.page]


@of(lambda block: block.language == "python" and not block.has_tests)
def test_python_runs(block, reader):
    reader.do(block)


@of(lambda block: block.language == "python" and block.has_tests)
def test_tests_pass(block, reader, pytester):
    for above in reader.files_above(block):
        reader.write(above, pytester.path)

    result = pytester.runpytest_inprocess(reader.write(block, pytester.path), "-p", "no:cacheprovider")

    outcomes = result.parseoutcomes()
    assert outcomes.keys() <= {"passed", "warning", "warnings"}, block.place
    assert outcomes.get("passed", 0) >= 1, block.place


@of(lambda block: block.is_for_shell)
def test_a_shell_does_it(block, reader):
    reader.do(block)


@of(lambda block: block.language == "yaml" and re.search("^scenario:", block.text, re.MULTILINE))
def test_it_is_a_scenario(block):
    scenario = populated(load(block.text, source=block.place))

    assert scenario.name == yaml.safe_load(block.text)["scenario"]


def test_the_pages_have_been_found():
    assert {block.page for block in ALL} >= {"README.md", "docs/recipes.md", "docs/scenarios.md"}
