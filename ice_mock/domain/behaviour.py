"""What the real service leaves open, as named knobs; ``docs/assumptions.md`` explains the defaults."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal


def knob(default: Any, meaning: str) -> Any:
    """A knob's *default*, and what its values mean, for the reference of the scenario format."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a world behaves where the documentation of the service is silent."""

    # Jobs
    start_delay: timedelta = knob(timedelta(), "how long a job submitted on a live stream takes to start")
    on_ingest_begin: Literal["wait", "start"] = knob(
        "wait", "whether a job in `init` waits for a command when ingest begins, or starts by itself"
    )
    on_ingest_end: Literal["pause", "continue"] = knob(
        "pause",
        "whether a running job is `paused` while its stream is out, or stays `started` without frames",
    )
    on_ingest_return: Literal["resume", "wait"] = knob(
        "resume", "whether a running job goes on when ingest returns, or waits for a command"
    )
    start_in_outage: Literal["stream-not-found", "already-started"] = knob(
        "stream-not-found", "what `start` answers for a job that runs without its stream"
    )
    stop_when_stopped: Literal["succeed", "refuse"] = knob(
        "succeed", "what `stop` answers for a job that does not run; a refusal is an InvalidParameter"
    )
    restart: Literal["always", "running"] = knob(
        "always",
        "whether `restart` starts any job, or refuses one that does not run with an InvalidParameter",
    )
    limit_counts: Literal["started", "capturing"] = knob(
        "started", "whether jobs without their stream count for the limit of concurrent jobs"
    )
    template_update: Literal["ignore", "on-start"] = knob(
        "ignore", "whether jobs keep the plan they were submitted with, or read their template at every start"
    )
    template_delete: Literal["keep-jobs", "stop-jobs"] = knob(
        "keep-jobs", "what becomes of the running jobs of a template that is deleted"
    )
    stream_match: Literal["exact", "without-query"] = knob(
        "exact", "whether two URLs that differ in their query name the same stream"
    )

    # Frames and files
    first_frame: Literal["after-interval", "at-start"] = knob(
        "after-interval", "whether the first frame comes an interval after the start, or with it"
    )
    beat: Literal["from-start", "from-ingest"] = knob(
        "from-start", "whether an outage leaves the beat alone, or the return of ingest begins a new one"
    )
    key_frames: timedelta = knob(
        timedelta(), "distance of the stream's key frames: pictures wait for the next one; 0s is anywhere"
    )
    sequence: Literal["per-job", "per-start"] = knob(
        "per-job", "whether `{Sequence}` goes on through stops and starts, or begins again with every start"
    )
    sequence_width: int = knob(0, "to how many digits `{Sequence}` is padded with zeros; 0 is not at all")
    date_format: Literal["yyyy-MM-dd", "yyyyMMdd"] = knob("yyyy-MM-dd", "what `{Date}` looks like")
    date_zone: Literal["utc", "asia-shanghai"] = knob("utc", "the zone of `{Date}`")
    timestamp_unit: Literal["milliseconds", "seconds"] = knob("milliseconds", "what `{UnixTimestamp}` counts")
    overlay_records: Literal["latest", "every"] = knob(
        "latest", "whether an overwrite file is listed once, or once for every frame that it ever held"
    )
    page_boundary: Literal["second", "file"] = knob(
        "second", "whether files of one second stay on one page of ListLiveSnapshotFiles, or may be split"
    )
    next_descending: Literal["end-time", "absent"] = knob(
        "end-time", "whether NextStartTime of a descending list is where the next page ends, or absent"
    )
    delete_missing: Literal["report", "refuse"] = knob(
        "report",
        "whether unknown timestamps among known ones are reported, or refuse the whole with NoValidSnapshot",
    )
    delete_both: Literal["sequence", "refuse"] = knob(
        "sequence", "whether a frame with both files loses its sequence file, or is refused as an overlay"
    )

    # Parameters and answers
    empty_parameters: Literal["missing", "given"] = knob(
        "missing", "whether a parameter without a value is missing, or has an empty value"
    )
    address_checks: Literal["strict", "off"] = knob(
        "strict", "whether addresses, hosts and buckets that cannot work are refused at submission"
    )
    format_names: Literal["strict", "any"] = knob(
        "strict", "whether formats are refused that give names which object storage does not take"
    )
    empty_fields: Literal["absent", "empty"] = knob(
        "absent", "whether fields of an answer that are not set are absent, or empty"
    )
    update_template: Literal["replace", "merge"] = knob(
        "replace", "whether UpdateLiveSnapshotTemplate removes a format that it is not given, or keeps it"
    )
    search: Literal["anywhere", "prefix", "exact"] = knob("anywhere", "where a search word has to match")
    jobs_end_time: Literal["now", "start-plus-7-days"] = knob(
        "now", "the EndTime of ListLiveSnapshotJobs by default"
    )

    # Callbacks
    callbacks_per: Literal["file", "frame"] = knob(
        "file",
        "whether each file of a frame is announced, or only the sequence file of a frame that has both",
    )
    callback_signature: Literal["always", "account-only"] = knob(
        "always", "whether callbacks to a job's own URL are signed with the account's key too"
    )
    callback_time: Literal["real", "world"] = knob("real", "which time is signed")
    callback_content_type: str = knob("application/json", "the Content-Type of callbacks")
    callback_user_agent: str = knob("ice-callback", "the User-Agent of callbacks")

    # The gateway
    methods: Literal["any", "as-sdks"] = knob(
        "any", "whether an action takes GET and POST, or only the one that the SDKs use"
    )
    bearer: Literal["refuse", "accept"] = knob(
        "refuse", "whether a bearer token will do where signatures are required"
    )
    stray_token: Literal["refuse", "ignore"] = knob(
        "refuse", "whether a call with an STS token that its key does not have is refused"
    )
    canonical_request: Literal["shown", "hidden"] = knob(
        "shown", "whether SignatureDoesNotMatch tells the server's canonical request too"
    )
    xml_lists: Literal["singular", "same"] = knob(
        "singular", "whether the children of `JobList` are called `Job` in XML, or `JobList` again"
    )
    host_id: str | None = knob(None, "the HostId of errors; by default the public endpoint of the region")


DEFAULT = Behaviour()
