"""What is counted, in the format of Prometheus. Slow to import: whoever asks for it first does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from platform import python_version

from prometheus_client import CollectorRegistry, Metric, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from ice_mock.metrics.bounds import Bound
from ice_mock.metrics.census import Census
from ice_mock.metrics.metrics import Metrics
from ice_mock.metrics.tally import LENGTHS, Durations, Tally
from ice_mock.version import __version__

PREFIX = "ice_mock_"
BOUNDARIES = (*map(str, LENGTHS), "+Inf")


class Exposition:
    """The metrics of one server, in a registry of their own: those of another are not among them.

    *take_census* is asked at every scrape.
    """

    def __init__(self, metrics: Metrics, take_census: Callable[[], Census]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Server(metrics, take_census))
        # Of this process; where the system does not tell, there is nothing of it.
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def text(self, accept: str) -> tuple[bytes, str]:
        """Everything as it is now, and its media type, which is one that the header *accept* names."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type


class _Server(Collector):
    def __init__(self, metrics: Metrics, take_census: Callable[[], Census]) -> None:
        self._metrics = metrics
        self._take_census = take_census

    def collect(self) -> Iterable[Metric]:
        yield _build()
        yield from self._counters()
        yield from _gauges(self._take_census())
        yield from self._levels()
        yield from _bounds(self._metrics.bounds.all())

    def _counters(self) -> Iterator[Metric]:
        metrics = self._metrics
        yield _counter("calls", "Calls of the API.", ("action", "code"), metrics.calls)
        yield _histogram(
            "call_duration_seconds",
            "From the arrival of a call of the API to its answer.",
            "action",
            metrics.call_durations,
        )
        yield _counter("oss_requests", "Requests to object storage.", ("operation", "code"), metrics.requests)
        yield _counter("callback_attempts", "Attempts to deliver callbacks.", ("outcome",), metrics.attempts)
        yield _counter("callbacks", "Callbacks that have come to an end.", ("state",), metrics.callbacks)

    def _levels(self) -> Iterator[Metric]:
        yield _gauge("requests_under_way", "Requests that are being answered.", self._metrics.busy.height)
        yield _gauge(
            "requests_waiting", "Requests that wait for something to happen.", self._metrics.patient.height
        )


def _build() -> Metric:
    build = {"version": __version__, "python": python_version()}
    return InfoMetricFamily(f"{PREFIX}build", "What is running here.", value=build)


def _gauges(census: Census) -> Iterator[Metric]:
    yield _gauge("worlds", "Worlds.", census.worlds)
    yield _labelled(
        "jobs", "Jobs of all worlds.", ("status",), (((status,), n) for status, n in census.jobs.items())
    )
    yield _gauge("streams", "Streams of all worlds, live or not.", census.streams)
    yield _gauge("callbacks_waiting", "Callbacks between two attempts.", census.waiting)
    yield _gauge("callbacks_under_way", "Callbacks that are being sent, or about to be.", census.under_way)
    kept = (("calls", census.calls), ("received", census.received), ("callbacks", census.callbacks))
    yield _labelled(
        "entries", "What the worlds keep to be read.", ("kind",), (((kind,), n) for kind, n in kept)
    )
    dropped = (
        ("calls", census.calls_dropped),
        ("received", census.received_dropped),
        ("callbacks", census.callbacks_dropped),
    )
    yield _labelled(
        "entries_dropped",
        "What the worlds there are no longer have, as it was too much.",
        ("kind",),
        (((kind,), n) for kind, n in dropped),
    )


def _bounds(bounds: Sequence[Bound]) -> Iterator[Metric]:
    yield _labelled(
        "bound_used",
        "How much there is of what cannot grow for ever; of what each world has, in the fullest world.",
        ("bound",),
        (((bound.name,), bound.used) for bound in bounds),
    )
    yield _labelled(
        "bound_most",
        "How much of it there may be.",
        ("bound",),
        (((bound.name,), bound.most) for bound in bounds),
    )


def _counter(name: str, meaning: str, labels: Sequence[str], tally: Tally) -> Metric:
    family = CounterMetricFamily(PREFIX + name, meaning, labels=labels)
    for values, number in tally.all().items():
        family.add_metric(values, number)
    return family


def _histogram(name: str, meaning: str, label: str, durations: Durations) -> Metric:
    family = HistogramMetricFamily(PREFIX + name, meaning, labels=(label,))
    for value, spread in durations.all().items():
        family.add_metric((value,), list(zip(BOUNDARIES, spread.counts, strict=True)), spread.seconds)
    return family


def _gauge(name: str, meaning: str, number: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, meaning, value=number)


def _labelled(
    name: str, meaning: str, labels: Sequence[str], readings: Iterable[tuple[Sequence[str], int]]
) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, meaning, labels=labels)
    for values, number in readings:
        family.add_metric(values, number)
    return family
