"""Where a real sender connects to, seen from the receivers, the resolver and the interpreter."""

import asyncio
import base64
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from ice_mock.callbacks import Policy, Proxies, Rules
from ice_mock.callbacks.sockets import LONGEST_ANSWER, AnswerTooLong, Refused, callback_socket, on_errand

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SHORT = timedelta(milliseconds=300)
REFUSED = "refused by the callback policy: "

NO_LOOPBACK = Policy(deny=Rules.of("127.0.0.0/8,::1"))


def port_of(receiver) -> int:
    return receiver.server_address[1]


@pytest.fixture
def receiver(answering: Callable):
    return answering(OK)


# -- Addresses written as such --


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.169.254.",
        "2852039166",
        "0xA9FEA9FE",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "\uff11\uff16\uff19.254\u3002169.254",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[fe80::a9fe:a9fe]",
        "[fe80::a9fe:a9fe%25lo]",
        "[fe80::a9fe:a9fe%lo]",
        "[::ffff:169.254.169.254%25lo]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "0.0.0.0",
        "0",
        "[::]",
        "224.0.0.1",
        "user:word@169.254.169.254",
        "127.0.0.1@169.254.169.254",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_special_address_is_refused_in_every_notation_before_anything_is_connected(
    make_post, send, connected, scheme, host
):
    outcome = send(make_post(f"{scheme}://{host}/latest/meta-data"))

    assert (outcome.status, outcome.is_success) == (None, False)
    assert outcome.error.startswith(REFUSED)
    assert connected == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost"]
)
def test_a_denied_address_is_refused_in_every_notation_although_somebody_listens(
    make_sender, make_post, send, receiver, connected, host
):
    outcome = send(make_post(f"http://{host}:{port_of(receiver)}/"), make_sender(NO_LOOPBACK))

    assert outcome.error.startswith(REFUSED)
    assert (connected, receiver.requests) == ([], [])


def test_what_is_refused_says_why_and_what_would_allow_it(make_post, send, names):
    names["metadata.test"] = [["169.254.169.254"]]

    outcome = send(make_post("http://metadata.test/"))

    assert outcome.error == (
        "refused by the callback policy: 169.254.169.254 (metadata.test) is link-local; "
        "--callback-allow '*,169.254.169.254' allows it"
    )


# -- Names --


def test_a_name_is_judged_by_the_addresses_that_it_stands_for(make_post, send, names, connected):
    names["metadata.test"] = [["169.254.169.254", "::ffff:169.254.169.254", "fe80::1"]]

    outcome = send(make_post("http://metadata.test/"))

    assert outcome.error.count(REFUSED) == 3
    assert connected == []


@pytest.mark.parametrize("others", [["169.254.169.254"], ["169.254.169.254", "fe80::1"], ["10.0.0.1"]])
def test_of_several_addresses_only_those_are_tried_that_are_not_refused(
    make_sender, make_post, send, receiver, names, connected, others
):
    names["both.test"] = [[*others, "127.0.0.1"]]
    sender = make_sender(Policy(deny=Rules.of("10.0.0.0/8")))

    outcome = send(make_post(f"http://both.test:{port_of(receiver)}/"), sender)

    assert (outcome.status, outcome.error) == (200, None)
    assert connected == ["127.0.0.1"]


def test_if_an_address_was_tried_it_is_what_became_of_that_that_counts(make_post, send, names, connected):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    names["both.test"] = [["169.254.169.254", "127.0.0.1"]]

    outcome = send(make_post(f"http://both.test:{port}/"))

    assert outcome.error.startswith("ClientConnectorError: Cannot connect to host both.test")
    assert set(connected) == {"127.0.0.1"}


def test_a_name_that_stands_for_something_else_the_next_time_is_looked_up_once_and_for_all(
    make_post, send, receiver, names, connected
):
    names["rebind.test"] = [["127.0.0.1"], ["169.254.169.254"]]

    outcome = send(make_post(f"http://rebind.test:{port_of(receiver)}/"))

    assert (outcome.status, names.asked, connected) == (200, ["rebind.test"], ["127.0.0.1"])


