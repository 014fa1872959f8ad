"""What addresses, hosts, buckets, ids and formats look like: as strict as the service is with them."""

from ice_mock.domain.callback import INBOX
from ice_mock.scenario.fields import Form

RTMP = Form(
    r"[Rr][Tt][Mm][Pp][Ss]?://[^\s/]+/\S+", "an RTMP address such as rtmp://live.example.com/app/room1"
)
RECEIVER = Form(
    rf"(?:{INBOX}|[Hh][Tt][Tt][Pp][Ss]?://[^\s/]+(?:/\S*)?)",
    f"an http or https address, or {INBOX} for the world's own",
)
HOST = Form(r"[A-Za-z0-9_.:-]+", "a host without scheme or path, such as oss-cn-shanghai.aliyuncs.com")
BUCKET = Form(
    r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "the name of a bucket: 3 to 63 of a-z, 0-9 and -, not -first"
)
WORD = Form(r"[A-Za-z0-9][A-Za-z0-9._-]*", "a word of letters, digits and ._-")
UUID = Form(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID such as 6f1c2a34-0000-4000-8000-000000000001"
)
ACCOUNT = Form(r"[1-9][0-9]*", "digits")
AUTH_KEY = Form(
    r"(?=[^\s]*[A-Z])(?=[^\s]*[a-z])(?=[^\s]*[0-9])[!-~]+",
    "a key with upper-case and lower-case letters and digits, without spaces",
)

_KEY = r"(?!/|\\)(?!(?:.*/)?\.{1,2}(?:/|$))"
_UNKNOWN_PLACEHOLDER = r"(?!.*\{(?!(?:%s)\})[A-Za-z]\w*\})"
OVERWRITE = Form(
    _KEY + _UNKNOWN_PLACEHOLDER % "JobId" + r".*\.jpg",
    "a key that ends in .jpg, does not begin with / and has no placeholder but {JobId}",
)
SEQUENCE = Form(
    _KEY
    + _UNKNOWN_PLACEHOLDER % "JobId|Date|UnixTimestamp|Sequence"
    + r"(?=.*\{(?:UnixTimestamp|Sequence)\}).*\.jpg",
    "a key that ends in .jpg, does not begin with /, has {UnixTimestamp} or {Sequence} or both, and no "
    "placeholders beside them but {JobId} and {Date}",
)
