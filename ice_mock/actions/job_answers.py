"""What a job looks like in an answer."""

from ice_mock.actions.base import Json
from ice_mock.domain.model import Job


def snapshot_output(job: Job) -> Json:
    return {"StorageType": "oss", "Endpoint": job.endpoint, "Bucket": job.bucket}