def test_a_name_that_stands_for_something_else_by_now_is_judged_anew(
    make_sender, make_post, send, receiver, names, connected
):
    names["rebind.test"] = [["127.0.0.1"], ["169.254.169.254"]]
    post = make_post(f"http://rebind.test:{port_of(receiver)}/")

    outcomes = [send(post, make_sender()), send(post, make_sender())]

    assert outcomes[0].status == 200
    assert outcomes[1].error.startswith(f"{REFUSED}169.254.169.254 (rebind.test) is link-local")
    assert (len(receiver.requests), connected) == (1, ["127.0.0.1"])


def test_a_denied_name_is_not_even_looked_up(make_sender, make_post, send, names, connected):
    names["a.internal.test"] = [["127.0.0.1"]]
    sender = make_sender(Policy(deny=Rules.of("*.internal.test")))

    outcome = send(make_post("http://A.internal.test.:8080/"), sender)

    assert outcome.error == f"{REFUSED}A.internal.test. is denied by --callback-deny *.internal.test"
    assert (names.asked, connected) == ([], [])


def test_a_name_that_is_allowed_goes_out_and_no_other_does(make_sender, make_post, send, receiver, names):
    names["a.test"] = names["b.test"] = [["127.0.0.1"]]
    sender = make_sender(Policy(allow=Rules.of("a.test")))

    outcomes = [
        send(make_post(f"http://{host}:{port_of(receiver)}/"), sender)
        for host in ("a.test", "b.test", "127.0.0.1")
    ]

    assert [outcome.status for outcome in outcomes] == [200, None, None]
    assert outcomes[1].error.endswith("is not allowed by --callback-allow a.test; add b.test to it")
    assert len(receiver.requests) == 1


def test_a_name_of_another_script_is_called_and_judged_by_its_ascii_name(
    make_sender, make_post, send, receiver, names
):
    names["xn--bcher-kva.test"] = [["127.0.0.1"]]
    post = make_post(f"http://bücher.test:{port_of(receiver)}/")

    outcomes = [send(post, make_sender(Policy(deny=Rules.of(rule)))) for rule in ("a.test", "bücher.test")]

    assert [outcome.status for outcome in outcomes] == [200, None]
    [request] = receiver.requests
    assert f"Host: xn--bcher-kva.test:{port_of(receiver)}".encode() in request


def test_a_trailing_dot_changes_nothing(make_post, send, receiver, names):
    names["a.test."] = [["127.0.0.1"]]

    outcome = send(make_post(f"http://a.test.:{port_of(receiver)}/"))

    assert outcome.status == 200


@pytest.mark.parametrize("host", ["a..b.test", "a" * 64 + ".test", "xn--ü.test"])
def test_a_name_that_cannot_be_one_is_a_failure_with_words(make_post, send, host):
    outcome = send(make_post(f"http://{host}/"))

    assert outcome.status is None
    assert outcome.error
    assert "\n" not in outcome.error


# -- The last word --


def test_a_socket_connects_only_where_its_errand_may(receiver, connected):
    with on_errand("a.test", NO_LOOPBACK.refusal):
        made = callback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 80)))

    with made, pytest.raises(Refused, match=r"127\.0\.0\.1 \(a\.test\) is denied"):
        made.connect(receiver.server_address)

    assert (connected, receiver.requests) == ([], [])


def test_a_socket_does_not_look_names_up(connected):
    with on_errand("a.test", Policy().refusal):
        made = callback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("localhost", 80)))

    with made, pytest.raises(Refused, match="localhost is no IP address"):
        made.connect(("localhost", 80))

    assert connected == []


def test_without_an_errand_there_is_no_socket():
    with pytest.raises(LookupError):
        callback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))


