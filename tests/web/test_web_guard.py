"""Who may use the control API, and what browsers are told of every answer; over sockets, with plain HTTP."""

import hmac
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from flask import Flask, Response
from werkzeug.test import Client as WsgiClient

from ice_mock.callbacks import Rules
from ice_mock.client import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.interception.hosts import NOWHERE
from ice_mock.server import Server, running
from ice_mock.web import create_app
from ice_mock.web.guard import CONFINEMENT, PROTECTION, Access, guarded, is_loopback
from ice_mock.worlds import IceMock

ROOT = "/_ice_mock"
TOKEN = "open-sesame-7"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
INBOX = f"{ROOT}/worlds/default/inbox"
OPEN = {
    ("GET", f"{ROOT}/"),
    ("GET", f"{ROOT}/livez"),
    ("GET", f"{ROOT}/readyz"),
    ("POST", INBOX),
}
"""What is served without a token where one is wanted."""


class Answer(NamedTuple):
    """What came back; *headers* has names in lower case, *body* is the bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> str:
        """The code of the error in it, in the one shape that errors of the control API have."""
        document = json.loads(self.body)
        assert set(document) == {"error"}
        assert set(document["error"]) == {"code", "message", "details"}
        return document["error"]["code"]

    @property
    def message(self) -> str:
        return json.loads(self.body)["error"]["message"]


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def ask(
    server: Server, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port_of(server), timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        return answer(connection)


def answer(connection: HTTPConnection) -> Answer:
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One at loopback, as anybody starts it."""
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture(scope="module")
def secured() -> Iterator[Server]:
    """One that wants a token."""
    with running(IceMock(Scenario(clock="frozen")), access=Access(TOKEN)) as server:
        yield server


@pytest.fixture(scope="module")
def named() -> Iterator[Server]:
    """One without a token that may be called by more names."""
    access = Access(hosts=Rules.of("ice-mock,*.test"))
    with running(IceMock(Scenario(clock="frozen")), access=access) as server:
        yield server


@pytest.fixture
def worlds(server: Server) -> Callable[[], list[str]]:
    return lambda: [world["id"] for world in Client(server.url).worlds.all()]


# -- The token --


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer   {TOKEN}  ", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (TOKEN, 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer open-sesame", 401),
        (f"Bearer {TOKEN}8", 401),
        (f"Bearer {TOKEN.upper()}", 401),
        (f"Bearer {TOKEN}, Bearer {TOKEN}", 401),
        ("Bearer \xe4", 401),
    ],
)
def test_a_token_is_wanted_word_for_word(secured, authorization, status):
    given = {"Authorization": authorization} if authorization is not None else {}

    assert ask(secured, "GET", f"{ROOT}/worlds", given).status == status


@pytest.mark.parametrize(
    ("given", "says"),
    [({}, "wants its token"), ({"Authorization": "Bearer no"}, "is not the token")],
    ids=["none", "a wrong one"],
)
def test_who_has_no_token_is_told_how_to_give_one(secured, given, says):
    refused = ask(secured, "GET", f"{ROOT}/worlds", given)

    assert (refused.status, refused.error) == (401, "Unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert says in refused.message
    assert "Authorization: Bearer TOKEN" in refused.message
    assert "ICE_MOCK_TOKEN" in refused.message
    assert TOKEN.encode() not in refused.body


def test_a_token_is_compared_in_constant_time(monkeypatch, secured):
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *two: compared.append(two) or compare(*two))

    ask(secured, "GET", f"{ROOT}/worlds", {"Authorization": "Bearer o"})

    assert compared == [(b"o", TOKEN.encode())]


def test_everything_wants_the_token_but_what_cannot_have_one(secured):
    app = create_app(secured.mock)
    routes = {
        (method, re.sub(r"<[^>]*>", "default", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    paths = {(method, path): ask(secured, method, path).status for method, path in sorted(routes)}

    assert {asked for asked, status in paths.items() if status != 401} == OPEN
    assert len(paths) > 30


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY"]
)
@pytest.mark.parametrize(
    "path",
    [f"{ROOT}/worlds", "/%5fice_mock/worlds", f"{ROOT}/nothing", f"{ROOT}", "/_other", f"{ROOT}//worlds"],
)
def test_neither_methods_nor_spellings_lead_around_the_token(secured, method, path):
    assert ask(secured, method, path).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{ROOT}/livez"),
        ("DELETE", INBOX),
        ("GET", INBOX),
        ("POST", f"{INBOX}/"),
        ("POST", f"{ROOT}/worlds/default/faults/inbox"),
        ("POST", f"{ROOT}/"),
        ("GET", f"{ROOT}/console"),
    ],
)
def test_what_is_open_is_open_in_one_way_only(secured, method, path):
    assert ask(secured, method, path).status == 401


