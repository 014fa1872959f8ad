"""The report as a page: one file of HTML that asks nothing of the network, and runs no script."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ice_mock.client import Client
from ice_mock.durations import in_units
from ice_mock.report import highlights
from ice_mock.report.advice import advice
from ice_mock.report.cells import shown
from ice_mock.report.collecting import PICTURES, collect
from ice_mock.report.drawing import drawing
from ice_mock.report.evidence import Evidence
from ice_mock.report.instants import day_and_time, since
from ice_mock.words import counted, times

LONGEST_NAME = 100


def write_page(directory: str | Path, name: str, found: Client | Evidence) -> Path:
    """Write the page about a world into *directory*, which is made if need be, and return where it is.

    *name*, such as a test's, is its title, and what its file is called after; the same name gives the same
    file. Raises OSError if it cannot be written, and what `collect` does if it is given a handle. Evidence
    has a film strip if it was collected with pictures.
    """
    evidence = found if isinstance(found, Evidence) else collect(found, pictures=PICTURES)
    path = Path(directory) / file_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(evidence, title=name), encoding="utf-8", newline="\n")
    return path


def file_name(name: str) -> str:
    """What the page of that *name* is called, on any file system; no two names share one."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[-LONGEST_NAME:]
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain or 'world'}-{digest}.html"


def page(evidence: Evidence, *, title: str) -> str:
    """The whole page; the same evidence gives the same text."""
    environment = _environment()
    style = environment.get_template("page.css").render()
    return environment.get_template("page.html").render(
        title=title,
        evidence=evidence,
        advice=advice(evidence),
        highlights=highlights,
        drawing=drawing(evidence),
        style=Markup(style),  # noqa: S704 - our own, in which nothing is filled in
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        now=day_and_time(evidence.now),
        since=lambda instant: since(evidence.began_at, instant),
        length=in_units,
        counted=counted,
        times=times,
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ice_mock.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.filters |= {"base64": _base64, "pretty": _pretty, "short": highlights.in_short}
    return environment


def _finalized(value: object) -> object:
    """Whatever is filled in, without characters that neither a reader nor HTML can do with."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _pretty(value: object) -> Markup:
    """A document, or text that may be one, in lines; what is none stays as it is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return _in_lines(str(value))
    return _in_lines(json.dumps(value, indent=2, ensure_ascii=False))


def _in_lines(text: str) -> Markup:
    return Markup("\n").join(escape(shown(line)) for line in text.split("\n"))
