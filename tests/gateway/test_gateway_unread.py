"""Parameters that were sent and that nothing read."""

import json

import pytest

from ice_mock.gateway import Call

COMMON = (("Version", "2020-11-09"), ("Format", "JSON"))
STREAM = {"Type": "rtmp", "Url": "rtmp://live.example.com/app/room1"}
OUTPUT = {"StorageType": "oss", "Endpoint": "oss-cn-shanghai.aliyuncs.com", "Bucket": "pictures"}
SUBMISSION = {"JobName": "room 1", "StreamInput": STREAM, "SnapshotOutput": OUTPUT, "TemplateId": "t"}
TEMPLATE = {"TemplateName": "T", "TimeInterval": "5", "SequenceFormat": "{Sequence}.jpg"}


def unsigned(action: str, **parameters: object) -> Call:
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in parameters.items()}
    return Call("POST", query=(("Action", action), *COMMON), form=tuple(texts.items()))


@pytest.fixture
def unread(gateway, engine):
    """What the journal says was not read of a call."""

    def of(call: Call) -> list[str]:
        gateway(call)
        return list(engine.journal.all()[-1].unread)

    return of


@pytest.mark.parametrize(
    ("action", "parameters", "names"),
    [
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION, [], id="all of them read"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"JobNam": "x"}, ["JobNam"], id="misspelt"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"jobname": "x"}, ["jobname"], id="in lower case"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"JobId": "x"}, ["JobId"], id="another action's"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"Extra": ""}, ["Extra"], id="unknown and empty"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"CallbackUrl": ""}, [], id="known and empty"),
        pytest.param(
            "SubmitLiveSnapshotJob",
            SUBMISSION | {"SnapshotOutput": OUTPUT | {"Buckt": "x"}},
            ["SnapshotOutput.Buckt"],
            id="inside of JSON",
        ),
        pytest.param(
            "SubmitLiveSnapshotJob",
            SUBMISSION | {"StreamInput": STREAM | {"Version": "1"}},
            ["StreamInput.Version"],
            id="common, but inside of JSON",
        ),
        pytest.param(
            "SubmitLiveSnapshotJob",
            SUBMISSION | {"SnapshotOutput.Bucket": "x", "SnapshotOutput.1": "x"},
            ["SnapshotOutput.Bucket", "SnapshotOutput.1"],
            id="flattened",
        ),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"StreamInput": "[1]"}, [], id="no object"),
        pytest.param("SubmitLiveSnapshotJob", SUBMISSION | {"StreamInput": "{"}, [], id="no JSON"),
        pytest.param(
            "SubmitLiveSnapshotJob",
            SUBMISSION | {"StreamInput": STREAM | {"X": "x" * 5000}},
            ["StreamInput.X"],
            id="inside of long JSON",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate", TEMPLATE | {"RegionId": "x", "Timestamp": "x"}, [], id="common"
        ),
        pytest.param(
            "ListLiveSnapshotTemplates", {"TemplateIds.1": "a", "TemplateIds.2": "b"}, [], id="list"
        ),
        pytest.param("ListLiveSnapshotTemplates", {"TemplateIds.x": "a"}, ["TemplateIds.x"], id="no number"),
        pytest.param(
            "ListLiveSnapshotTemplates",
            {"TemplateIds": "a", "TemplateIds.1": "b"},
            ["TemplateIds"],
            id="a list in both forms",
        ),
        pytest.param("ListLiveSnapshotJobs", {"TemplateIds.1": "a"}, ["TemplateIds.1"], id="another's list"),
        pytest.param("GetLiveSnapshotJob", {"JobI": "a"}, ["JobI"], id="of a call that is refused"),
        pytest.param("NoSuchAction", {"JobI": "a"}, [], id="of no action"),
    ],
)
def test_what_nothing_reads_is_named_and_nothing_else_is(unread, action, parameters, names):
    assert unread(unsigned(action, **parameters)) == names


def test_what_every_sdk_sends_is_not_named(unread, rpc, acs3):
    calls = [rpc(SignatureType="", RegionId="cn-shanghai"), acs3("ListLiveSnapshotTemplates", PageSize="5")]

    assert [unread(call) for call in calls] == [[], []]


def test_what_was_sent_twice_is_named_as_only_the_last_counts(unread):
    query = (("Action", "ListLiveSnapshotTemplates"), *COMMON, ("PageNo", "1"))

    names = unread(Call("GET", query=query, form=(("PageNo", "2"),)))

    assert names == ["PageNo (all but the last of 2)"]


def test_of_very_many_the_first_are_named_and_the_others_counted(unread):
    names = unread(unsigned("ListLiveSnapshotTemplates", **{f"Extra{number}": "x" for number in range(60)}))

    assert (len(names), names[0], names[-1]) == (51, "Extra0", "… 10 more")


def test_a_long_name_is_cut(unread):
    assert unread(unsigned("ListLiveSnapshotTemplates", **{"x" * 2000: "y"})) == [
        "x" * 1024 + "… (2000 characters)"
    ]
