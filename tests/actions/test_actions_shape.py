"""What is true of every action, by being there."""

import inspect
import sys

import pytest

from ice_mock import errors
from ice_mock.actions import ACTIONS, Action
from ice_mock.actions.base import BASE_ERRORS
from ice_mock.actions.fields import Parameter
from ice_mock.errors import ApiError

every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)

# Reference A.1: what is documented, and whether it is mandatory.
PAGING = {"PageNo": False, "PageSize": False, "SortBy": False}
PLAN = {"TemplateName": True, "TimeInterval": True, "OverwriteFormat": False, "SequenceFormat": False}
DOCUMENTED = {
    "SubmitLiveSnapshotJob": {
        "JobName": True,
        "StreamInput": True,
        "SnapshotOutput": True,
        "TemplateId": True,
        "CallbackUrl": False,
    },
    "GetLiveSnapshotJob": {"JobId": True},
    "ListLiveSnapshotJobs": {
        "StartTime": False,
        "EndTime": False,
        "SearchKeyWord": False,
        "Status": False,
        **PAGING,
    },
    "SendLiveSnapshotJobCommand": {"JobId": True, "Command": True},
    "CreateLiveSnapshotTemplate": PLAN,
    "UpdateLiveSnapshotTemplate": {"TemplateId": True, **PLAN},
    "DeleteLiveSnapshotTemplate": {"TemplateId": True},
    "GetLiveSnapshotTemplate": {"TemplateId": True},
    "ListLiveSnapshotTemplates": {"SearchKeyWord": False, "TemplateIds": False, "Type": False, **PAGING},
    "ListLiveSnapshotFiles": {
        "JobId": True,
        "StartTime": True,
        "EndTime": True,
        "Limit": False,
        "SortBy": False,
    },
    "DeleteLiveSnapshotFiles": {"JobId": True, "CreateTimestampList": True, "DeleteOriginalFile": False},
}

# Reference A.3: the errors beside the base set.
SPAN_ERRORS = {"MalformedStartTime", "MalformedEndTime", "EndTimeMismatch"}
DOCUMENTED_ERRORS = {
    "SubmitLiveSnapshotJob": {"TemplateNotFound"},
    "GetLiveSnapshotJob": {"JobNotFound"},
    "ListLiveSnapshotJobs": SPAN_ERRORS,
    "SendLiveSnapshotJobCommand": {"JobLimitExceeded", "StreamNotFound", "JobNotFound", "JobAlreadyStarted"},
    "CreateLiveSnapshotTemplate": set(),
    "UpdateLiveSnapshotTemplate": {"TemplateNotFound"},
    "DeleteLiveSnapshotTemplate": {"TemplateNotFound"},
    "GetLiveSnapshotTemplate": {"TemplateNotFound"},
    "ListLiveSnapshotTemplates": set(),
    "ListLiveSnapshotFiles": {*SPAN_ERRORS, "JobNotFound"},
    "DeleteLiveSnapshotFiles": {
        "OverlayNotSupported",
        "BucketNotAuthorized",
        "JobNotFound",
        "NoValidSnapshot",
    },
}


def test_there_are_the_eleven_documented_actions():
    assert set(ACTIONS) == set(DOCUMENTED)


@every_action
def test_the_handler_takes_exactly_what_the_schema_loads(action: type[Action]):
    engine, *taken = inspect.signature(action.handle).parameters

    assert engine == "engine"
    assert set(taken) == set(action.Params().fields)


@every_action
def test_the_handler_takes_parameters_by_name_only_and_leaves_defaults_to_the_schema(action: type[Action]):
    _, *taken = inspect.signature(action.handle).parameters.values()

    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in taken)
    assert all(parameter.default is parameter.empty for parameter in taken)


@every_action
def test_the_module_says_what_the_action_does(action: type[Action]):
    opening = sys.modules[action.__module__].__doc__ or ""

    assert opening.startswith(f"{action.__name__}: ")


@every_action
def test_what_it_raises_are_api_errors_beside_those_of_every_action(action: type[Action]):
    assert all(issubclass(error, ApiError) for error in action.raises)
    assert not set(action.raises) & set(BASE_ERRORS)


@every_action
def test_it_raises_the_documented_errors(action: type[Action]):
    assert {error.code for error in action.raises} == DOCUMENTED_ERRORS[action.__name__]


@every_action
def test_it_takes_the_documented_parameters(action: type[Action]):
    declared = {field.data_key: field.required for field in action.Params().fields.values()}

    assert declared == DOCUMENTED[action.__name__]


@every_action
def test_every_parameter_can_say_what_it_expects(action: type[Action]):
    fields = action.Params().fields.values()

    assert all(isinstance(field, Parameter) and field.expected for field in fields)


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("TemplateNotFound", 404, "No such template."),
        ("JobNotFound", 404, "No such job."),
        ("MalformedStartTime", 400, "Specified parameter StartTime is not valid."),
        ("MalformedEndTime", 400, "Specified parameter EndTime is not valid."),
        ("EndTimeMismatch", 400, "Specified end time does not math the specified start time."),
        ("JobLimitExceeded", 400, "Job limit exceeded."),
        ("StreamNotFound", 400, "No such stream."),
        ("JobAlreadyStarted", 409, "Job is already started."),
        (
            "OverlayNotSupported",
            400,
            "Not Sopport to remove overlay snapshot, please remove overlay snapshot from OSS console.",
        ),
        ("BucketNotAuthorized", 403, "Bucket is not authorised."),
        ("NoValidSnapshot", 404, "No snapshots found with given parameters."),
        ("UserDisable", 403, "User is disable."),
        ("Forbidden", 403, "User not authorized to operate on the specified resource."),
        ("OperationDenied", 403, "Your account has not enabled the ICE service."),
        ("InternalError", 500, "The request processing has failed due to some unknown error."),
    ],
)
def test_errors_read_as_they_are_documented_to_the_letter(code, status, message):
    known = {getattr(error, "code", None): error for error in ApiError.__subclasses__()}

    error = known[code]()

    assert (error.status, error.code, str(error)) == (status, code, message)


@pytest.mark.parametrize("error", [errors.MissingParameter, errors.InvalidParameter, errors.InvalidRequest])
def test_what_is_wrong_with_parameters_is_400(error):
    assert error.status == 400
