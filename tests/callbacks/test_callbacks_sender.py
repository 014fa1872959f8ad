import queue
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from ice_mock.callbacks import Post, Sender
from ice_mock.callbacks.sender import CONNECTIONS, LONGEST_WORDS, SenderClosed
from ice_mock.domain.callback import Outcome

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SHORT = timedelta(milliseconds=80)
LONGER = timedelta(milliseconds=600)
SOON = LONGER / 2


def until_hung_up(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def after_a_200(rest: bytes) -> Callable[[socket.socket, bytes], None]:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + rest)
        until_hung_up(connection)

    return behave


# -- What counts as delivered --


def test_a_200_is_a_success(answering: Callable, make_post: Callable, send: Callable) -> None:
    receiver = answering(OK)

    outcome = send(make_post(receiver.url))

    assert (outcome.status, outcome.error, outcome.is_success) == (200, None, True)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, id="201"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, id="204"),
        pytest.param(b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n", 301, id="301"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n", 302, id="302"),
        pytest.param(b"HTTP/1.1 307 Again\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n", 307, id="307"),
        pytest.param(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, id="404"),
        pytest.param(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", 500, id="500"),
    ],
)
def test_any_other_status_is_a_failure_and_is_not_followed_anywhere(
    answering: Callable, make_post: Callable, send: Callable, answer: bytes, status: int
) -> None:
    receiver = answering(answer)

    outcome = send(make_post(receiver.url))

    assert (outcome.status, outcome.error, outcome.is_success) == (status, None, False)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"Content-Length: 10\r\n\r\n", id="announced and never comes"),
        pytest.param(b"Content-Length: 10\r\n\r\n12345", id="stops in its middle"),
        pytest.param(b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", id="is badly compressed"),
        pytest.param(b"Connection: close\r\n\r\n", id="has no length and no end"),
        pytest.param(b"Content-Length: 99999999\r\n\r\n" + b"x" * 200_000, id="is endless"),
    ],
)
def test_after_a_200_the_body_does_not_matter_even_if_it(
    make_receiver: Callable, make_post: Callable, send: Callable, rest: bytes
) -> None:
    receiver = make_receiver(after_a_200(rest))

    outcome = send(make_post(receiver.url))

    assert (outcome.status, outcome.error) == (200, None)


def test_an_interim_answer_is_not_the_answer(
    answering: Callable, make_post: Callable, send: Callable
) -> None:
    receiver = answering(b"HTTP/1.1 102 Processing\r\n\r\n" + OK)

    outcome = send(make_post(receiver.url))

    assert outcome.status == 200


# -- What is sent --


def test_the_request_is_a_post_of_body_and_headers_on_a_connection_of_its_own(
    answering: Callable, make_post: Callable, send: Callable
) -> None:
    receiver = answering(OK)
    headers = {"Content-Type": "application/json", "User-Agent": "ice-callback", "X-ICE-TIMESTAMP": "7"}

    send(make_post(receiver.url + "?a=1&b=%2F", '{"a":"截图"}'.encode(), headers=headers))

    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    sent = dict(line.split(": ", 1) for line in lines)
    assert first == "POST /callbacks?a=1&b=%2F HTTP/1.1"
    assert headers.items() <= sent.items()
    assert sent["Connection"] == "close"
    assert body == '{"a":"截图"}'.encode()


def test_it_keeps_no_cookies_for_the_next_time(
    answering: Callable, make_post: Callable, send: Callable
) -> None:
    receiver = answering(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    post = make_post(receiver.url.replace("127.0.0.1", "localhost"))

    send(post)
    send(post)

    assert not [request for request in receiver.requests if b"cookie" in request.lower()]


def test_a_proxy_of_the_environment_is_not_used(
    answering: Callable, make_post: Callable, send: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    receiver = answering(OK)

    outcome = send(make_post(receiver.url))

    assert outcome.status == 200


# -- Receivers that misbehave --


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hangs up"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="hangs up in its headers"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", id="speaks another protocol"),
        pytest.param(b"\x00\xff" * 1000 + b"\r\n\r\n", id="sends garbage"),
        pytest.param(b"HTTP/1.1 two hundred OK\r\n\r\n", id="has no number for a status"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n", id="has a header without end"
        ),
        pytest.param(b"HTTP/1.1 200 " + b"O" * 100_000 + b"K\r\n\r\n", id="has a reason without end"),
    ],
)
def test_it_is_a_failure_with_words_if_the_receiver(
    answering: Callable, make_post: Callable, send: Callable, answer: bytes
) -> None:
    receiver = answering(answer)

    outcome = send(make_post(receiver.url))

    assert (outcome.status, outcome.is_success) == (None, False)
    assert outcome.error
    assert "\n" not in outcome.error
    assert len(outcome.error) <= LONGEST_WORDS


