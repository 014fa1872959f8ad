"""What a wrong signature was made of, found out for each mistake that a client can make."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, quote_plus, urlencode

import pytest

from ice_mock.domain.model import AccessKey
from ice_mock.gateway import Call, Gateway
from ice_mock.gateway.diagnosis import MOST_TRIES
from ice_mock.gateway.differences import compare
from ice_mock.gateway.guesses_acs3 import Acs3Guesses

KEY_ID, SECRET = "AK-known", "secret"
FORM = (("JobName", "room 1 *~/"), ("TemplateId", "t"))
QUERY = (("PageSize", "5"), ("SearchKeyWord", "a b*~/"))


def encoded(text: str) -> str:
    return quote(text, safe="")


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def joined(pairs: object, encode: Callable[[str], str] = encoded) -> str:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in pairs)


@pytest.fixture
def acs3_client(gateway: Gateway, engine, real_time: Callable[[], datetime]):
    """Call with parts of the canonical request, or what came after it, as a client may have them wrong."""

    def call(
        *,
        headers: dict[str, str] | None = None,
        secret: str = SECRET,
        query: tuple[tuple[str, str], ...] = QUERY,
        method: str = "POST",
        path: str = "/",
        query_text: str | None = None,
        header_lines: Callable[[dict[str, str]], str] | None = None,
        names: Callable[[list[str]], str] = ";".join,
        body: str | None = None,
        to_sign: Callable[[str], str] = lambda canonical: f"ACS3-HMAC-SHA256\n{hashed(canonical)}",
        written: Callable[[bytes], str] = bytes.hex,
        arriving: bytes | None = None,
        signed: tuple[str, ...] = (),
        arriving_with: dict[str, str] | None = None,
    ) -> tuple[str, dict[str, str]]:
        sent_body = urlencode(FORM)
        own = {
            "content-type": "application/x-www-form-urlencoded",
            "host": "127.0.0.1:4610",
            "x-acs-action": "ListLiveSnapshotTemplates",
            "x-acs-content-sha256": hashed(sent_body),
            "x-acs-date": f"{real_time():%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": "nonce",
            "x-acs-version": "2020-11-09",
        }
        sent = own | (headers or {})
        order = sorted({*sent, *signed})
        lines = (header_lines or (lambda all: "".join(f"{name}:{all[name]}\n" for name in sorted(all))))(sent)
        text = query_text if query_text is not None else joined(sorted(query))
        body_hash = hashed(sent_body) if body is None else body
        canonical = "\n".join((method, path, text, lines, names(order), body_hash))
        signature = written(hmac.digest(secret.encode(), to_sign(canonical).encode(), hashlib.sha256))
        authorization = (
            f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={';'.join(order)},Signature={signature}"
        )
        gateway(
            Call(
                "POST",
                query=query,
                form=FORM,
                headers={**sent, **(arriving_with or {}), "authorization": authorization},
                body=arriving if arriving is not None else sent_body.encode(),
            )
        )
        [entry] = engine.journal.all()
        assert entry.code == "SignatureDoesNotMatch"
        return entry.reason.sentence, dict(entry.reason.facts)

    return call


def lines(all: dict[str, str], between: str = ":") -> str:
    return "".join(f"{name}{between}{all[name]}\n" for name in sorted(all))


def another(name: str, text: str) -> Callable[[dict[str, str]], str]:
    return lambda all: lines({**all, name: text})


def without(name: str) -> Callable[[dict[str, str]], str]:
    return lambda all: lines({other: text for other, text in all.items() if other != name})


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        pytest.param({"secret": "secret\n"}, "a newline after the secret of AK-known", id="newline"),
        pytest.param({"secret": "secret "}, "a space after the secret of AK-known", id="space"),
        pytest.param({"secret": '"secret"'}, "quotation marks around the secret of AK-known", id="quotes"),
        pytest.param({"secret": "secret&"}, "an ampersand after the secret of AK-known", id="rpc key"),
        pytest.param({"secret": "AK-known"}, "the access key id AK-known in place of its secret", id="id"),
        pytest.param({"secret": "SECRET"}, "the secret of AK-known in another case", id="upper case"),
        pytest.param(
            {"secret": "other-secret"}, "the secret of another access key, AK-other", id="other key"
        ),
        pytest.param({"method": "GET"}, "the method GET", id="method"),
        pytest.param({"path": ""}, "the path ''", id="no path"),
        pytest.param({"query_text": ""}, "no parameters", id="no query"),
        pytest.param(
            {"query_text": joined(QUERY, quote_plus).replace("%7E", "~")}, "with + for spaces", id="plus"
        ),
        pytest.param({"query_text": joined(QUERY).replace("~", "%7E")}, "~ encoded as %7E", id="tilde"),
        pytest.param({"query_text": joined(QUERY).replace("%2A", "*")}, "with * not encoded", id="star"),
        pytest.param({"query_text": joined(QUERY).replace("%2F", "/")}, "with / not encoded", id="slash"),
        pytest.param({"query_text": joined(QUERY, str)}, "that were not encoded", id="not encoded"),
        pytest.param({"query_text": joined(reversed(QUERY)), "query": QUERY[::-1]}, "not sorted", id="order"),
        pytest.param({"query_text": joined(QUERY[:1])}, "no parameter SearchKeyWord", id="left out"),
        pytest.param(
            {"query_text": joined(sorted(QUERY + FORM))}, "the form among those of the query", id="form too"
        ),
        pytest.param({"query_text": joined(FORM)}, "the form in place of those of the query", id="form only"),
        pytest.param({"header_lines": another("host", "127.0.0.1")}, "the Host 127.0.0.1", id="no port"),
        pytest.param(
            {"header_lines": another("host", "ice.cn-shanghai.aliyuncs.com")},
            "the Host ice.cn-shanghai.aliyuncs.com",
            id="another host",
        ),
        pytest.param({"header_lines": lambda all: lines(all, ": ")}, "a space after the colon", id="colon"),
        pytest.param({"header_lines": lambda all: lines(all)[:-1]}, "without a blank line", id="blank line"),
        pytest.param({"header_lines": without("host")}, "no header host", id="header left out"),
        pytest.param(
            {"header_lines": another("content-type", "application/json")},
            "the Content-Type application/json",
            id="content type",
        ),
        pytest.param({"names": ",".join}, "names of headers with commas", id="commas"),
        pytest.param({"body": hashed("")}, "the hash of an empty body", id="empty body"),
        pytest.param({"body": hashed(joined(FORM))}, "the body with %20 for spaces", id="body encoded"),
        pytest.param({"body": hashed(joined(FORM, str))}, "the body before it was encoded", id="body raw"),
        pytest.param({"body": "UNSIGNED-PAYLOAD"}, "UNSIGNED-PAYLOAD in place", id="unsigned payload"),
        pytest.param({"arriving": b"JobName=other"}, "a body that changed on its way", id="body changed"),
        pytest.param({"to_sign": hashed}, "without ACS3-HMAC-SHA256 in front of it", id="no algorithm"),
        pytest.param(
            {"written": lambda digest: digest.hex().upper()},
            "The client wrote its signature in hexadecimal digits of upper case, and everything else agrees.",
            id="upper case hex",
        ),
        pytest.param({"path": "//"}, "the path '//'", id="two slashes"),
        pytest.param(
            {
                "header_lines": another("host", "ice.example"),
                "arriving_with": {"x-forwarded-host": "ice.example"},
            },
            "the Host ice.example",
            id="forwarded",
        ),
        pytest.param(
            {
                "header_lines": another("host", "ice.example:8443"),
                "arriving_with": {"x-forwarded-host": "ice.example, inner", "x-forwarded-port": "8443"},
            },
            "the Host ice.example:8443",
            id="forwarded with a port",
        ),
        pytest.param(
            {
                "header_lines": another("host", "ice.example"),
                "arriving_with": {"forwarded": 'for=10.0.0.1;host="ice.example";proto=https'},
            },
            "the Host ice.example",
            id="forwarded by the standard",
        ),
        pytest.param(
            {
                "to_sign": lambda canonical: (
                    f"ACS3-HMAC-SHA256\n{hashed(canonical.replace(chr(10), chr(13) + chr(10)))}"
                )
            },
            "The client signed lines that end with CR LF in place of LF, and everything else agrees.",
            id="ends of lines",
        ),
        pytest.param(
            {"written": lambda digest: base64.b64encode(digest).decode()},
            "The client wrote its signature in base64, and everything else agrees.",
            id="base64",
        ),
        pytest.param(
            {"header_lines": another("host", "127.0.0.1"), "body": hashed("")},
            "the Host 127.0.0.1 and the hash of an empty body",
            id="two mistakes",
        ),
        pytest.param(
            {"header_lines": another("host", "127.0.0.1"), "secret": "secret\n"},
            "the Host 127.0.0.1 and with a newline after the secret",
            id="a mistake and a wrong secret",
        ),
    ],
)
def test_each_mistake_of_an_acs3_client_is_found_out(acs3_client, worlds, engine, mistake, words):
    engine.store.put(AccessKey("AK-other", "other-secret"))

    sentence, _ = acs3_client(**mistake)

    assert sentence.startswith("The client signed " if "The client" not in words else words)
    assert words in sentence


@pytest.mark.parametrize(
    ("mistake", "place", "server", "client"),
    [
        ({"method": "GET"}, "line 1, the method,", "POST", "GET"),
        ({"path": ""}, "line 2, the path,", "/", ""),
        ({"query_text": ""}, "line 3, the query,", joined(QUERY), ""),
        (
            {"header_lines": another("host", "localhost")},
            "line 5, the header host,",
            "host:127.0.0.1:4610",
            "host:localhost",
        ),
        (
            {"body": "UNSIGNED-PAYLOAD"},
            "line 13, the hash of the body,",
            hashed(urlencode(FORM)),
            "UNSIGNED-PAYLOAD",
        ),
    ],
    ids=["method", "path", "query", "header", "body"],
)
def test_the_first_line_that_differs_is_named_as_server_and_client_have_it(
    acs3_client, mistake, place, server, client
):
    sentence, facts = acs3_client(**mistake)

    assert (facts["first_difference"], facts["server_has"], facts["client_has"]) == (place, server, client)
    assert f"{place} is {server!r} here and {client!r} there." in sentence


def test_a_wrong_secret_leaves_no_line_to_name(acs3_client):
    sentence, facts = acs3_client(secret="secret\n")

    assert "everything else agrees" in sentence
    assert "first_difference" not in facts


def test_when_nothing_fits_the_secret_is_the_likely_reason_and_the_canonical_request_a_fact(acs3_client):
    sentence, facts = acs3_client(secret="nobody's")

    tried = int(facts["variants_tried"])
    assert sentence == (
        f"None of {tried:,} variants of the request gives the client's signature: it was made with another "
        "secret than that of AK-known, or a Host, header or parameter changed on its way; compare what the "
        "client signed with why?request=…&canonical=…."
    )
    assert 300 < tried <= MOST_TRIES
    assert facts["server_canonical_request"].startswith(f"POST\n/\n{joined(QUERY)}\ncontent-type:")


def test_when_nothing_fits_a_body_that_changed_is_named_all_the_same(acs3_client):
    sentence, _ = acs3_client(secret="nobody's", arriving=b"JobName=other")

    assert sentence.startswith("The body is not the one that was signed: its hash is ")


def test_when_nothing_fits_a_signed_header_that_did_not_arrive_is_named(acs3_client):
    sentence, _ = acs3_client(signed=("x-proxied",), header_lines=another("x-proxied", "gone"))

    assert sentence.startswith("The signed header x-proxied did not arrive; none of ")


# -- RPC --


@pytest.fixture
def rpc_client(gateway: Gateway, engine, real_time: Callable[[], datetime]):
    """Call with parts of the string to sign, or what came after it, as a client may have them wrong."""

    def call(
        *,
        key: str = f"{SECRET}&",
        method: str = "GET",
        path: str = "%2F",
        text: Callable[[dict[str, str]], str] = lambda all: joined(sorted(all.items())),
        outer: Callable[[str], str] = encoded,
        digest: str = "sha1",
        written: Callable[[bytes], str] = lambda digest: base64.b64encode(digest).decode(),
        nonce: str = "nonce 4",
    ) -> tuple[str, dict[str, str]]:
        sent = {
            "Action": "ListLiveSnapshotTemplates",
            "Version": "2020-11-09",
            "Format": "JSON",
            "AccessKeyId": KEY_ID,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": nonce,
            "Timestamp": f"{real_time():%Y-%m-%dT%H:%M:%SZ}",
            "SearchKeyWord": "a b*~/",
        }
        to_sign = f"{method}&{path}&{outer(text(sent))}"
        sent["Signature"] = written(hmac.digest(key.encode(), to_sign.encode(), digest))
        gateway(Call("GET", query=tuple(sent.items())))
        [entry] = engine.journal.all()
        assert entry.code == "SignatureDoesNotMatch"
        return entry.reason.sentence, dict(entry.reason.facts)

    return call


def spaced(digest: bytes) -> str:
    """Base64 whose + was not percent-encoded, and so arrives as a space."""
    text = base64.b64encode(digest).decode()
    assert "+" in text
    return text.replace("+", " ")


def changed(name: str, value: str | None) -> Callable[[dict[str, str]], str]:
    return lambda all: joined(sorted(pair for pair in {**all, name: value}.items() if pair[1] is not None))


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        pytest.param({"key": SECRET}, "the secret without the & that follows it", id="no ampersand"),
        pytest.param({"key": f"{SECRET}\n&"}, "a newline after the secret of AK-known", id="newline"),
        pytest.param({"key": "other-secret&"}, "the secret of another access key, AK-other", id="other key"),
        pytest.param({"method": "POST"}, "the method POST", id="method"),
        pytest.param({"path": "/"}, "the path / without encoding it", id="path"),
        pytest.param({"text": lambda all: joined(all.items())}, "not sorted", id="order"),
        pytest.param({"outer": str}, "not encoded a second time", id="once"),
        pytest.param(
            {"text": lambda all: joined(sorted(all.items())).replace("%20", "+")}, "with + for", id="plus"
        ),
        pytest.param(
            {"text": lambda all: joined(sorted(all.items())).replace("~", "%7E")}, "~ encoded", id="tilde"
        ),
        pytest.param({"text": changed("Timestamp", "2026-03-04T05:06:08Z")}, "another time than", id="time"),
        pytest.param({"text": changed("SearchKeyWord", None)}, "no parameter SearchKeyWord", id="left out"),
        pytest.param({"text": changed("SignatureType", "")}, "SignatureType= that was not sent", id="extra"),
        pytest.param({"path": "%2F%2F"}, "the path //", id="two slashes"),
        pytest.param(
            {"digest": "sha256"}, "The client made its signature with HMAC-SHA256, and", id="sha256"
        ),
        pytest.param(
            {"written": spaced, "nonce": "nonce 6"},
            "The client wrote its signature with a + that was not sent as %2B, and everything else agrees.",
            id="plus lost",
        ),
        pytest.param(
            {"written": bytes.hex}, "The client wrote its signature in hexadecimal digits, and", id="hex"
        ),
        pytest.param(
            {"method": "POST", "written": bytes.hex},
            "The client signed the method POST and wrote its signature in hexadecimal digits: the method is",
            id="method and hex",
        ),
    ],
)
def test_each_mistake_of_an_rpc_client_is_found_out(rpc_client, engine, mistake, words):
    engine.store.put(AccessKey("AK-other", "other-secret"))

    sentence, _ = rpc_client(**mistake)

    assert sentence.startswith("The client signed " if "The client" not in words else words)
    assert words in sentence


def test_in_rpc_the_first_parameter_that_differs_is_named(rpc_client):
    _, facts = rpc_client(text=changed("Timestamp", "2026-03-04T05:06:08Z"))

    assert facts["first_difference"] == "the parameter Timestamp"
    assert facts["server_has"] == "Timestamp=2026-03-04T05%3A06%3A07Z"
    assert facts["client_has"] == "Timestamp=2026-03-04T05%3A06%3A08Z"


def test_in_rpc_the_string_to_sign_is_a_fact_when_nothing_fits(rpc_client):
    sentence, facts = rpc_client(key="nobody's&")

    assert sentence.startswith("None of ")
    assert facts["server_string_to_sign"].startswith("GET&%2F&AccessKeyId%3DAK-known%26Action")


# -- Bounds --


def test_however_much_there_was_to_sign_the_search_ends_soon(acs3_client):
    _, facts = acs3_client(secret="nobody's", query=tuple((f"P{n}", "x" * 60) for n in range(1000)))

    assert int(facts["variants_tried"]) < 30


def test_where_there_is_too_much_to_sign_nothing_is_tried(acs3_client):
    sentence, _ = acs3_client(secret="nobody's", query=(("P", "x" * 2_000_000),))

    assert sentence.startswith(
        "Not one variant was tried, as there is too much to sign: it was made with another"
    )


# -- Calls of one kind, one after another --


@pytest.fixture
def tried(monkeypatch) -> list[int]:
    """How many canonical requests were hashed, in the last place of the list since it was there."""
    counts = [0]
    digests = Acs3Guesses.digests

    def counting(*all, **named):
        counts[-1] += 1
        return digests(*all, **named)

    monkeypatch.setattr(Acs3Guesses, "digests", counting)
    return counts


@pytest.fixture
def refuse(gateway: Gateway, engine, acs3, tried) -> Callable[..., str]:
    """Make a call whose signature is wrong; return why."""

    def call(**different) -> str:
        tried.append(0)
        gateway(acs3(**different))
        return engine.journal.all()[-1].reason.sentence

    return call


def test_a_client_that_tries_again_and_again_costs_next_to_nothing(refuse, tried):
    sentences = {refuse(secret="nobody's") for _ in range(40)}

    assert len(sentences) == 1
    assert tried[1] > 300
    assert sum(count > 20 for count in tried) == 7


def test_a_secret_that_is_only_nearly_right_is_found_out_after_many_that_were_not(refuse):
    for _ in range(10):
        refuse(secret="nobody's")

    assert "a newline after the secret of AK-known" in refuse(secret="secret\n")


def test_a_mistake_that_was_found_once_is_found_at_once(refuse, tried):
    first, second = (refuse(secret="secret\n") for _ in range(2))

    assert first == second
    assert tried[1] > tried[2] == 1


def test_a_call_of_another_kind_is_looked_at_anew(refuse, tried):
    refuse(secret="nobody's", SearchKeyWord="a")
    refuse(secret="nobody's", SearchKeyWord="b")

    assert tried[1] == tried[2] > 300


# -- What a client says that it signed --

SERVER = "GET\n/\na=1\nhost:h\nx-acs-security-token:…\n\nhost;x-acs-security-token\nhash"


@pytest.mark.parametrize(
    ("client", "place"),
    [
        pytest.param(SERVER.replace("…", "any-token"), None, id="the same, with its token"),
        pytest.param(SERVER.replace("…", "any-token").replace("\n", "\r\n"), None, id="other ends of lines"),
        pytest.param(SERVER.replace("\n", "\\n"), None, id="escaped ends of lines"),
        pytest.param(SERVER.replace("GET", "POST"), "line 1, the method,", id="method"),
        pytest.param(SERVER.replace("a=1", "a=2"), "line 3, the query,", id="query"),
        pytest.param(SERVER.replace("host:h", "host:g"), "line 4, the header host,", id="header"),
        pytest.param(
            SERVER.replace("\n\nhost", "\nhost"), "line 6, the end of the headers,", id="blank line"
        ),
        pytest.param(SERVER.removesuffix("\nhash"), "line 8, the hash of the body,", id="cut off"),
        pytest.param(f"{SERVER}\n", "line 9, the hash of the body,", id="a line more"),
    ],
)
def test_canonical_requests_are_compared_line_by_line(client, place):
    difference = compare(SERVER, client)

    assert (difference and difference.place) == place


@pytest.mark.parametrize(
    ("client", "told"),
    [
        ("GET&%2F&A%3D1%26B%3D2%26D%3D4", None),
        ("POST&%2F&A%3D1%26B%3D2%26D%3D4", "the method is 'GET' here and 'POST' there"),
        ("GET&/&A%3D1%26B%3D2%26D%3D4", "the path is '%2F' here and '/' there"),
        ("GET&%2F&A%3D1%26B%3D3%26D%3D4", "the parameter B is 'B=2' here and 'B=3' there"),
        ("GET&%2F&A%3D1%26B%3D2%26C%3D3%26D%3D4", "the parameter C is missing here and 'C=3' there"),
        ("GET&%2F&A%3D1%26D%3D4", "the parameter B is 'B=2' here and missing there"),
        ("GET&%2F&A%3D1%26B%3D2%26B%3D3%26D%3D4", "the parameter B is missing here and 'B=3' there"),
        ("GET&%2F&", "the parameter A is 'A=1' here and missing there"),
        (
            "GET&%2F&D%3D4%26A%3D1%26B%3D2",
            "the order of the parameters is 'A, B, D' here and 'D, A, B' there",
        ),
    ],
    ids=["same", "method", "path", "value", "more", "less", "twice", "none", "order"],
)
def test_strings_to_sign_are_compared_by_the_names_of_parameters(client, told):
    difference = compare("GET&%2F&A%3D1%26B%3D2%26D%3D4", client)

    assert (str(difference) if difference else None) == told