def test_what_a_receiver_reaches_is_the_address_that_was_checked(
    make_receiver, make_post, send, names, connected
):
    peers = []

    def note(connection, _):
        peers.append((connection.getsockname(), connection.getpeername()[0]))
        connection.sendall(OK)

    receiver = make_receiver(note)
    names["a.test"] = [["127.0.0.1"]]

    send(make_post(f"http://a.test:{port_of(receiver)}/"))

    assert (connected, peers) == (["127.0.0.1"], [(receiver.server_address, "127.0.0.1")])


# -- URLs --


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\t", " ", "\x00"])
def test_a_line_break_in_a_url_does_not_become_one_of_the_request(make_post, send, receiver, break_):
    outcome = send(make_post(f"{receiver.url}{break_}X-Evil: 1"))

    assert outcome.error.startswith(f"cannot be called: {break_[0]!r} at position")
    assert receiver.requests == []


def test_who_is_named_in_a_url_is_told_to_the_receiver_as_basic_authorization(make_post, send, receiver):
    send(make_post(f"http://user:word@127.0.0.1:{port_of(receiver)}/"))

    [request] = receiver.requests
    assert b"Authorization: Basic " + base64.b64encode(b"user:word") in request
    assert request.startswith(b"POST / HTTP/1.1\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize("proxies", [{}, {"http": "http://127.0.0.1:9", "no": "127.0.0.1"}])
def test_what_a_netrc_knows_of_the_receiver_is_not_told(
    make_sender, make_post, send, receiver, monkeypatch, tmp_path, proxies
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password word\n")
    monkeypatch.setenv("NETRC", str(netrc))

    send(make_post(receiver.url), make_sender(proxies=Proxies.of(proxies)))

    [request] = receiver.requests
    assert b"authorization" not in request.lower()


# -- Proxies --


def test_by_a_proxy_the_name_is_not_looked_up_here(make_sender, make_post, send, receiver, names, connected):
    sender = make_sender(proxies=Proxies.of({"http": f"http://user:word@127.0.0.1:{port_of(receiver)}"}))

    outcome = send(make_post("http://far.away.test/callbacks"), sender)

    [request] = receiver.requests
    assert outcome.status == 200
    assert request.startswith(b"POST http://far.away.test/callbacks HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"user:word") in request
    assert (names.asked, connected) == ([], ["127.0.0.1"])


def test_to_https_a_proxy_is_asked_for_a_tunnel(make_sender, make_post, send, make_receiver):
    first_lines = []

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                first_lines.append(connection.recv(65536).partition(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        proxy = threading.Thread(target=serve)
        proxy.start()
        sender = make_sender(proxies=Proxies.of({"https": f"127.0.0.1:{listener.getsockname()[1]}"}))

        outcome = send(make_post("https://far.away.test/"), sender)
        proxy.join()

    assert first_lines == [b"CONNECT far.away.test:443 HTTP/1.1"]
    assert (outcome.status, "403" in outcome.error) == (None, True)


@pytest.mark.parametrize(
    ("policy", "host", "reason"),
    [
        (Policy(), "169.254.169.254", "169.254.169.254 is link-local"),
        (Policy(), "2852039166", "169.254.169.254 (2852039166) is link-local"),
        (Policy(deny=Rules.of("*.test")), "far.away.test", "far.away.test is denied"),
        (Policy(allow=Rules.of("10.0.0.0/8")), "far.away.test", "far.away.test is looked up by the proxy"),
    ],
)
def test_by_a_proxy_what_is_written_in_the_url_is_judged(
    make_sender, make_post, send, receiver, policy, host, reason
):
    sender = make_sender(policy, Proxies.of({"http": f"http://127.0.0.1:{port_of(receiver)}"}))

    outcome = send(make_post(f"http://{host}/"), sender)

    assert outcome.error.startswith(REFUSED + reason)
    assert receiver.requests == []


def test_the_proxy_itself_is_the_operators_choice(make_sender, make_post, send, receiver):
    policy = Policy(allow=Rules.of("far.away.test"), deny=Rules.of("127.0.0.0/8"))
    sender = make_sender(policy, Proxies.of({"http": f"http://127.0.0.1:{port_of(receiver)}"}))

    outcomes = [
        send(make_post("http://far.away.test/"), sender),
        send(make_post(f"http://127.0.0.1:{port_of(receiver)}/"), sender),
    ]

    assert [outcome.status for outcome in outcomes] == [200, None]


def test_what_wants_no_proxy_is_called_and_judged_directly(make_sender, make_post, send, receiver, names):
    names["near.test"] = [["127.0.0.1"]]
    named = {"http": "http://127.0.0.1:9", "no": "near.test"}
    post = make_post(f"http://near.test:{port_of(receiver)}/")

    outcomes = [send(post, make_sender(policy, Proxies.of(named))) for policy in (Policy(), NO_LOOPBACK)]

    assert [outcome.status for outcome in outcomes] == [200, None]
    assert receiver.requests[0].startswith(b"POST / HTTP/1.1\r\n")


# -- Answers without end --


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"X-More: and more\r\n", id="headers"),
        pytest.param(b"HTTP/1.1 102 Processing\r\n\r\n", id="interim answers"),
        pytest.param(b"\r\n", id="empty lines"),
        pytest.param(b"x", id="one line"),
    ],
)
def test_of_an_answer_without_end_so_much_is_read_and_no_more(make_receiver, make_post, send, piece):
    sent = []

    def flood(connection, _):
        if piece.startswith(b"X"):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            sent.append(connection.send(piece * 1000))

    receiver = make_receiver(flood)

    outcome = send(make_post(receiver.url))

    assert (outcome.status, outcome.is_success) == (None, False)
    assert "no answer" not in outcome.error
    # What went into the buffers of two sockets was sent, but not read.
    assert sum(sent) < LONGEST_ANSWER + 16 * 2**20


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda connection: len(connection.recv(65536)), id="as it is"),
        pytest.param(lambda connection: connection.recv_into(bytearray(65536)), id="to be decrypted"),
    ],
)
def test_a_socket_stops_listening_to_an_answer_that_is_too_long(make_receiver, read):
    def flood(connection, _):
        while True:
            connection.sendall(b"x" * 65536)

    receiver = make_receiver(flood)
    heard = 0
    with on_errand("a.test", Policy().refusal):
        made = callback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", receiver.server_address))

    with made:
        made.connect(receiver.server_address)
        made.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        while heard < LONGEST_ANSWER:
            heard += read(made)
        with pytest.raises(AnswerTooLong, match="the answer is longer than 256 KiB"):
            read(made)


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(b"HTTP/1.1 102 Processing\r\n\r\n", id="interim answers"),
        pytest.param(b"X-Drop: 1\r\n", id="headers"),
    ],
)
def test_what_drips_in_without_end_is_given_up_in_time(make_receiver, make_post, send, behave):
    given_up = threading.Event()

    def drip(connection, _):
        if behave.startswith(b"X"):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not given_up.wait(0.01):
            connection.sendall(behave)

    receiver = make_receiver(drip)

    outcome = send(make_post(receiver.url, timeout=SHORT))
    given_up.set()

    assert (outcome.status, outcome.error) == (None, "no answer within 0.3 s")


def test_a_receiver_that_never_closes_is_closed_by_the_sender(make_receiver, make_post, send):
    hung_up = threading.Event()

    def keep_open(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok")
        while connection.recv(65536):
            pass
        hung_up.set()

    receiver = make_receiver(keep_open)

    outcome = send(make_post(receiver.url))

    assert outcome.status == 200
    assert hung_up.wait(10)


def test_a_receiver_that_never_shakes_hands_is_given_up_in_time(make_post, send, deaf_url):
    outcome = send(make_post(deaf_url.replace("http:", "https:"), timeout=SHORT))

    assert (outcome.status, outcome.error) == (None, "no answer within 0.3 s")


def test_a_resolver_that_never_answers_is_given_up_in_time(make_post, send, monkeypatch):
    async def never(_loop, *_, **__):
        await asyncio.sleep(3600)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", never)

    outcome = send(make_post("http://slow.test/", timeout=SHORT))

    assert (outcome.status, outcome.error) == (None, "no answer within 0.3 s")
