"""A callback as it goes over the wire: body, headers and signature.

Source: the callback events and the callback authentication of the service (reference B.1).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ice_mock.clock import iso_seconds, timestamp_ms
from ice_mock.domain.callback import Callback
from ice_mock.domain.model import Account


@dataclass(frozen=True, slots=True)
class Post:
    """One HTTP request to be made.

    Its body is sent at once, or over the time of *upload*; *timeout* is for all the rest.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: timedelta
    upload: timedelta = timedelta()


def post(callback: Callback, account: Account, *, real_time: datetime, world_time: datetime) -> Post:
    """The request that delivers *callback*, signed if the account has a key."""
    behaviour = account.behaviour
    body = json.dumps(event(callback), ensure_ascii=False, separators=(",", ":")).encode()
    # Assumed: neither header is documented.
    headers = {
        "Content-Type": behaviour.callback_content_type,
        "User-Agent": behaviour.callback_user_agent,
    }
    # Assumed: a job's own URL is signed with the account's key, like the account's.
    signs = behaviour.callback_signature == "always" or callback.url == account.callback_url
    if account.auth_key and signs:
        # Assumed: real time, since receivers compare it with their own.
        signed_at = real_time if behaviour.callback_time == "real" else world_time
        headers |= signature(callback.url, account.auth_key, signed_at)
    return Post(callback.url, headers, body, account.callbacks.timeout)


def event(callback: Callback) -> dict[str, Any]:
    """The envelope of every event of the service, around what is known of the file."""
    return {
        "EventType": "LiveSnapshotFileCreated",
        "UserId": callback.user_id,
        "EventTime": iso_seconds(callback.instant),
        # Assumed: the fields are those of ListLiveSnapshotFiles; this event is documented by name only.
        "MessageBody": {
            "JobId": callback.job_id,
            "OssEndpoint": callback.endpoint,
            "OssBucket": callback.bucket,
            "OssObject": callback.key,
            "CreateTime": iso_seconds(callback.instant),
            "CreateTimestamp": timestamp_ms(callback.instant),
            "IsOverlay": callback.is_overlay,
        },
    }


def signature(url: str, auth_key: str, signed_at: datetime) -> dict[str, str]:
    """The headers by which a receiver knows who calls: MD5 of URL, time and key."""
    timestamp = str(timestamp_ms(signed_at) // 1000)
    text = f"{url}|{timestamp}|{auth_key}"
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return {"X-ICE-TIMESTAMP": timestamp, "X-ICE-SIGNATURE": digest}
