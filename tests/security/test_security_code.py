"""Nothing that the package is given, by a scenario or by a request, can become code that it runs."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "ice_mock"
MODULES = sorted(PACKAGE.rglob("*.py"))

RUNS_CODE = frozenset({"eval", "exec", "compile", "__import__", "breakpoint", "input"})
RUNS_PROGRAMS = frozenset(
    {
        *("system", "popen", "startfile", "fork", "forkpty", "posix_spawn", "posix_spawnp"),
        *(
            f"{verb}{how}"
            for verb in ("exec", "spawn")
            for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
        ),
        *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell"),
    }
)
UNSAFE_PACKAGES = frozenset(
    {
        *("subprocess", "pty", "ctypes", "cffi", "code", "codeop", "runpy", "zipimport"),
        *("pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"),
        *("mako", "chevron", "pystache", "tornado"),
    }
)
IMPORTING = {
    "__init__.py": "names of its own, from a table",
    "cli/__init__.py": "names of its own, from a table",
    "interception/imports.py": "modules that the program has imported itself",
    "pytest_plugin/sdks.py": "names of its own",
}
"""Who imports what it knows by name only, and where the names come from."""
FORMATTING = {
    "errors.py": "the texts of its own classes",
    "oss/errors.py": "the texts of its own classes",
    "scenario/syntax.py": "texts of its own, from a table",
    "cli/serve.py": "a text of its own",
    "reasons/attempt.py": "texts of its own, from a table",
}
"""Who fills in texts with str.format, which would let a text from outside look into objects."""


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Every node of every module, with the module's name."""
    return [
        (module.relative_to(PACKAGE).as_posix(), node)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
    ]


def calls() -> Iterator[tuple[str, ast.Call]]:
    return ((where, node) for where, node in nodes() if isinstance(node, ast.Call))


@cache
def imported() -> list[tuple[str, str]]:
    """Every module, and everything of a module, that is imported, and by which one."""
    found = []
    for where, node in nodes():
        if isinstance(node, ast.Import):
            found += [(where, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(where, node.module), *((where, f"{node.module}.{each.name}") for each in node.names)]
    return found


def test_no_text_is_run_as_code():
    found = [(where, call.func.id) for where, call in calls() if isinstance(call.func, ast.Name)]

    assert [each for each in found if each[1] in RUNS_CODE] == []


def test_no_program_is_started():
    found = [(where, call.func.attr) for where, call in calls() if isinstance(call.func, ast.Attribute)]

    assert [each for each in found if each[1] in RUNS_PROGRAMS] == []


@pytest.mark.parametrize("package", sorted(UNSAFE_PACKAGES))
def test_nothing_that_turns_data_into_objects_or_code_is_imported(package):
    assert [each for each in imported() if each[1] == package or each[1].startswith(f"{package}.")] == []


def test_modules_are_imported_by_names_that_the_package_knows():
    found = {
        where
        for where, call in calls()
        if (isinstance(call.func, ast.Name) and call.func.id == "import_module")
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "import_module")
    }

    assert found == set(IMPORTING)


def test_no_text_from_outside_is_a_format():
    found = {
        where
        for where, call in calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("format", "format_map")
        # super().format(record) of a log's entry.
        and not isinstance(call.func.value, ast.Call)
    }

    assert found == set(FORMATTING)


def test_yaml_is_parsed_and_never_constructed():
    attributes = {
        (where, node.attr)
        for where, node in nodes()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml"
    }

    # The events of the parser, which know no objects; the loader names a grammar only.
    assert attributes == {
        ("scenario/reading.py", "parse"),
        ("scenario/reading.py", "CSafeLoader"),
        ("scenario/reading.py", "YAMLError"),
    }


def test_the_only_templates_are_those_of_reports_which_come_with_the_package():
    knowing = {where for where, what in imported() if what.split(".")[0] == "jinja2"}
    rendering = {what for _, what in imported() if "render_template" in what or "stream_template" in what}
    from_text = {
        where
        for where, call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("from_string", "compile_expression")
    }

    assert (knowing, rendering, from_text) == ({"report/page.py"}, set(), set())