def test_headers_without_end_are_given_up_in_time(
    make_receiver: Callable, make_post: Callable, send: Callable
) -> None:
    def flood(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: and more\r\n")

    receiver = make_receiver(flood)

    outcome = send(make_post(receiver.url, timeout=SHORT))

    assert outcome.status is None
    assert outcome.error


def test_headers_that_drip_in_do_not_prolong_the_time(
    make_receiver: Callable, make_post: Callable, send: Callable
) -> None:
    # Each drop comes within the time; all of them never do.
    given_up = threading.Event()

    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not given_up.wait(0.01):
            connection.sendall(b"X-Drop: 1\r\n")

    receiver = make_receiver(drip)

    outcome = send(make_post(receiver.url, timeout=SHORT))
    given_up.set()

    assert (outcome.status, outcome.error) == (None, "no answer within 0.08 s")


def test_a_receiver_that_never_answers_is_given_up_in_time(
    deaf_url: str, make_post: Callable, send: Callable
) -> None:
    outcome = send(make_post(deaf_url, timeout=SHORT))

    assert (outcome.status, outcome.error) == (None, "no answer within 0.08 s")


def test_a_refused_connection_is_a_failure_with_words(make_post: Callable, send: Callable) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    outcome = send(make_post(f"http://127.0.0.1:{port}/"))

    assert outcome.status is None
    assert outcome.error.startswith("ClientConnectorError")


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://127.0.0.1/", "http://", "http://[::1", "http://127.0.0.1:99999/", "http://a b/"],
    ids=["empty", "no url", "another scheme", "no host", "half an address", "no such port", "a space"],
)
def test_an_address_that_cannot_be_called_is_a_failure_with_words(
    make_post: Callable, send: Callable, url: str
) -> None:
    outcome = send(make_post(url))

    assert outcome.status is None
    assert outcome.error


# -- Many at once, and one after the other --


def test_the_letters_of_a_chain_go_one_after_the_other(
    sender: Sender, answering: Callable, make_post: Callable
) -> None:
    receiver = answering(OK)
    events: list[str] = []

    def letter(name: str) -> tuple[Callable[[], Post], Callable[[Outcome], None]]:
        def make() -> Post:
            events.append(f"{name} sent")
            return make_post(receiver.url, name.encode())

        return make, lambda outcome: events.append(f"{name} {outcome}")

    sender.send_all([[letter("a"), letter("b"), letter("c")]])

    assert events == ["a sent", "a status 200", "b sent", "b status 200", "c sent", "c status 200"]
    assert receiver.bodies == [b"a", b"b", b"c"]


def test_a_failure_does_not_break_the_chain(
    sender: Sender, answering: Callable, deaf_url: str, make_post: Callable
) -> None:
    receiver = answering(OK)
    outcomes: list[Outcome] = []
    posts = [make_post(deaf_url, timeout=SHORT), make_post(receiver.url)]

    sender.send_all([[(lambda post=post: post, outcomes.append) for post in posts]])

    assert [outcome.status for outcome in outcomes] == [None, 200]


def test_a_receiver_that_is_slow_holds_nobody_else_up(
    sender: Sender, answering: Callable, make_receiver: Callable, make_post: Callable
) -> None:
    # The slow one answers when, and only when, all the others have been told that theirs were delivered.
    others_are_done = threading.Event()
    delivered: list[Outcome] = []

    def wait_for_the_others(connection: socket.socket, _: bytes) -> None:
        others_are_done.wait()
        connection.sendall(OK)

    def tell(outcome: Outcome) -> None:
        delivered.append(outcome)
        if len(delivered) == 50:
            others_are_done.set()

    slow, quick = make_receiver(wait_for_the_others), answering(OK)
    slow_outcomes: list[Outcome] = []
    chains = [[(lambda: make_post(slow.url), slow_outcomes.append)]]
    chains += [[(lambda: make_post(quick.url), tell)] for _ in range(50)]

    sender.send_all(chains)

    assert [outcome.status for outcome in delivered] == [200] * 50
    assert [outcome.status for outcome in slow_outcomes] == [200]


