"""What a report tells of long lists: the latest, more of what went wrong, and counts of it all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from ice_mock.client import Client
from ice_mock.report import records
from ice_mock.report.evidence import Call, Callback, Excerpt, Tally

CALLS_TOLD = 300
REFUSALS_TOLD = 200
CALLBACKS_TOLD = 300
FAILURES_TOLD = 200


def calls(client: Client) -> tuple[Excerpt[Call], tuple[Tally, ...]]:
    """The latest calls, more of those that were refused, and how many there are of each kind."""
    latest = client.requests.all(limit=CALLS_TOLD)
    refused = client.requests.all(refused=True, limit=REFUSALS_TOLD)
    told = {document["id"] for document in latest}
    earlier = [document for document in refused if document["id"] not in told]
    kept = tuple(records.call(document) for document in chain(earlier, latest))
    tallies = tuple(Tally(each["action"], each["code"], each["count"]) for each in latest.counts)
    return Excerpt(kept, latest.found, latest.dropped), tallies


def tallied(documents: Iterable[Mapping[str, Any]]) -> tuple[Tally, ...]:
    """How often each action was answered how, in the order in which that happened first."""
    counts = Counter((document["action"], document["code"]) for document in documents)
    return tuple(Tally(action, code, count) for (action, code), count in counts.items())


def callbacks(client: Client) -> Excerpt[Callback]:
    """The latest callbacks, and more of those that did not arrive."""
    latest = client.callbacks.all(limit=CALLBACKS_TOLD)
    told = {document["id"] for document in latest}
    failed = (client.callbacks.all(state=state, limit=FAILURES_TOLD) for state in ("lost", "waiting"))
    earlier = [document for document in chain(*failed) if document["id"] not in told]
    kept = tuple(records.callback(document) for document in (*earlier, *latest))
    return Excerpt(tuple(sorted(kept, key=lambda callback: callback.at)), latest.found, latest.dropped)
