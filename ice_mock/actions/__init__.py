"""The actions of the API, one module each; this is their table."""

from ice_mock.actions.base import Action
from ice_mock.actions.create_live_snapshot_template import CreateLiveSnapshotTemplate
from ice_mock.actions.delete_live_snapshot_files import DeleteLiveSnapshotFiles
from ice_mock.actions.delete_live_snapshot_template import DeleteLiveSnapshotTemplate
from ice_mock.actions.get_live_snapshot_job import GetLiveSnapshotJob
from ice_mock.actions.get_live_snapshot_template import GetLiveSnapshotTemplate
from ice_mock.actions.list_live_snapshot_files import ListLiveSnapshotFiles
from ice_mock.actions.list_live_snapshot_jobs import ListLiveSnapshotJobs
from ice_mock.actions.list_live_snapshot_templates import ListLiveSnapshotTemplates
from ice_mock.actions.send_live_snapshot_job_command import SendLiveSnapshotJobCommand
from ice_mock.actions.submit_live_snapshot_job import SubmitLiveSnapshotJob
from ice_mock.actions.update_live_snapshot_template import UpdateLiveSnapshotTemplate

ACTIONS: dict[str, type[Action]] = {
    action.__name__: action
    for action in (
        CreateLiveSnapshotTemplate,
        UpdateLiveSnapshotTemplate,
        DeleteLiveSnapshotTemplate,
        GetLiveSnapshotTemplate,
        ListLiveSnapshotTemplates,
        SubmitLiveSnapshotJob,
        GetLiveSnapshotJob,
        ListLiveSnapshotJobs,
        SendLiveSnapshotJobCommand,
        ListLiveSnapshotFiles,
        DeleteLiveSnapshotFiles,
    )
}

__all__ = ["ACTIONS", "Action"]
