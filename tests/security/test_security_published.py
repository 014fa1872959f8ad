"""What was published about comparable tools, tried here: one test for each, named after it.

``docs/security.md`` tells what each of them was.
"""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ice_mock.callbacks import Policy, Rules
from ice_mock.client import Client
from ice_mock.web.guard import Access

ROOT = "/_ice_mock"
SCENARIO = f"{ROOT}/worlds/default/scenario"
PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
NOWHERE_HERE = Policy(deny=Rules.of("127.0.0.0/8,::1"))
REFUSED = "refused by the callback policy: "
EVIL = "http://evil.example"


def announced(client: Client, url: str, **parts: object) -> list[dict]:
    """The callbacks of a job whose receiver is at *url*, after its first frame and the time for a retry."""
    scenario = {
        "extends": "one-room",
        "clock": {"mode": "frozen"},
        "account": {"callback": {"url": url}},
        "callbacks": {"attempts": 2, "retry_after": "1s", "timeout": "2s"},
        "expect": [],
        **parts,
    }
    client.scenario.replace(json.dumps(scenario))
    client.clock.advance(seconds=8)
    return client.callbacks.all()


def errors(callbacks: list[dict]) -> list[str | None]:
    return [attempt["error"] for callback in callbacks for attempt in callback["attempts"]]


# -- The table --


def test_the_page_names_a_test_for_each():
    rows = re.findall(r"^\| (\S+) (CVE-\d+-\d+)[^|]*\|.*\| `(\w+)` \|$", PAGE, re.MULTILINE)

    named = {test: cve for _, cve, test in rows}
    here = {name for name in globals() if name.startswith("test_cve_")}
    assert set(named) == here
    assert len(rows) == len(here) == 12
    for test, cve in named.items():
        assert test.startswith(f"test_{cve.lower().replace('-', '_')}_")


# -- Requests that the server is talked into --


def test_a_place_that_nothing_protects_is_visited(serving, place):
    # So that the tests below can fail.
    with serving() as server:
        announced(Client(server.url), f"http://127.0.0.1:{place.port}/")

    assert place.visits == 2


def test_cve_2023_41327_callbacks_obey_the_policy_however_they_come_about(serving, place):
    faults = [{"callback": "duplicate"}]
    with serving(policy=NOWHERE_HERE) as server:
        client = Client(server.url)
        callbacks = announced(client, f"http://127.0.0.1:{place.port}/", faults=faults)
        client.callbacks.redeliver(callbacks[0]["id"])
        tried = errors(client.callbacks.all())

    assert place.visits == 0
    # Two files, with a duplicate and a retry each at least, and one by hand.
    assert len(tried) >= 2 * 3 + 1
    assert [error for error in tried if not error.startswith(REFUSED)] == []


def test_cve_2023_41329_a_name_is_judged_by_the_address_that_is_connected_to(serving, place, monkeypatch):
    answers = [["127.0.0.2"], ["127.0.0.1"]]
    system = socket.getaddrinfo

    def rebinding(host, port, *args, **options):
        if host != "rebinding.test":
            return system(host, port, *args, **options)
        addresses = answers.pop(0) if answers[1:] else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    policy = Policy(allow=Rules.of("rebinding.test"), deny=Rules.of("127.0.0.1"))
    # Whoever looks first finds an address that is allowed; who connects finds the other one.
    [(*_, (first, _))] = socket.getaddrinfo("rebinding.test", place.port)
    with serving(policy=policy) as server:
        tried = errors(announced(Client(server.url), f"http://rebinding.test:{place.port}/"))

    assert policy.refusal("rebinding.test", first) is None
    assert set(tried) == {f"{REFUSED}127.0.0.1 (rebinding.test) is denied by --callback-deny 127.0.0.1"}
    assert place.visits == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/latest/meta-data/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
    ],
)
def test_cve_2026_21859_secrets_of_the_machine_are_out_of_reach_in_every_notation(serving, url):
    with serving() as server:
        tried = errors(announced(Client(server.url), url))

    assert tried
    assert [error for error in tried if not error.startswith(REFUSED)] == []