def test_to_wait_for_a_free_connection_is_not_to_wait_for_an_answer(
    sender: Sender, deaf_url: str, answering: Callable, make_post: Callable
) -> None:
    # As many deaf receivers as there may be connections; the time of the others begins when they are sent.
    receiver = answering(OK)
    outcomes: list[Outcome] = []
    chains = [[(lambda: make_post(deaf_url, timeout=LONGER), lambda _: None)] for _ in range(CONNECTIONS)]
    chains += [[(lambda: make_post(receiver.url, timeout=SOON), outcomes.append)] for _ in range(3)]

    sender.send_all(chains)

    assert [str(outcome) for outcome in outcomes] == ["status 200"] * 3


def test_the_letters_of_a_lane_go_one_after_the_other_in_the_background(
    sender: Sender, answering: Callable, make_post: Callable, next_of: Callable
) -> None:
    receiver = answering(OK)
    told: queue.Queue[bytes] = queue.Queue()
    bodies = [str(number).encode() for number in range(20)]

    for body in bodies:
        sender.enqueue(
            "lane", (lambda body=body: make_post(receiver.url, body), lambda _, body=body: told.put(body))
        )

    assert [next_of(told) for _ in bodies] == bodies
    assert receiver.bodies == bodies


def test_lanes_do_not_wait_for_each_other(
    sender: Sender, answering: Callable, deaf_url: str, make_post: Callable, next_of: Callable
) -> None:
    receiver = answering(OK)
    told: queue.Queue[Outcome] = queue.Queue()

    sender.enqueue("deaf", (lambda: make_post(deaf_url), told.put))
    sender.enqueue("other", (lambda: make_post(receiver.url), told.put))

    assert next_of(told).status == 200


def test_a_letter_that_cannot_be_made_does_not_block_its_lane(
    sender: Sender, answering: Callable, make_post: Callable, next_of: Callable
) -> None:
    receiver = answering(OK)
    told: queue.Queue[Outcome] = queue.Queue()

    def cannot() -> Post:
        raise LookupError("the world has been dropped")

    sender.enqueue("lane", (cannot, told.put))
    sender.enqueue("lane", (lambda: make_post(receiver.url), told.put))

    assert next_of(told).status == 200


# -- Closing --


def test_closing_lets_what_is_under_way_come_to_its_end(
    sender: Sender, make_receiver: Callable, make_post: Callable, next_of: Callable
) -> None:
    arrived: queue.Queue[bytes] = queue.Queue()
    may_answer = threading.Event()
    outcomes: list[Outcome] = []

    def answer_late(connection: socket.socket, request: bytes) -> None:
        arrived.put(request)
        may_answer.wait()
        connection.sendall(OK)

    receiver = make_receiver(answer_late)
    sender = Sender()
    sender.enqueue("lane", (lambda: make_post(receiver.url), outcomes.append))
    next_of(arrived)
    may_answer.set()

    sender.close(timedelta(seconds=30))

    assert [outcome.status for outcome in outcomes] == [200]


def test_closing_gives_up_what_does_not_end_within_the_grace(deaf_url: str, make_post: Callable) -> None:
    sender = Sender()
    outcomes: list[Outcome] = []
    sender.warm_up()
    for lane in ("a", "a", "b"):
        sender.enqueue(lane, (lambda: make_post(deaf_url), outcomes.append))

    sender.close(timedelta(milliseconds=50))

    assert outcomes == []


def test_after_closing_nothing_is_sent(make_post: Callable) -> None:
    sender = Sender()
    sender.close(timedelta())

    with pytest.raises(SenderClosed):
        sender.enqueue("lane", (lambda: make_post("http://127.0.0.1:9/"), lambda _: None))


def test_a_sender_that_never_sent_closes_like_any_other() -> None:
    sender = Sender()

    sender.close(timedelta(seconds=30))

    with pytest.raises(SenderClosed):
        sender.warm_up()
