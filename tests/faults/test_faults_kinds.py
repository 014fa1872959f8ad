import ast
import inspect
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, missing, validate

import ice_mock.faults
from ice_mock import errors
from ice_mock.domain.course import CallbackCourse, CallCourse, DownloadCourse, Ending, PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults import KINDS, Kind
from ice_mock.faults.api.error import ERRORS
from ice_mock.faults.latency import Fixed

PACKAGE = Path(ice_mock.faults.__file__).parent
COURSES: dict[Plane, Any] = {
    Plane.API: CallCourse(),
    Plane.CALLBACK: CallbackCourse(),
    Plane.OSS: DownloadCourse(),
    Plane.SNAPSHOT: PictureCourse(),
}
SECOND = timedelta(seconds=1)
RIGHT: dict[tuple[str, str], Any] = {
    ("api", "error"): {"value": "InternalError"},
    ("api", "delay"): {"value": Fixed(SECOND)},
    ("api", "throttle"): {"value": SECOND},
    ("api", "drop"): {"value": "reset"},
    ("callback", "delay"): {"by": SECOND},
    ("callback", "slow-body"): {"by": SECOND},
    ("oss", "slow"): {"by": SECOND},
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=[f"{plane}-{name}" for plane, name in KINDS])


@every_kind
def test_it_is_alone_in_its_file(kind: type[Kind]) -> None:
    file = PACKAGE / kind.plane / f"{kind.name.replace('-', '_')}.py"

    classes = [each.name for each in ast.parse(file.read_text()).body if isinstance(each, ast.ClassDef)]

    assert inspect.getsourcefile(kind) == str(file)
    assert classes == [kind.__name__]


@pytest.mark.parametrize("plane", Plane)
def test_every_file_of_a_plane_is_in_the_table(plane: Plane) -> None:
    files = {file.stem for file in (PACKAGE / plane).glob("*.py")} - {"__init__"}

    assert files == {name.replace("-", "_") for where, name in KINDS if where is plane}


@every_kind
def test_it_says_in_a_sentence_what_it_does(kind: type[Kind]) -> None:
    assert kind.__doc__
    assert kind.__doc__.splitlines()[0].endswith(".")


@every_kind
def test_it_takes_exactly_the_options_that_its_schema_loads(kind: type[Kind]) -> None:
    _, *taken = inspect.signature(kind.strike).parameters.values()
    options = kind.Options().fields

    assert [each.name for each in taken] == list(options)
    assert {each.name: each.default for each in taken} == {
        name: inspect.Parameter.empty if field.load_default is missing else field.load_default
        for name, field in options.items()
    }


@every_kind
def test_every_option_has_a_meaning(kind: type[Kind]) -> None:
    meanings = [field.metadata.get("meaning") for field in kind.Options().fields.values()]

    assert all(meanings)


@every_kind
def test_an_option_without_a_default_has_to_be_given(kind: type[Kind]) -> None:
    options: Schema = kind.Options()
    needed = {name for name, field in options.fields.items() if field.load_default is missing}

    assert set(options.validate({})) == needed


@every_kind
def test_it_changes_the_course_of_things_and_nothing_that_struck_before(kind: type[Kind]) -> None:
    course = COURSES[kind.plane]

    changed = kind.strike(course, **RIGHT.get((kind.plane, kind.name), {}))

    assert type(changed) is type(course)
    assert changed != course
    assert changed.faults == course.faults


@pytest.mark.parametrize("code", ERRORS)
def test_every_code_makes_its_error_with_a_whole_message(code: str) -> None:
    refusal = KINDS[Plane.API, "error"].strike(CallCourse(), value=code).refusal

    assert refusal.code == code
    assert 400 <= refusal.status < 600
    assert "{" not in str(refusal)


def test_every_error_of_the_service_has_its_code_in_the_table() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]

    codes = {each.code for each in kinds if issubclass(each, errors.ApiError) and hasattr(each, "code")}

    assert codes <= set(ERRORS)
    assert {"MissingTimestamp", "MissingAccessKeyId", "InvalidVersion"} <= set(ERRORS)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("InternalEror", "InternalError"),
        ("Throttling.Usr", "Throttling.User"),
        ("templatenotfound", "TemplateNotFound"),
        ("JobMissing", "expected the code of a documented error"),
    ],
)
def test_an_unknown_code_is_refused_with_those_that_may_have_been_meant(code: str, meant: str) -> None:
    with pytest.raises(ValidationError, match=meant):
        KINDS[Plane.API, "error"].Options().load({"value": code})


def test_what_a_dropped_answer_may_come_to_is_every_ending_but_the_whole() -> None:
    [one_of] = KINDS[Plane.API, "drop"].Options().fields["value"].validators

    assert isinstance(one_of, validate.OneOf)
    assert {*one_of.choices, "whole"} == set(Ending)


def test_the_first_refusal_is_the_one_that_is_answered() -> None:
    error, throttle = KINDS[Plane.API, "error"], KINDS[Plane.API, "throttle"]

    course = throttle.strike(error.strike(CallCourse(), value="JobNotFound"), value=SECOND)

    assert course.refusal.code == "JobNotFound"


def test_delays_add_up() -> None:
    delay = KINDS[Plane.API, "delay"]

    course = delay.strike(delay.strike(CallCourse(), value=Fixed(SECOND)), value=Fixed(2 * SECOND))

    assert course.pause == 3 * SECOND


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, (640, 360)),
        ({"width": 100}, (100, 360)),
        ({"height": 4096}, (640, 4096)),
        ({"width": 64, "height": 64}, (64, 64)),
    ],
)
def test_a_wrong_size_is_half_of_the_right_one_where_it_is_not_named(
    options: dict[str, int], size: tuple[int, int]
) -> None:
    course = KINDS[Plane.SNAPSHOT, "wrong-size"].strike(PictureCourse(), **options)

    assert (course.width, course.height) == size


def test_no_picture_is_smaller_than_pictures_can_be() -> None:
    course = KINDS[Plane.SNAPSHOT, "wrong-size"].strike(PictureCourse(width=100, height=70))

    assert (course.width, course.height) == (64, 64)