def test_cve_2026_23845_nothing_that_content_refers_to_is_fetched(serving, place, ask):
    there = f"127.0.0.1:{place.port}"
    link = f'<link rel="stylesheet" href="http://{there}/style.css">'
    stream = f"rtmp://{there}/app/room1"
    with serving() as server:
        client = Client(server.url)
        client.scenario.replace(
            json.dumps(
                {
                    "scenario": "links",
                    "description": link,
                    "clock": {"mode": "frozen"},
                    "templates": [
                        {
                            "id": "five",
                            "name": link,
                            "interval": 5,
                            "sequence_format": "{JobId}/{Sequence}.jpg",
                        }
                    ],
                    "streams": [{"url": stream, "state": "live"}],
                    "jobs": [
                        {
                            "name": link,
                            "template": "five",
                            "stream": stream,
                            "bucket": "pictures",
                            "endpoint": there.partition(":")[0],
                        }
                    ],
                }
            )
        )
        client.clock.advance(seconds=5)
        key = client.files(client.jobs.all()[0]["id"])[0]["key"]
        process = urlencode({"x-oss-process": f"image/watermark,url={there}"})
        asked = [ask(server, "GET", f"/pictures/{key}"), ask(server, "GET", f"/pictures/{key}?{process}")]
        ask(server, "GET", f"/?{urlencode({'Action': 'GetLiveSnapshotJob', 'JobId': f'http://{there}/'})}")

    assert [each.status for each in asked] == [200, 501]
    assert place.visits == 0


def test_cve_2026_27808_a_refusal_does_not_tell_what_is_behind_it(serving, place):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
    with serving(policy=NOWHERE_HERE) as server:
        client = Client(server.url)
        at_a_service = errors(announced(client, f"http://127.0.0.1:{place.port}/"))
        at_nobody = errors(announced(client, f"http://127.0.0.1:{nobody}/"))

    assert at_a_service == at_nobody
    assert place.visits == 0


# -- Pages of other sites --


@pytest.mark.parametrize(
    "path", [f"{ROOT}/worlds/default/events", f"{ROOT}/worlds/default/await", f"{ROOT}/"]
)
@pytest.mark.parametrize("token", [None, "open-sesame"])
def test_cve_2026_22689_no_page_of_another_site_listens_in(serving, ask, path, token):
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Authorization": f"Bearer {token}",
    }
    with serving(access=Access(token)) as server:
        refused = ask(server, "GET", path, Origin=EVIL, **handshake)

    assert refused.status == 403
    assert json.loads(refused.body)["error"]["code"] == "ForeignOrigin"


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "POST"])
def test_cve_2021_32827_a_page_of_another_site_brings_no_template_in_and_none_is_evaluated(
    serving, ask, tmp_path, method
):
    marker = tmp_path / "evaluated"
    expressions = [
        "{{7*7}}",
        "${7*7}",
        "<%= 7*7 %>",
        "#set($x=7*7)$x",
        "{0.__class__.__init__.__globals__}",
        "{self.__class__}",
        "%(x)s",
        "return String(7*7)",
        f"__import__('os').system('touch {marker}')",
        f"$(touch {marker})",
    ]
    with serving() as server:
        crossed = ask(server, method, SCENARIO, '{"description": "forged"}', Origin=EVIL)
        client = Client(server.url)
        told = [client.worlds.create(label=expression)["label"] for expression in expressions]
        templates = [
            {"id": f"t{n}", "name": each, "interval": 5, "sequence_format": "{JobId}/{Sequence}.jpg"}
            for n, each in enumerate(expressions)
        ]
        client.scenario.replace(json.dumps({"scenario": "expressions", "templates": templates}))
        names = [template["name"] for template in client.templates.all()]

    assert crossed.status == 403
    assert [name for name in crossed.headers if name.startswith("access-control-")] == []
    assert told == expressions
    assert sorted(names) == sorted(expressions)
    assert not marker.exists()


# -- Code and files of the server --


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", SCENARIO),
        ("POST", f"{ROOT}/worlds"),
        ("POST", f"{ROOT}/worlds/default/faults"),
        ("PUT", f"{ROOT}/worlds/default/clock"),
        ("PUT", f"{ROOT}/worlds/default/streams"),
    ],
)
def test_cve_2025_54123_no_program_can_be_configured(serving, ask, tmp_path, method, path):
    marker = tmp_path / "ran"
    middleware = {"binary": "/bin/sh", "script": f"touch {marker}", "remote": "http://127.0.0.1/"}
    with serving() as server:
        answers = [
            ask(server, method, path, json.dumps(each)) for each in (middleware, {"middleware": middleware})
        ]

    assert [answer.status for answer in answers] == [422, 422]
    assert not marker.exists()