@pytest.mark.parametrize("path", [f"{ROOT}/livez", f"{ROOT}/readyz", f"{ROOT}/"])
def test_a_probe_may_ask_for_the_head_only(secured, path):
    assert ask(secured, "HEAD", path).status == 200


def test_files_of_the_console_are_open(secured):
    assert ask(secured, "GET", f"{ROOT}/console/app.js").status == 404


def test_a_receiver_without_a_token_gets_its_letters(secured):
    posted = ask(secured, "POST", INBOX, body=b"a letter")

    assert posted.status == 200
    assert "a letter" in [letter["body"] for letter in Client(secured.url, token=TOKEN).inbox.all()]


def test_a_token_that_comes_with_a_letter_is_not_kept(secured):
    ask(secured, "POST", INBOX, {**BEARER, "X-Other": "kept"}, b"with a token")

    [letter] = [
        each for each in Client(secured.url, token=TOKEN).inbox.all() if each["body"] == "with a token"
    ]
    assert TOKEN not in json.dumps(letter)
    assert letter["headers"]["X-Other"] == "kept"


def test_the_api_and_object_storage_want_no_token(secured):
    query = urlencode({"Action": "ListLiveSnapshotTemplates", "Version": "2020-11-09"})

    assert ask(secured, "GET", f"/?{query}").status == 200
    assert ask(secured, "GET", "/pictures/none.jpg").status == 404


def test_a_refused_request_leaves_the_connection_usable(secured):
    with closing(HTTPConnection("127.0.0.1", port_of(secured), timeout=20)) as connection:
        connection.request("PUT", f"{ROOT}/worlds/default/scenario", b"x" * 500_000)
        refused = answer(connection)
        connection.request("GET", f"{ROOT}/worlds", headers=BEARER)
        served = answer(connection)

    assert (refused.status, served.status) == (401, 200)


def test_no_token_is_shown_by_accident():
    assert TOKEN not in repr(Access(TOKEN))


@pytest.mark.parametrize(
    ("host", "is_private"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("LocalHost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("fe80::1", False),
        ("myself.example", False),
        ("localhost.example", False),
        ("", False),
        ("127.1", False),
    ],
)
def test_only_at_loopback_nothing_is_asked(host, is_private):
    access = Access.at(host)

    assert is_loopback(host) is is_private
    assert (access.token is None, access.is_made_up) == (is_private, not is_private)


def test_a_made_up_token_is_long_and_another_one_every_time():
    first, second = Access.at("0.0.0.0").token, Access.at("0.0.0.0").token

    assert first != second
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,}", first)


def test_a_server_that_others_can_reach_makes_up_a_token():
    with running(IceMock(Scenario(clock="frozen")), host="0.0.0.0") as server:
        without = ask(server, "GET", f"{ROOT}/worlds").status
        given = ask(
            server, "GET", f"{ROOT}/worlds", {"Authorization": f"Bearer {server.access.token}"}
        ).status

    assert (without, given) == (401, 200)


# -- The name of the host --


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "localhost.", "localhost:4610", "bucket.localhost:4610", "a.b.localhost"),
        *("127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:4610", "192.168.1.7:4610", "[fe80::1]", NOWHERE),
    ],
)
def test_a_name_that_nobody_can_make_stand_for_this_machine_is_served(server, host):
    assert ask(server, "GET", f"{ROOT}/worlds", {"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:4610",
            "localhost.evil.example",
            "evillocalhost",
            "127.0.0.1.evil.example",
        ),
        *("ice-mock", "host.docker.internal", "2130706433", "0x7f.1", "127.1", "127.0.0.1.", "[::1", "::1"),
        *("evil.example@127.0.0.1", "127.0.0.1/evil", "127.0.0.1 evil", "localhost:x", "localhost:80:80", ""),
        *("127.0.0.1, evil.example", "[evil.example]", "xn--lcalhost-9za"),
    ],
)
def test_a_name_that_anybody_can_make_stand_for_this_machine_is_not(server, host):
    refused = ask(server, "GET", f"{ROOT}/worlds", {"Host": host})

    assert (refused.status, refused.error) == (403, "UnknownHost")
    assert "--allowed-hosts" in refused.message


