"""RAM policy documents in a scenario."""

from typing import Any

from ice_mock.domain.policy import Policy, Statement
from ice_mock.scenario.fields import Choice, Form, Text, Texts, Unsupported
from ice_mock.scenario.structures import Group, Many, Record

_ACTION = Form(r"[A-Za-z*?][\w*?-]*:[\w*?]+|\*", "an action such as ice:GetLiveSnapshotJob or ice:*")
_RESOURCE = Form(r"[^\s]+", "a resource such as *")


class Version(Text):
    """The version of the language of policies, of which there is one."""

    expected = 'the text "1"'

    def read(self, value: Any) -> str:
        # Unquoted it is a number to YAML, and the same to everybody else.
        if value == "1" or (type(value) is int and value == 1):
            return "1"
        raise ValueError(value)

    def json_schema(self) -> dict[str, Any]:
        return {"enum": ["1", 1]}


class StatementRecord(Record):
    """A statement of a policy."""

    exactly_one = (("Action", "NotAction"), ("Resource", "NotResource"))

    effect = Choice("what the statement does", "Allow", "Deny", data_key="Effect", required=True)
    action = Texts("which actions it is about", form=_ACTION, data_key="Action")
    not_action = Texts(
        "which actions it is not about; it is about all others", form=_ACTION, data_key="NotAction"
    )
    resource = Texts("which resources it is about", form=_RESOURCE, data_key="Resource")
    not_resource = Texts("which resources it is not about", form=_RESOURCE, data_key="NotResource")
    condition = Unsupported(
        "not evaluated, and so refused",
        "a statement without one: conditions are not evaluated here, and to skip one would do harm",
        data_key="Condition",
    )

    def made(self, found: dict[str, Any]) -> Statement:
        return Statement(
            allows=found["effect"] == "Allow",
            actions=found.get("action"),
            not_actions=found.get("not_action"),
            resources=found.get("resource"),
            not_resources=found.get("not_resource"),
        )


class PolicyRecord(Record):
    """A RAM policy document: what no statement allows is denied, and a denial beats whatever allows."""

    version = Version("the version of the document", data_key="Version", default="1")
    statement = Many(
        "the statements, or a single one",
        Group("a statement", StatementRecord),
        or_one=True,
        expected="a statement, or a list of them",
        data_key="Statement",
        required=True,
    )

    def made(self, found: dict[str, Any]) -> Policy:
        return Policy(found["statement"])
