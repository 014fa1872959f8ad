"""compose.yaml, read as an engine reads it: variables filled in, and services by their names."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CONSUMER = ROOT / "examples" / "consumer"
VARIABLE = re.compile(r"\$\{\w+:-([^}]*)\}")


@cache
def composition() -> dict[str, Any]:
    """The file as it is if nobody sets a variable."""
    return yaml.safe_load(VARIABLE.sub(r"\1", (ROOT / "compose.yaml").read_text()))


def services() -> dict[str, dict[str, Any]]:
    return composition()["services"]


def environment(service: str) -> dict[str, str]:
    return services()[service]["environment"]


def context(service: str) -> Path:
    """The folder that an engine is given to build the image of a service."""
    build = services()[service]["build"]
    return ROOT / (build if isinstance(build, str) else build["context"])


def dockerfile(service: str) -> Path:
    build = services()[service]["build"]
    return context(service) / ("Dockerfile" if isinstance(build, str) else build["dockerfile"])


def instructions(file: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile: each one's name, and the rest of its lines as one."""
    text = re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]
