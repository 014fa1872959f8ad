"""Every failure that the emulated service documents, as data: a status, a code and a message.

Texts are the service's own, its typing errors included.
"""

from datetime import timedelta
from typing import ClassVar, Self


class ApiError(Exception):
    """A documented failure: an HTTP status, an error code and a message with named placeholders."""

    status: ClassVar[int] = 400
    code: str
    message: ClassVar[str]

    def __init__(self, **details: object) -> None:
        super().__init__(self.message.format(**details))
        self.headers: dict[str, str] = {}
        """Headers of the answer, beside those of every answer."""
        self.fields: dict[str, object] = {}
        """Fields of the answer, beside those of every refusal."""
        self.sentence: str | None = None
        """Which rule refused, in one sentence; it is for whoever reads the journal, and in no answer."""
        self.facts: dict[str, str] = {}
        """What the sentence rests on, by name."""

    def because(self, sentence: str, **facts: object) -> Self:
        """Say which rule refused; facts that are None are left out."""
        self.sentence = sentence
        self.facts = {name: str(fact) for name, fact in facts.items() if fact is not None}
        return self


# -- The gateway, before an action is reached (reference D.4) --


class ActionNotFound(ApiError):
    """There is no such action, or not in this version of the API."""

    status = 404
    code = "InvalidAction.NotFound"
    message = "Specified api is not found, please check your url and method."


class MissingCommonParameter(ApiError):
    """A parameter that every call needs is absent; the code names it, as in ``MissingTimestamp``."""

    message = "{parameter} is mandatory for this action."

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter=parameter)
        self.code = f"Missing{parameter}"


class InvalidCommonParameter(ApiError):
    """A parameter that every call needs is wrong; the code names it, as in ``InvalidVersion``."""

    message = "Specified parameter {parameter} is not valid."

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter=parameter)
        self.code = f"Invalid{parameter}"


class AccessKeyNotFound(ApiError):
    """The access key is not registered, and signatures are required.

    Or it was registered, in a world that has ended: then *stray* says so, in the emulator's own words.
    """

    status = 404
    code = "InvalidAccessKeyId.NotFound"
    message = "Specified access key is not found.{remark}"

    def __init__(self, stray: str | None = None) -> None:
        super().__init__(remark=f" ice_mock: {stray}." if stray else "")


class AccessKeyInactive(ApiError):
    """The access key is registered, and switched off."""

    code = "InvalidAccessKeyId.Inactive"
    message = "Specified access key is disabled."


class SignatureDoesNotMatch(ApiError):
    """The signature is not the one that the server computes."""

    code = "SignatureDoesNotMatch"
    # The old Python SDK splits the message at its first colon, and compares the rest with its own string.
    message = (
        "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
    )


class IncompleteSignature(ApiError):
    """The signature cannot be read."""

    code = "IncompleteSignature"
    message = (
        "The request signature does not conform to Aliyun standards. "
        "server string to sign is:{string_to_sign}"
    )


class InvalidSignatureMethod(ApiError):
    """The signature is made in a way that the gateway does not verify."""

    code = "InvalidSignatureMethod"
    message = "Specified signature method is not valid."


class NonceUsed(ApiError):
    """A signed request came a second time."""

    code = "SignatureNonceUsed"
    message = "Specified signature nonce was used already."


class TimestampMalformed(ApiError):
    """The time of the signature cannot be read."""

    code = "InvalidTimeStamp.Format"
    message = "Specified time stamp or date value is not well formatted."


class TimestampExpired(ApiError):
    """The signature is too old, or from the future."""

    code = "InvalidTimeStamp.Expired"
    message = "Specified time stamp or date value is expired."


class InvalidFormat(ApiError):
    """``Format`` is neither JSON nor XML."""

    code = "InvalidParameter.Format"
    message = "Specified parameter format is not valid."


class SecurityTokenExpired(ApiError):
    """The STS token has ended."""

    code = "InvalidSecurityToken.Expired"
    message = "Specified SecurityToken is expired."


class SecurityTokenMismatch(ApiError):
    """The STS token is not the one that belongs to the access key."""

    code = "InvalidSecurityToken.MismatchWithAccessKey"
    message = "Specified SecurityToken mismatch with the AccessKey."


class MethodNotSupported(ApiError):
    """The gateway takes GET and POST."""

    status = 403
    code = "UnsupportedHTTPMethod"
    message = "This http method not supported."


# -- What every action may answer (reference A.3, base set) --


class MissingParameter(ApiError):
    """A parameter that the action needs is absent or empty."""

    code = "MissingParameter"
    message = "The parameter {parameter} is mandatory: expected {expected}."


class InvalidParameter(ApiError):
    """A parameter of the action is outside what is documented."""

    code = "InvalidParameter"
    message = "The parameter {parameter} is not valid: expected {expected}, found {found}."


