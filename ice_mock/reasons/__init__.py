"""Why calls were refused, jobs have not started, pictures are missing and callbacks have not arrived."""

from ice_mock.reasons.request import of_request

__all__ = ["of_request"]
