"""The names that a scenario may use of the service: its actions and the codes of its errors."""

from ice_mock.domain.wildcards import matches
from ice_mock.faults.api.error import ERRORS
from ice_mock.scenario.fields import JsonSchema, Value

ACTIONS = (
    "CreateLiveSnapshotTemplate",
    "UpdateLiveSnapshotTemplate",
    "DeleteLiveSnapshotTemplate",
    "GetLiveSnapshotTemplate",
    "ListLiveSnapshotTemplates",
    "SubmitLiveSnapshotJob",
    "GetLiveSnapshotJob",
    "ListLiveSnapshotJobs",
    "SendLiveSnapshotJobCommand",
    "ListLiveSnapshotFiles",
    "DeleteLiveSnapshotFiles",
)
CODES = tuple(ERRORS)
SUCCESS = "OK"
MOST_STARS = 4


class ActionName(Value):
    """The name of an action, or a pattern with ``*`` and ``?`` that fits at least one."""

    choices = ACTIONS
    expected = (
        "the name of an action such as SubmitLiveSnapshotJob, or a pattern that fits one, such as List*"
    )

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value.count("*") > MOST_STARS:
            raise ValueError(value)
        if any(matches(value, action) for action in ACTIONS):
            return value
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {
            "anyOf": [{"enum": list(ACTIONS)}, {"type": "string", "pattern": r"^[A-Za-z]*[*?][A-Za-z*?]*$"}]
        }


class Code(Value):
    """The code of an error, or ``OK`` for a call that was not refused."""

    choices = (*CODES, SUCCESS)
    expected = f"the code of a documented error, such as InternalError, or {SUCCESS}"

    def read(self, value: str) -> str:
        if value in self.choices:
            return value
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"enum": list(self.choices)}
