"""DeleteLiveSnapshotFiles: delete records of files, and on demand the files themselves."""

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Flag, JsonNumbers, Text
from ice_mock.engine import Engine
from ice_mock.errors import BucketNotAuthorized, JobNotFound, NoValidSnapshot, OverlayNotSupported


class DeleteLiveSnapshotFiles(Action):
    raises = (OverlayNotSupported, BucketNotAuthorized, JobNotFound, NoValidSnapshot)

    class Params(ApiSchema):
        job_id = Text(required=True)
        create_timestamp_list = JsonNumbers(required=True, most=200)
        delete_original_file = Flag(load_default=False)

    @staticmethod
    def handle(
        engine: Engine, *, job_id: str, create_timestamp_list: list[int], delete_original_file: bool
    ) -> Json:
        found = engine.files.delete(job_id, create_timestamp_list, originals=delete_original_file)
        return {
            "DeleteFileResultList": [
                {"CreateTimestamp": timestamp, "Result": "OK" if existed else "NotFound"}
                for timestamp, existed in found.items()
            ]
        }