def test_a_rebound_name_reaches_nothing(server, worlds):
    rebound = {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}
    before = worlds()

    refused = ask(server, "POST", f"{ROOT}/worlds", rebound, b"{}")

    assert (refused.status, refused.error, worlds()) == (403, "UnknownHost", before)


@pytest.mark.parametrize("method", ["POST", "DELETE", "GET"])
def test_a_rebound_name_reaches_no_inbox_either(server, method):
    assert ask(server, method, INBOX, {"Host": "evil.example"}).status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("ice-mock", 200),
        ("ICE-MOCK:4610", 200),
        ("a.test", 200),
        ("a.b.test:80", 200),
        ("localhost", 200),
        ("test", 403),
        ("ice-mock.evil.example", 403),
        ("evil.example", 403),
    ],
)
def test_names_can_be_allowed(named, host, status):
    assert ask(named, "GET", f"{ROOT}/worlds", {"Host": host}).status == status


def test_every_name_can_be_allowed():
    access = Access(hosts=Rules.of("*"))
    with running(IceMock(Scenario(clock="frozen")), access=access) as server:
        assert ask(server, "GET", f"{ROOT}/worlds", {"Host": "evil.example"}).status == 200


@pytest.mark.parametrize("host", ["evil.example", "ice-mock:4610", "host.docker.internal"])
def test_with_the_token_any_name_will_do(secured, host):
    assert ask(secured, "GET", f"{ROOT}/worlds", {"Host": host, **BEARER}).status == 200


@pytest.mark.parametrize("path", ["livez", "readyz"])
def test_a_probe_may_use_any_name(server, path):
    assert ask(server, "GET", f"{ROOT}/{path}", {"Host": "10-0-0-7.pod.cluster.example"}).status == 200


def test_the_api_and_object_storage_are_served_under_any_name(server):
    query = urlencode({"Action": "ListLiveSnapshotTemplates", "Version": "2020-11-09"})

    assert ask(server, "GET", f"/?{query}", {"Host": "ice.example"}).status == 200
    assert ask(server, "GET", "/pictures/none.jpg", {"Host": "oss.example"}).status == 404


def test_an_emulator_in_this_process_is_served_under_its_name():
    asked = WsgiClient(create_app(IceMock(Scenario(clock="frozen"))))

    assert asked.get(f"{ROOT}/worlds", headers={"Host": NOWHERE}).status_code == 200


# -- Pages of other sites --

