"""Of URLs neither the journal nor a message of a failed test has what is secret in them."""

import pytest

from ice_mock.client.errors import Unverifiable
from ice_mock.client.parameters import differences_of

URL = "http://u:PASSW0RD@h/?room=5&token=TTTT-TOKEN-1"
KEPT = {"CallbackUrl": "http://…@h/?room=5&token=…", "StreamInput": '{"Url": "rtmp://…@h/app/s"}'}


@pytest.mark.parametrize("expected", [KEPT["CallbackUrl"], "http://*@h/?room=5*", "http://*"])
def test_what_the_journal_keeps_of_a_url_can_be_expected(expected: str) -> None:
    assert differences_of("CallbackUrl", expected, KEPT) == []


@pytest.mark.parametrize(
    ("name", "expected"), [("CallbackUrl", URL), ("StreamInput", {"Url": "rtmp://u:PASSW0RD@h/app/s"})]
)
def test_what_it_does_not_keep_cannot_be_verified(name: str, expected: object) -> None:
    with pytest.raises(Unverifiable, match=r"no passwords and tokens, expect '\w+://…@h/") as failure:
        differences_of(name, expected, KEPT)

    assert "PASSW0RD" not in str(failure.value)


def test_another_url_is_told_without_its_password() -> None:
    [difference] = differences_of("CallbackUrl", URL.replace("room=5", "room=6"), KEPT)

    assert difference == (
        "CallbackUrl: expected 'http://…@h/?room=6&token=…', and it was 'http://…@h/?room=5&token=…'"
    )
