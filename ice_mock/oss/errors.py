"""Every failure of object storage, as data: a status, a code, a message, and where known its detailed code.

The texts and the detailed codes (``EC``) are the service's own, from its documentation and its answers.
"""

from typing import ClassVar


class OssError(Exception):
    """A documented failure. *elements* are what its document says besides, by name.

    They also fill the placeholders of the message.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    message: ClassVar[str]
    ec: ClassVar[str | None] = None

    def __init__(self, **elements: str) -> None:
        super().__init__(self.message.format(**elements))
        self.elements = elements


# -- Who is it --


class InvalidAuthorization(OssError):
    """The ``Authorization`` header, or what stands for it in the query, cannot be read."""

    status = 400
    code = "InvalidArgument"
    # Assumed: one answer to whatever cannot be read, for which the service has dozens of detailed codes.
    message = "Authorization header is invalid."


class IncompleteQueryAuthorization(OssError):
    """A presigned URL lacks a part."""

    status = 403
    code = "AccessDenied"
    message = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"


class AccessDenied(OssError):
    """Whoever asks may not."""

    status = 403
    code = "AccessDenied"
    message = "You have no right to access this object because of bucket acl."
    ec = "0003-00000001"


class AnonymousDenied(OssError):
    """Nobody signed, and signatures are required."""

    status = 403
    code = "AccessDenied"
    # Assumed: the answer for a private bucket, whether an object is asked for or the bucket.
    message = "You have no right to access this object because of bucket acl."
    ec = "0003-00000001"


class UnknownAccessKey(OssError):
    """The access key is not registered, and signatures are required."""

    status = 403
    code = "InvalidAccessKeyId"
    message = "The OSS Access Key Id you provided does not exist in our records."
    ec = "0002-00000902"


class StrayRequest(OssError):
    """The request is meant for a world that there is not, or no more."""

    status = 403
    code = "InvalidAccessKeyId"
    message = "The OSS Access Key Id you provided does not exist in our records. ice_mock: {stray}."
    ec = "0002-00000902"

    def __init__(self, stray: str) -> None:
        super().__init__(stray=stray)
        self.elements = {}


class InactiveAccessKey(OssError):
    """The access key is registered, and switched off."""

    status = 403
    code = "InvalidAccessKeyId"
    message = "The OSS Access Key Id you provided is disabled."


class NotTemporaryAccessKey(OssError):
    """A security token came with an access key that has none."""

    status = 403
    code = "InvalidAccessKeyId"
    message = "The OSS Access Key Id you provided does not exist in our records."
    ec = "0002-00000002"


class SecurityTokenMissing(OssError):
    """A temporary access key came without its security token."""

    status = 403
    code = "InvalidAccessKeyId"
    message = (
        "The OSS Access Key Id you provided does not exist in our records. "
        "The Security Token may be lost to specify that it is a STS Access Id."
    )
    ec = "0002-00000003"


class InvalidSecurityToken(OssError):
    """The security token is not the one that belongs to the access key."""

    status = 403
    code = "InvalidSecurityToken"
    # Assumed: not AccessKeyIdAndSecurityTokenNotMatch, which is for the intact token of another key.
    message = "The security token you provided is invalid."
    ec = "0002-00000006"


class SecurityTokenExpired(OssError):
    """The temporary access key has ended."""

    status = 403
    # Assumed: InvalidAccessKeyId is documented as another answer to it.
    code = "SecurityTokenExpired"
    message = "The security token you provided has expired."
    ec = "0002-00000007"


class InvalidDate(OssError):
    """A signature in the header has no time that can be read."""

    status = 403
    code = "AccessDenied"
    message = "OSS authentication requires a valid Date."
    ec = "0002-00000503"


class RequestTimeTooSkewed(OssError):
    """A signature in the header is too old, or from the future."""

    status = 403
    code = "RequestTimeTooSkewed"
    message = "The difference between the request time and the current time is too large."
    ec = "0002-00000504"


class InvalidExpires(OssError):
    """A presigned URL does not say until when it holds."""

    status = 403
    code = "AccessDenied"
    # Assumed: the detailed code is documented, the text is not.
    message = "Invalid date (should be seconds since epoch)."
    ec = "0002-00000070"


class RequestExpired(OssError):
    """A presigned URL holds no longer."""

    status = 403
    code = "AccessDenied"
    message = "Request has expired."
    ec = "0002-00000069"


class SignatureDoesNotMatch(OssError):
    """The signature is not the one that the server computes; the elements say from what."""

    status = 403
    code = "SignatureDoesNotMatch"
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
    # Assumed: the detailed code is documented for version 1, and used for version 4 too.
    ec = "0002-00000040"


# -- What do they want --


class TooManyParameters(OssError):
    """The query is longer than anybody needs."""

    status = 400
    code = "InvalidArgument"
    message = "The request has more than 1000 query parameters."


class OwnRefusal(OssError):
    """A bound of the emulator's own is reached, or the time of a request over; *problem* says which."""

    message = "{Problem}"

    def __init__(self, problem: str, status: int, code: str) -> None:
        super().__init__(Problem=problem)
        self.status, self.code, self.elements = status, code, {}  # type: ignore[misc]


class InvalidArgument(OssError):
    """A parameter is outside what is documented."""

    status = 400
    code = "InvalidArgument"
    # Assumed: the text, which tells what would be right.
    message = "The argument {ArgumentName} is not valid: expected {Expected}."


class InvalidBucketName(OssError):
    """No bucket can have this name."""

    status = 400
    code = "InvalidBucketName"
    message = "The specified bucket is not valid."


class InvalidObjectName(OssError):
    """No object can have this name."""

    status = 400
    code = "InvalidObjectName"
    message = "The specified object is not valid."
    ec = "0016-00000005"


class ObjectNameTooLong(OssError):
    """No object can have a name of more than 1023 bytes."""

    status = 400
    code = "InvalidObjectName"
    message = "The Length of Object name must be less than 1024."
    ec = "0016-00000002"


class NotImplementedHere(OssError):
    """An operation that the emulator does not have; the message names it."""

    # Assumed: the service itself answers 400 with this code and the first sentence.
    status = 501
    code = "NotImplemented"
    message = (
        "A header you provided implies functionality that is not implemented. "
        "The emulator does not implement {Operation}."
    )


# -- Is it there --


class NoSuchBucket(OssError):
    """The bucket does not exist."""

    status = 404
    code = "NoSuchBucket"
    message = "The specified bucket does not exist."
    ec = "0015-00000101"


class BucketForbidden(OssError):
    """The bucket is somebody else's."""

    status = 403
    code = "AccessDenied"
    message = "The bucket you access does not belong to you."
    ec = "0003-00000001"


class NoSuchKey(OssError):
    """There is no object of this name."""

    status = 404
    code = "NoSuchKey"
    message = "The specified key does not exist."
    ec = "0026-00000001"


class PreconditionFailed(OssError):
    """The object is not as the request wants it."""

    status = 412
    code = "PreconditionFailed"
    message = "At least one of the pre-conditions you specified did not hold."


class InvalidRange(OssError):
    """The range lies outside the object, and the request wants to know."""

    status = 416
    code = "InvalidRange"
    message = "The requested range cannot be satisfied"


class InternalError(OssError):
    """The emulator itself failed; its log says how."""

    status = 500
    code = "InternalError"
    message = "We encountered an internal error. Please try again."