@pytest.mark.parametrize(
    "path_to",
    [str, lambda file: f"{'../' * 40}{str(file)[1:]}", lambda file: f"file://{file}"],
)
@pytest.mark.parametrize("ending", [".yaml", ".json", ""])
@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("PUT", SCENARIO, lambda name: {"extends": name}),
        ("POST", f"{ROOT}/worlds", lambda name: {"scenario": name}),
    ],
    ids=["extended", "named"],
)
def test_cve_2024_45388_no_file_of_the_server_can_be_read(
    serving, ask, tmp_path, path_to, ending, method, path, document
):
    file = tmp_path / f"readable{ending}"
    file.write_text("scenario: treasure\ndescription: c0ffee\n")
    with serving() as server:
        refused = ask(server, method, path, json.dumps(document(path_to(file))))
        worlds = Client(server.url).worlds.all()

    assert refused.status == 422
    assert b"treasure" not in refused.body
    assert b"c0ffee" not in refused.body
    assert [world["scenario"] for world in worlds] == ["default"]


@pytest.mark.parametrize(
    "command", ["; touch {}", "$(touch {})", "`touch {}`", "a\ntouch {}", "| touch {} #"]
)
def test_cve_2021_32090_a_name_is_never_part_of_a_command(serving, ask, tmp_path, command):
    marker = tmp_path / "ran"
    name = f"room {command.format(marker)}"
    stream = "rtmp://live.example.com/app/room1"
    call = {"Action": "SubmitLiveSnapshotJob", "Version": "2020-11-09", "Format": "JSON"}
    job = {
        "JobName": name,
        "TemplateId": "five-seconds",
        "StreamInput": json.dumps({"Type": "rtmp", "Url": stream}),
        "SnapshotOutput": json.dumps(
            {"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"}
        ),
    }
    with serving() as server:
        client = Client(server.url)
        announced(client, "http://127.0.0.1:9/")
        submitted = json.loads(ask(server, "POST", f"/?{urlencode(call | job)}").body)
        client.clock.advance(seconds=5)
        pictures = [client.read(file) for job in client.jobs.all() for file in client.files(job["id"])]
        names = [job["name"] for job in client.jobs.all()]

    assert "JobId" in submitted
    assert name in names
    assert len(pictures) > 2
    assert not marker.exists()


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("PUT", SCENARIO, "extends: {url}"),
        ("PUT", SCENARIO, "templateURL: {url}"),
        ("PUT", SCENARIO, "extends: [{url}]"),
        ("PUT", SCENARIO, "!include {url}"),
        ("PUT", SCENARIO, "scenario: !!python/object/apply:os.system ['curl {url}; touch {marker}']"),
        ("POST", f"{ROOT}/worlds", '{{"scenario": "{url}"}}'),
    ],
)
def test_cve_2025_65200_nothing_is_loaded_from_an_address_and_what_is_loaded_runs_no_code(
    serving, ask, place, tmp_path, method, path, document
):
    marker = tmp_path / "ran"
    text = document.format(url=f"http://127.0.0.1:{place.port}/evil.yaml", marker=marker)
    with serving() as server:
        refused = ask(server, method, path, text)

    assert refused.status == 422
    assert place.visits == 0
    assert not marker.exists()


# -- Whoever can reach it --


def changing(ask: Callable, server, **headers: str) -> list[int]:
    asked = [("PUT", SCENARIO), ("POST", f"{ROOT}/worlds"), ("POST", f"{ROOT}/worlds/default/reset")]
    return [ask(server, method, path, "{}", **headers).status for method, path in asked]


def test_cve_2025_69723_whoever_comes_from_the_network_commands_nothing(serving, ask):
    with serving(host="0.0.0.0") as server:
        strangers = changing(ask, server)
        guesses = changing(ask, server, Authorization="Bearer admin")
        holders = changing(ask, server, Authorization=f"Bearer {server.access.token}")

    assert (strangers, guesses) == ([401, 401, 401], [401, 401, 401])
    assert 401 not in holders
