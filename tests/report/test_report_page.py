import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_world import BEGAN, STREAM, at

from ice_mock.client import Client
from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.report import collect, write_page
from ice_mock.report.evidence import Excerpt
from ice_mock.report.page import file_name, page

HOSTILE = "<script>alert(1)</script>"
VOID = {"meta", "img", "br", "link", "rect", "line", "path", "circle"}


class Page(HTMLParser):
    """What a browser would see: elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture
def hostile(with_calls, answered, job, lost, fault):
    """Evidence in which everything that a caller can name is markup."""
    call = replace(
        answered,
        action=HOSTILE,
        code=HOSTILE,
        message=HOSTILE,
        parameters={HOSTILE: HOSTILE},
        answer=HOSTILE,
        unread=(HOSTILE,),
        reason=Reason(HOSTILE, {HOSTILE: HOSTILE}),
    )
    return replace(
        with_calls(call),
        label=HOSTILE,
        streams=(model.Stream(f"rtmp://{HOSTILE}", (BEGAN,)),),
        jobs=(replace(job, name=HOSTILE, stream=f"rtmp://{HOSTILE}", callback_url=HOSTILE),),
        callbacks=Excerpt((replace(lost, url=HOSTILE, key=HOSTILE, body={HOSTILE: HOSTILE}),), 1),
        faults=(replace(fault, id=HOSTILE, short_form={HOSTILE: HOSTILE}),),
    )


def test_markup_in_a_name_is_shown_and_never_run(hostile) -> None:
    seen = Page(page(hostile, title=HOSTILE))

    assert "script" not in seen.tags
    assert seen.text.count(HOSTILE) > 10
    assert [each for each in seen.attributes if each[1].startswith("on")] == []


def test_a_page_asks_nothing_of_the_network(begin) -> None:
    client: Client = begin("broken-pictures")
    client.clock.advance(seconds=60)
    html = page(collect(client, pictures=6), title="x")

    seen = Page(html)

    sources = [value for _, name, value in seen.attributes if name in ("src", "href", "xlink:href", "action")]
    assert [value for value in sources if not value.startswith(("data:image/jpeg;base64,", "#"))] == []
    assert any(value.startswith("data:") for value in sources)
    assert "url(" not in html
    assert "@import" not in html
    assert not {"link", "script", "iframe", "object", "form"} & set(seen.tags)


def test_a_page_allows_itself_nothing_but_its_style_and_pictures(evidence) -> None:
    html = page(evidence, title="x")

    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; img-src data:; "
        r"base-uri 'none'; form-action 'none'",
        policy.replace("&#39;", "'"),
    )
    assert not re.search(r"\sstyle=", html)


def test_a_page_about_nothing_leads_nowhere(evidence) -> None:
    seen = Page(page(replace(evidence, now=BEGAN), title="x"))

    assert [value for _, name, value in seen.attributes if name == "href"] == []
    assert "nothing happened" in seen.text


def test_every_element_is_closed_and_every_link_leads_somewhere(begin, call, submit) -> None:
    client: Client = begin("flapping-ingest")
    submit(client, "直播间", CallbackUrl="http://127.0.0.1:9/gone")
    call(client, "GetLiveSnapshotJob", JobId="nobody")
    client.clock.advance(seconds=40)

    seen = Page(page(collect(client, pictures=3), title="x"))

    ids = [value for _, name, value in seen.attributes if name == "id"]
    links = [value for tag, name, value in seen.attributes if (tag, name) == ("a", "href")]
    assert seen.open == []
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_a_page_tells_everything_that_the_text_tells(with_calls, answered, job, lost, fault) -> None:
    refused = replace(
        answered,
        code="JobNotFound",
        status=404,
        reason=Reason("There is no job.", {"nearest": "job-2"}),
        unread=("JobNam",),
        action="SubmitLiveSnapshotJob",
    )
    found = replace(
        with_calls(answered, refused),
        jobs=(job,),
        callbacks=Excerpt((lost,), 1),
        faults=(fault,),
    )

    told = Page(page(found, title="a test")).text

    for expected in (
        f"no stream was ever live: publish {STREAM}",
        "There is no job.",
        "nearest job-2",
        "status 500",
        "did you mean JobName ?",
        "action: *, error: InternalError never 3",
        '"JobId": "job-1"',
    ):
        assert expected in told


def test_an_answer_is_laid_out_if_it_is_json_and_left_alone_if_not(with_calls, answered) -> None:
    calls = (answered, replace(answered, answer="<Error>\n  no\n</Error>"), replace(answered, answer='{"cut'))

    html = page(with_calls(*calls), title="x")

    assert '<pre tabindex="0">{\n  &#34;JobId&#34;: &#34;job-1&#34;\n}</pre>' in html
    assert '<pre tabindex="0">&lt;Error&gt;\n  no\n&lt;/Error&gt;</pre>' in html
    assert '<pre tabindex="0">{&#34;cut</pre>' in html


def test_a_fault_can_be_seen_on_its_picture(begin) -> None:
    client: Client = begin()
    fault = client.faults.add({"snapshot": "black", "every": 2})
    client.clock.advance(seconds=10)

    html = page(collect(client, pictures=2), title="x")

    first, second = re.findall(
        r'<li( class="struck")?>\s*<img src="data:image/jpeg[^"]*" alt="([^"]*)"', html
    )
    assert (first, second) == (("", "Frame 1 at +5s"), (' class="struck"', "Frame 2 at +10s"))
    assert fault["id"] in html


@pytest.mark.parametrize(
    ("frames", "said"), [(0, "No frame was captured."), (3, "The pictures were not asked for.")]
)
def test_a_page_without_pictures_says_why(evidence, job, frames, said) -> None:
    assert said in page(replace(evidence, jobs=(replace(job, frames=frames),)), title="x")


def test_the_page_of_a_long_day_stays_small(evidence, job, with_calls, answered) -> None:
    jobs = tuple(replace(job, id=f"{nth}", name=f"room {nth}", frames=17_280) for nth in range(100))
    calls = with_calls(*[replace(answered, at=at(nth)) for nth in range(300)]).calls

    html = page(
        replace(evidence, now=at(86_400), streams=(model.Stream(STREAM, (BEGAN,)),), jobs=jobs, calls=calls),
        title="x",
    )

    assert len(html) < 2_000_000
    assert "Not drawn: 0 streams and 62 jobs." in html


@given(name=st.text(st.characters(exclude_categories=()), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_page_can_be_written_whatever_callers_name(hostile, name) -> None:
    named = replace(hostile, jobs=tuple(replace(each, name=name) for each in hostile.jobs), label=name)

    assert page(named, title=name).encode().decode("utf-8").replace("\n", "").isprintable()


def test_the_same_world_gives_the_same_page_byte_for_byte(begin, tmp_path) -> None:
    client: Client = begin("broken-pictures")
    client.clock.advance(seconds=60)

    first, second = (write_page(tmp_path / each, "tests/a.py::b", client) for each in "12")

    assert first.read_bytes() == second.read_bytes()


def test_a_page_is_called_after_its_test_on_any_file_system(tmp_path, evidence) -> None:
    path = write_page(tmp_path / "reports" / "today", "tests/test_a.py::test_b[直播/..\\x]", evidence)

    assert path.parent == tmp_path / "reports" / "today"
    assert re.fullmatch(r"tests-test_a\.py-test_b-\.\.-x-[0-9a-f]{8}\.html", path.name)
    assert "<title>tests/test_a.py::test_b[直播/..\\x] · ice_mock</title>" in path.read_text(encoding="utf-8")


def test_no_two_names_share_a_page() -> None:
    names = ["a/b", "a-b", "a:b", "", "..", "a" * 300, "b" + "a" * 300, "\ud800"]

    found = {file_name(name) for name in names}

    assert len(found) == len(names)
    assert max(map(len, found)) < 120