HOME = {"Host": "localhost:4610"}
FOREIGN = {
    "an origin": {"Origin": "http://evil.example"},
    "an origin on TLS": {"Origin": "https://evil.example"},
    "no origin in particular": {"Origin": "null"},
    "an empty origin": {"Origin": ""},
    "another port": {"Origin": "http://localhost:3000"},
    "no port": {"Origin": "http://localhost"},
    "another name of this machine": {"Origin": "http://127.0.0.1:4610"},
    "another scheme": {"Origin": "ftp://localhost:4610"},
    "an extension": {"Origin": "chrome-extension://localhost:4610"},
    "a longer origin": {"Origin": "http://localhost:4610.evil.example"},
    "two origins": {"Origin": "http://localhost:4610, http://evil.example"},
    "a picture": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    "another port, without its origin": {"Sec-Fetch-Site": "same-site"},
    "an unheard-of site": {"Sec-Fetch-Site": "elsewhere"},
    "a form": {"Origin": "http://evil.example", **LINK},
    "a lie about the site": {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
}
OWN = {
    "no browser": {},
    "its own page": {"Origin": "http://localhost:4610", "Sec-Fetch-Site": "same-origin"},
    "its own page in an old browser": {"Origin": "http://localhost:4610"},
    "its own page behind TLS": {"Origin": "https://LOCALHOST:4610"},
    "its own page, reading": {"Sec-Fetch-Site": "same-origin"},
    "a person": {"Sec-Fetch-Site": "none"},
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_page_of_another_site_is_refused_whatever_it_does(server, method, foreign):
    refused = ask(server, method, f"{ROOT}/worlds", {**HOME, **foreign})

    assert refused.status == 403
    assert method == "HEAD" or refused.error == "ForeignOrigin"


@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_programs_and_its_own_pages_are_served(server, method, own):
    path = f"{ROOT}/worlds" if method == "GET" else INBOX

    assert ask(server, method, path, {**HOME, **own}).status in (200, 204)


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_page_of_another_site_is_refused_even_if_it_knows_the_token(secured, foreign):
    assert ask(secured, "GET", f"{ROOT}/worlds", {**HOME, **foreign, **BEARER}).error == "ForeignOrigin"


@pytest.mark.parametrize("path", [f"{ROOT}/livez", f"{ROOT}/", INBOX, f"{ROOT}/console/app.js"])
def test_what_is_open_without_a_token_is_closed_to_pages_of_other_sites(secured, path):
    method = "POST" if path == INBOX else "GET"

    assert ask(secured, method, path, {"Origin": "http://evil.example"}).status == 403


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
    ],
)
def test_a_post_that_browsers_send_unasked_changes_nothing(server, worlds, kind):
    before = worlds()

    refused = ask(
        server,
        "POST",
        f"{ROOT}/worlds",
        {"Origin": "http://evil.example", "Content-Type": kind},
        b'{"label": "forged"}',
    )

    assert (refused.status, worlds()) == (403, before)


@pytest.mark.parametrize("path", ["worlds", "worlds/default/scenario", "worlds/default/inbox", "nothing"])
def test_a_preflight_gets_no_permission(server, path):
    asked = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Private-Network": "true",
    }

    refused = ask(server, "OPTIONS", f"{ROOT}/{path}", asked)

    assert refused.status == 403
    assert [name for name in refused.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
def test_no_answer_is_shared_with_other_origins(server, own):
    answers = [ask(server, method, f"{ROOT}/worlds", {**HOME, **own}) for method in ("GET", "OPTIONS")]

    assert [name for each in answers for name in each.headers if name.startswith("access-control-")] == []


def test_the_answer_to_options_says_what_there_is_and_nothing_more(server):
    told = ask(server, "OPTIONS", f"{ROOT}/worlds")

    assert (told.status, told.body) == (200, b"")
    assert set(told.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{ROOT}/", 200),
        ("GET", f"{ROOT}/console/page", 404),
        ("GET", f"{ROOT}/worlds", 403),
        ("POST", f"{ROOT}/", 403),
        ("GET", f"{ROOT}/livez", 403),
    ],
)
def test_a_link_leads_to_the_console_and_nowhere_else(server, method, path, status):
    assert ask(server, method, path, {**HOME, **LINK}).status == status


def test_the_api_is_open_to_pages_of_any_site_as_the_service_is(server):
    query = urlencode({"Action": "ListLiveSnapshotTemplates", "Version": "2020-11-09"})

    served = ask(
        server, "GET", f"/?{query}", {"Origin": "http://app.example", "Sec-Fetch-Site": "cross-site"}
    )

    assert (served.status, served.headers["access-control-allow-origin"]) == (200, "*")


# -- Callbacks that anybody may send anywhere --


def test_a_callback_commands_nothing(server, worlds):
    client = Client(server.url)
    client.scenario.replace(
        json.dumps(
            {
                "extends": "one-room",
                "clock": {"mode": "frozen"},
                "account": {"callback": {"url": f"{server.url}{ROOT}/worlds/default/reset"}},
                "callbacks": {"attempts": 1},
            }
        )
    )

    client.clock.advance(seconds=5)

    assert [each["status"] for callback in client.callbacks for each in callback["attempts"]] == [404, 404]
    assert client.clock.read()["now"] == "2026-01-01T00:00:05.000Z"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", f"{ROOT}/worlds"), ("GET", f"{ROOT}/livez"), ("GET", INBOX)]
)
def test_the_control_api_takes_callbacks_in_an_inbox_only(server, method, path):
    sent = {"User-Agent": "ice-callback"}

    assert ask(server, method, path, sent).error == "MisledCallback"
    assert ask(server, "POST", INBOX, sent, b"{}").status == 200


