"""SubmitLiveSnapshotJob: make a job, which starts by itself if its stream is live."""

import re

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Choice, Form, JsonObject, Text
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.errors import TemplateNotFound


# Assumed: an address has to be one that can be called; how strictly the service looks is not documented.
def _address(pattern: str, words: str) -> Form:
    return Form(re.compile(pattern, re.ASCII), words, is_address=True)


_RTMP = _address(r"(?i:rtmps?)://[^\s/]+/\S.*", "an RTMP address such as rtmp://host/app/stream")
_HTTP = _address(r"(?i:https?)://[^\s/]+(?:/\S*)?", "an http or https address")
_HOST = _address(r"[\w.:-]{1,255}", "a host without scheme or path")
_BUCKET = _address(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", "a bucket's name")


class StreamInput(ApiSchema):
    """Where the live stream is."""

    url = Text(required=True, longest=255, form=_RTMP)
    type = Choice("rtmp", required=True)


class SnapshotOutput(ApiSchema):
    """Where the files go."""

    storage_type = Choice("oss", required=True)
    endpoint = Text(required=True, form=_HOST)
    bucket = Text(required=True, form=_BUCKET)


class SubmitLiveSnapshotJob(Action):
    raises = (TemplateNotFound,)

    class Params(ApiSchema):
        job_name = Text(required=True, longest=128)
        stream_input = JsonObject(StreamInput, required=True)
        snapshot_output = JsonObject(SnapshotOutput, required=True)
        template_id = Text(required=True)
        callback_url = Text(longest=255, form=_HTTP)

    @staticmethod
    def handle(
        engine: Engine,
        *,
        job_name: str,
        stream_input: dict[str, str],
        snapshot_output: dict[str, str],
        template_id: str,
        callback_url: str | None,
    ) -> Json:
        order = Order(
            name=job_name,
            template_id=template_id,
            stream_url=stream_input["url"],
            endpoint=snapshot_output["endpoint"],
            bucket=snapshot_output["bucket"],
            callback_url=callback_url,
        )
        return {"JobId": engine.jobs.submit(order).id}
