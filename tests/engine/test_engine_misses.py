"""What may have been meant by the id of something that is not there."""

import pytest

from ice_mock.engine.misses import MOST_COMPARED
from ice_mock.errors import JobNotFound, TemplateNotFound


@pytest.fixture
def refusal(engine):
    """The refusal of a template that is not there."""

    def of(template_id: str) -> TemplateNotFound:
        with pytest.raises(TemplateNotFound) as raised:
            engine.templates.find(template_id)
        return raised.value

    return of


@pytest.mark.parametrize(
    ("wanted", "is_near"),
    [
        pytest.param(lambda id: id[:-1], True, id="cut off at its end"),
        pytest.param(lambda id: id[3:], True, id="cut off at its beginning"),
        pytest.param(lambda id: f"{id[:9]}x{id[10:]}", True, id="one letter wrong"),
        pytest.param(lambda id: f"{id[:9]}{id[12:]}", True, id="letters left out"),
        pytest.param(str.upper, True, id="in upper case"),
        pytest.param(lambda id: f" {id}\n", True, id="with white space"),
        pytest.param(lambda id: id[::-1], False, id="something else"),
        pytest.param(lambda _: "", False, id="nothing"),
        pytest.param(lambda _: "x" * 100_000, False, id="very much"),
    ],
)
def test_an_id_is_near_that_differs_in_one_place(refusal, make_template, wanted, is_near):
    template = make_template()

    found = refusal(wanted(template.id)).facts.get("nearest")

    assert found == (template.id if is_near else None)


def test_of_several_the_most_alike_comes_first(engine, refusal, make_template):
    plan = make_template().plan
    for id in ("room-1-abc", "room-1-xyz", "room-1-ab"):
        engine.templates.create("T", plan, id=id)

    assert refusal("room-1-abd").facts["nearest"] == "room-1-abc, room-1-ab, room-1-xyz"


def test_only_the_latest_are_compared(engine, refusal, make_template):
    plan = make_template().plan
    for number in range(MOST_COMPARED + 1):
        engine.templates.create("T", plan, id=f"{'a' if number == 0 else 'zzzz'}{number:04}")

    assert "nearest" not in refusal("a0001").facts


def test_a_long_id_is_shortened_in_the_sentence(engine):
    with pytest.raises(JobNotFound) as raised:
        engine.jobs.find("x" * 5000)

    assert raised.value.sentence == (
        f"There is no job {'x' * 80}… (5000 characters) in this world, nor any other job."
    )
