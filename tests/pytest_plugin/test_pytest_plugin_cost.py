"""What the plugin costs a run that does not use it."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HEAVY = (
    "PIL", "aiohttp", "asyncio", "cheroot", "faker", "flask", "http.client", "jinja2", "marshmallow", "oss2",
    "requests", "rich", "ssl", "werkzeug", "yaml",
)  # fmt: skip


def outcome(program: str, folder: Path) -> str:
    """What a program prints in a Python that has imported nothing else."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    return ended.stdout.splitlines()[-1]


def test_the_plugin_imports_nothing_but_pytest(tmp_path: Path) -> None:
    found = outcome(
        f"""
        import sys, pytest
        before = set(sys.modules)
        import ice_mock.pytest_plugin
        after = set(sys.modules) - before
        print(sorted({{*after}} & {{*{HEAVY}}}) or "nothing")
        """,
        tmp_path,
    )

    assert found == "nothing"


def test_a_run_that_does_not_use_the_plugin_imports_nothing_more_for_it(tmp_path: Path) -> None:
    tmp_path.joinpath("test_it.py").write_text("def test_it(): pass")

    found = outcome(
        """
        import sys, pytest
        plugins = ["-p", "ice_mock.pytest_plugin", "-p", "no:cacheprovider"]
        status = pytest.main(["-q", "--disable-plugin-autoload", *plugins])
        mine = {name.split(".")[1] for name in sys.modules if name.startswith("ice_mock.")}
        light = {"pytest_plugin", "settings", "clock", "durations", "limits", "version"}
        print(int(status), sorted(mine - light))
        """,
        tmp_path,
    )

    assert found == "0 []"


@pytest.mark.parametrize(
    "plugin",
    [[], ["--disable-plugin-autoload", "-p", "ice_mock.pytest_plugin"]],
    ids=["installed", "named"],
)
def test_no_module_is_imported_too_early_to_be_rewritten(tmp_path: Path, plugin: list[str]) -> None:
    tmp_path.joinpath("test_it.py").write_text("def test_it(ice_mock): pass")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *plugin]

    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "warning" not in ended.stdout.lower()
