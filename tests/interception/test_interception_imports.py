"""An SDK that is not imported costs nothing, and one that is imported in the middle is diverted."""

import os
import subprocess
import sys

import pytest

HEAVY = ("requests", "urllib3", "aiohttp", "darabonba", "Tea", "aliyunsdkcore", "oss2", "alibabacloud_oss_v2")
MIDDLE = """
import sys
from ice_mock.interception import intercept

with intercept() as world:
    loaded = [name for name in {heavy!r} if name in sys.modules]
    assert not loaded, loaded
    sys.path.insert(0, {path!r})
    {imports}
    {call}
    calls = [each["action"] for each in world.requests.all()]
assert calls == ["ListLiveSnapshotTemplates"], calls
# The SDKs put finders of their own there.
assert not [each for each in sys.meta_path if type(each).__module__.startswith("ice_mock")]
loader = type(sys.modules[{module!r}].__spec__.loader).__name__
assert loader == "SourceFileLoader", loader
"""
IMPORTS = {
    "new": ("darabonba.core", "from interception_sdks import New", "New()"),
    "new, async": ("aiohttp.connector", "from interception_sdks import New", "New(asynchronous=True)"),
    "older": ("urllib3.connection", "from interception_sdks import Older", "Older()"),
    "older, async": ("Tea.core", "from interception_sdks import Older", "Older(asynchronous=True)"),
    "old": (
        "aliyunsdkcore.vendored.requests.packages.urllib3.connection",
        "from interception_sdks import Old",
        "Old()",
    ),
}


@pytest.mark.parametrize(("module", "imports", "sdk"), IMPORTS.values(), ids=IMPORTS)
def test_an_sdk_that_is_imported_in_the_middle_is_diverted(module: str, imports: str, sdk: str) -> None:
    script = MIDDLE.format(
        heavy=HEAVY,
        path=os.path.dirname(__file__),  # noqa: PTH120  # as sys.path wants it
        imports=imports,
        call=f'{sdk}("ListLiveSnapshotTemplates")',
        module=module,
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_module_that_fails_to_be_imported_fails_as_ever() -> None:
    script = """
import sys
from ice_mock.interception.imports import Watch

seen = []
watch = Watch({"no_such_module": seen.append, "colorsys": seen.append})
watch.start()
try:
    import no_such_module
except ModuleNotFoundError as error:
    assert error.name == "no_such_module"
import colorsys
watch.stop()
assert seen == [colorsys]
"""

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (finished.returncode, finished.stderr) == (0, "")