class InvalidRequest(ApiError):
    """The request as a whole is outside what the gateway takes."""

    code = "InvalidParameter"
    message = "The request is not valid: expected {expected}, found {found}."


class InternalError(ApiError):
    """The emulator itself failed; its log says how."""

    status = 500
    code = "InternalError"
    message = "The request processing has failed due to some unknown error."


# -- What single actions may answer (reference A.3) --


class TemplateNotFound(ApiError):
    """No template has this id."""

    status = 404
    code = "TemplateNotFound"
    message = "No such template."


class JobNotFound(ApiError):
    """No job has this id."""

    status = 404
    code = "JobNotFound"
    message = "No such job."


class JobAlreadyStarted(ApiError):
    """The job that is to be started is running."""

    status = 409
    code = "JobAlreadyStarted"
    message = "Job is already started."


class JobLimitExceeded(ApiError):
    """As many jobs are running as the account may have."""

    code = "JobLimitExceeded"
    message = "Job limit exceeded."


class StreamNotFound(ApiError):
    """The stream is not being ingested."""

    code = "StreamNotFound"
    message = "No such stream."


class MalformedStartTime(ApiError):
    """``StartTime`` cannot be read."""

    code = "MalformedStartTime"
    message = "Specified parameter StartTime is not valid."


class MalformedEndTime(ApiError):
    """``EndTime`` cannot be read."""

    code = "MalformedEndTime"
    message = "Specified parameter EndTime is not valid."


class EndTimeMismatch(ApiError):
    """``EndTime`` lies before ``StartTime``, or too far behind it."""

    code = "EndTimeMismatch"
    message = "Specified end time does not math the specified start time."


class OverlayNotSupported(ApiError):
    """The overwrite file of a job cannot be deleted through the API."""

    code = "OverlayNotSupported"
    message = "Not Sopport to remove overlay snapshot, please remove overlay snapshot from OSS console."


class BucketNotAuthorized(ApiError):
    """The service may not delete in this bucket."""

    status = 403
    code = "BucketNotAuthorized"
    message = "Bucket is not authorised."


class NoValidSnapshot(ApiError):
    """None of the snapshots that are to be deleted exists."""

    status = 404
    code = "NoValidSnapshot"
    message = "No snapshots found with given parameters."


# -- The account (reference A.3, base set) --


class UserDisabled(ApiError):
    """The account is switched off."""

    status = 403
    code = "UserDisable"
    message = "User is disable."


class Forbidden(ApiError):
    """The caller's policy does not allow the action."""

    status = 403
    code = "Forbidden"
    message = "User not authorized to operate on the specified resource."

    def __init__(self, *, action: str = "ice:*", user_id: int = 0, explicit: bool = False) -> None:
        super().__init__()
        self.fields["AccessDeniedDetail"] = {
            "AuthAction": action,
            "AuthPrincipalType": "SubUser",
            "AuthPrincipalDisplayName": str(user_id),
            "AuthPrincipalOwnerId": str(user_id),
            "PolicyType": "AccountLevelIdentityBasedPolicy",
            "NoPermissionType": "ExplicitDeny" if explicit else "ImplicitDeny",
        }


class OperationDenied(ApiError):
    """The account has not bought the service."""

    status = 403
    code = "OperationDenied"
    message = "Your account has not enabled the ICE service."


# -- Too much, or too bad a moment (reference D.4) --


class ThrottlingError(ApiError):
    """The caller is asked to come again later; SDKs read from a header when."""

    def __init__(self, *, retry_after: timedelta | None = None) -> None:
        super().__init__()
        if retry_after is not None:
            self.headers["x-acs-retry-after"] = str(max(1, retry_after // timedelta(milliseconds=1)))


class ThrottledUser(ThrottlingError):
    """The account has made too many calls."""

    code = "Throttling.User"
    message = "Request was denied due to user flow control."


class ThrottledApi(ThrottlingError):
    """The action was called too often."""

    code = "Throttling.Api"
    message = "Request was denied due to api flow control."


class Throttled(ThrottlingError):
    """The gateway is asked for too much."""

    code = "Throttling"
    message = "Request was denied due to request throttling."


class ServiceUnavailable(ApiError):
    """The service is away for a moment."""

    status = 503
    code = "ServiceUnavailable"
    message = "The request has failed due to a temporary failure of the server."


# -- The control API: how the emulator refuses whoever steers it --


class ControlError(Exception):
    """A request to the control API that cannot be done, and changed nothing.

    *details* says more to programs, such as the path of the wrong entry in a document.
    """

    status: ClassVar[int] = 400
    code: str = "BadRequest"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.details = details


class NotFound(ControlError):
    """What the path names does not exist."""

    status = 404
    code = "NotFound"


class Conflict(ControlError):
    """The request does not fit the present state."""

    status = 409
    code = "Conflict"


class Unprocessable(ControlError):
    """The document is understood, and wrong; ``details["path"]`` says where."""

    status = 422
    code = "Unprocessable"
