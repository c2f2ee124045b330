"""``GET /metrics``: counts for a monitoring system, in the format of OpenMetrics.

On a public server there is no such path unless IRISML_METRICS_TOKEN is set; then the token has to be sent as
``Authorization: Bearer …``.
"""

from collections.abc import Iterator
from hmac import compare_digest
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from irisml.domain.settings import settings
from irisml.monitoring.recorder import LATENCY_MS, Recorded
from web.limits import refusals, visitors
from web.state.presenter import is_public
from web.state.session import get_service


class _Counts(Collector):
    """The counts of this process, read when they are asked for."""

    def collect(self) -> Iterator[Metric]:
        service = get_service()
        recorded = service.recorder.recorded()
        yield GaugeMetricFamily("irisml_sessions", "Open pages.", value=visitors.n_open)
        version = service.serving.in_memory()
        yield GaugeMetricFamily(
            "irisml_serving_version", "Number of the serving version; 0 if none.", value=version or 0
        )
        yield _predictions(recorded)
        yield _latency(recorded)
        refused = CounterMetricFamily("irisml_refusals", "What a limit has refused.", labels=["limit"])
        for limit, n in sorted(refusals.counts().items()):
            refused.add_metric([limit], n)
        yield refused
        yield CounterMetricFamily("irisml_events_dropped", "Events that were not written.", value=recorded.n_dropped)


def _predictions(recorded: Recorded) -> CounterMetricFamily:
    family = CounterMetricFamily("irisml_predictions", "Predictions.", labels=["version", "species", "door"])
    for (version, species, door), n in sorted(recorded.n_predictions.items()):
        family.add_metric([str(version), species, door], n)
    return family


def _latency(recorded: Recorded) -> HistogramMetricFamily:
    limits = [*(str(ms / 1000) for ms in LATENCY_MS), "+Inf"]
    buckets = list(zip(limits, accumulate(recorded.latency_counts), strict=True))
    return HistogramMetricFamily(
        "irisml_prediction_seconds",
        "Time of a prediction, without drawing it.",
        buckets=buckets,
        sum_value=recorded.latency_sum_ms / 1000,
    )


def metrics_text() -> bytes:
    """Return the counts in the format of OpenMetrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counts())
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call] # the library's annotations are in part
    return text


def metrics(request: Request) -> Response:
    """Answer a request, if it may be answered; Starlette calls it in a thread."""
    token = settings().metrics_token
    if is_public() and not token:
        return PlainTextResponse("Not Found", 404)
    given = request.headers.get("authorization", "")
    if token and not compare_digest(given.encode(), f"Bearer {token}".encode()):
        return PlainTextResponse("Send the token of IRISML_METRICS_TOKEN.", 401, {"www-authenticate": "Bearer"})
    return Response(metrics_text(), headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