# -- What browsers are told --


def test_every_answer_of_the_control_api_is_protected(server, secured):
    answers = {
        200: ask(server, "GET", f"{ROOT}/worlds"),
        204: ask(server, "DELETE", INBOX),
        400: ask(server, "POST", f"{ROOT}/worlds", body=b"{"),
        401: ask(secured, "GET", f"{ROOT}/worlds"),
        403: ask(server, "GET", f"{ROOT}/worlds", {"Host": "evil.example"}),
        404: ask(server, "GET", f"{ROOT}/nothing"),
        405: ask(server, "PUT", f"{ROOT}/worlds"),
        422: ask(server, "POST", f"{ROOT}/worlds", body=b'{"clock": "x"}'),
    }

    wanted = {name.lower(): value for name, value in PROTECTION.items()}
    assert {status: each.status for status, each in answers.items()} == {status: status for status in answers}
    assert {
        status: each.headers for status, each in answers.items() if not wanted.items() <= each.headers.items()
    } == {}


def test_what_an_answer_says_itself_stays():
    app = Flask("test")
    policy = "default-src 'self'"
    app.add_url_rule("/", view_func=lambda: Response("", headers={"content-security-policy": policy}))
    app.wsgi_app = guarded(app.wsgi_app, Access())

    told = app.test_client().get("/").headers

    assert told.getlist("Content-Security-Policy") == [policy]
    assert told["X-Frame-Options"] == "DENY"


def test_a_failure_of_the_emulator_is_protected_too(monkeypatch, server):
    monkeypatch.setattr(server.mock.worlds, "all", lambda: 1 / 0)

    failed = ask(server, "GET", f"{ROOT}/worlds")

    assert (failed.status, failed.headers["x-content-type-options"]) == (500, "nosniff")


@pytest.mark.parametrize(
    "path",
    [
        "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09",
        "/?Action=%3Cscript%3E",
        "/pictures/none.jpg",
        "/%3Cscript%3E/",
        "/pictures/%3Cscript%3Ealert(1)%3C/script%3E?response-content-type=text/html",
    ],
)
def test_what_shares_the_consoles_origin_can_do_nothing_there(server, path):
    told = ask(server, "GET", path)

    assert b"<script" not in told.body
    assert {name.lower(): value for name, value in CONFINEMENT.items()}.items() <= told.headers.items()


def call(server: Server, action: str, **parameters: object) -> dict[str, str]:
    query = urlencode({"Action": action, "Version": "2020-11-09", "Format": "JSON"})
    form = {name: each if isinstance(each, str) else json.dumps(each) for name, each in parameters.items()}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return json.loads(ask(server, "POST", f"/?{query}", kind, urlencode(form).encode()).body)


def test_a_picture_that_is_passed_off_as_a_page_runs_no_script():
    stream = "rtmp://live.example.com/app/<script>fetch('/_ice_mock/worlds')</script>"
    with running(IceMock(Scenario(clock="frozen"))) as server:
        client = Client(server.url)
        client.streams.publish(stream)
        plan = {"TimeInterval": 5, "SequenceFormat": "{JobId}/{Sequence}.jpg"}
        template = call(server, "CreateLiveSnapshotTemplate", TemplateName="five", **plan)["TemplateId"]
        output = {"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"}
        job = call(
            server,
            "SubmitLiveSnapshotJob",
            JobName="room 1",
            TemplateId=template,
            StreamInput={"Url": stream, "Type": "rtmp"},
            SnapshotOutput=output,
        )["JobId"]
        client.clock.advance(seconds=5)
        key = client.files(job)[0]["key"]

        page = ask(server, "GET", f"/pictures/{key}?response-content-type=text/html")

    # This is what makes it dangerous, and why it is confined: a picture says what it shows.
    assert page.headers["content-type"] == "text/html"
    assert stream.encode() in page.body
    policy = page.headers["content-security-policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy.split("; ")
    assert "script-src" not in policy
    assert "allow-" not in policy
