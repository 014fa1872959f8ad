"""The names that calls have on the wire: whoever expects one that there is not has misspelt it.

Not asked of the actions themselves, which take longer to import than all the rest of a handle.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

Inner = tuple[str, ...]
"""The names inside of a parameter that is an object, none for all others."""

_SORTING: Mapping[str, Inner] = {"PageNo": (), "PageSize": (), "SortBy": ()}
_PLAN: Mapping[str, Inner] = {
    "TemplateName": (),
    "TimeInterval": (),
    "OverwriteFormat": (),
    "SequenceFormat": (),
}
ACTIONS: Mapping[str, Mapping[str, Inner]] = {
    "CreateLiveSnapshotTemplate": _PLAN,
    "UpdateLiveSnapshotTemplate": {"TemplateId": (), **_PLAN},
    "DeleteLiveSnapshotTemplate": {"TemplateId": ()},
    "GetLiveSnapshotTemplate": {"TemplateId": ()},
    "ListLiveSnapshotTemplates": {"SearchKeyWord": (), "TemplateIds": (), "Type": (), **_SORTING},
    "SubmitLiveSnapshotJob": {
        "JobName": (),
        "StreamInput": ("Url", "Type"),
        "SnapshotOutput": ("StorageType", "Endpoint", "Bucket"),
        "TemplateId": (),
        "CallbackUrl": (),
    },
    "GetLiveSnapshotJob": {"JobId": ()},
    "ListLiveSnapshotJobs": {"StartTime": (), "EndTime": (), "SearchKeyWord": (), "Status": (), **_SORTING},
    "SendLiveSnapshotJobCommand": {"JobId": (), "Command": ()},
    "ListLiveSnapshotFiles": {"JobId": (), "StartTime": (), "EndTime": (), "Limit": (), "SortBy": ()},
    "DeleteLiveSnapshotFiles": {"JobId": (), "CreateTimestampList": (), "DeleteOriginalFile": ()},
}
"""The parameters of every action."""

COMMON = ("RegionId",)
"""What the journal keeps of the parameters that every action has."""


def check_action(action: str) -> None:
    """Raises ValueError for an action that there is not; one with ``*`` stands for whatever fits."""
    if "*" not in action and action not in ACTIONS:
        raise ValueError(
            f"there is no action {action!r}{_meant(action, ACTIONS)} "
            f"(If it is called all the same, expect {action + '*'!r}.)"
        )


def check_parameters(action: str, parameters: Mapping[str, object]) -> None:
    """Raises ValueError for a parameter that *action* has not, unless the action is one with ``*``."""
    known = ACTIONS.get(action)
    if known is None:
        return
    for name, value in parameters.items():
        own = _without_number(name)
        if own not in known and own not in COMMON:
            raise _strange(action, name, known)
        inner = known.get(own, ())
        if inner and isinstance(value, Mapping):
            for each in value.keys() - set(inner):
                raise _strange(action, f"{name}.{each}", [f"{name}.{every}" for every in inner])


def _strange(action: str, name: str, known: Iterable[str]) -> ValueError:
    return ValueError(
        f"{action} has no parameter {name}{_meant(name, known)} "
        f"(If it is sent all the same, expect it of {action + '*'!r}.)"
    )


def _without_number(name: str) -> str:
    """The name of a list, of one of its entries such as ``TemplateIds.1``."""
    own, _, number = name.partition(".")
    return own if number.isdecimal() else name


def _meant(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}."
