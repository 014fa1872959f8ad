"""Everything that can be made to go wrong, one file each; this is the table of it."""

from ice_mock.domain.fault import Plane
from ice_mock.faults import api, callback, oss, snapshot
from ice_mock.faults.kind import Kind

KINDS: dict[tuple[Plane, str], type[Kind]] = {
    (kind.plane, kind.name): kind for kind in (*api.KINDS, *callback.KINDS, *oss.KINDS, *snapshot.KINDS)
}

__all__ = ["KINDS", "Kind"]
