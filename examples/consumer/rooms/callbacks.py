"""The callbacks of ICE: whether one is genuine, and which picture it announces."""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass

OLDEST = 300
"""Seconds for which a signature holds; who has overheard a callback cannot repeat it later."""

SECONDS = re.compile(r"[0-9]{1,12}")


class Forged(Exception):
    """A callback that is not from ICE, or an old one that somebody repeats."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A new picture: its job, its key in OSS, and when it was taken, in milliseconds since 1970."""

    job_id: str
    key: str
    taken: int


def verify(url: str, auth_key: str, *, timestamp: str, signature: str) -> None:
    """Raise Forged unless a callback to *url* is signed with *auth_key*, and was just now.

    The signature does not cover the body: so nothing is done with that but to look for one picture.
    """
    if not SECONDS.fullmatch(timestamp) or abs(time.time() - int(timestamp)) > OLDEST:
        raise Forged("the time is missing or too far off")
    # The algorithm is the service's: there is no other.
    expected = hashlib.md5(f"{url}|{timestamp}|{auth_key}".encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise Forged("the signature is wrong")


def announcement(body: bytes) -> Announcement | None:
    """What a callback announces; None if it is about something else than a new picture. Raises Forged."""
    try:
        event = json.loads(body)
        if event["EventType"] != "LiveSnapshotFileCreated":
            return None
        file = event["MessageBody"]
        return Announcement(str(file["JobId"]), str(file["OssObject"]), int(file["CreateTimestamp"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Forged(f"the body is none of ICE: {error!r}") from error
