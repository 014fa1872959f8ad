"""What is counted of a running server, how full it is, and all of it in the format of Prometheus."""

from ice_mock.metrics.bounds import Bound, Bounds
from ice_mock.metrics.census import Census
from ice_mock.metrics.metrics import Metrics

__all__ = ["Bound", "Bounds", "Census", "Metrics"]
