"""A collector of OpenTelemetry: takes OTLP over HTTP as the real ones do, and keeps what it was sent."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """Where it answers, and what came: spans, and metrics by name, the newest last; the names of the services."""

    address: str
    spans: list[Span] = field(default_factory=list)
    metrics: dict[str, list[Metric]] = field(default_factory=dict)
    services: set[str] = field(default_factory=set)

    def take(self, path: str, body: bytes) -> None:
        resources = []
        if path == "/v1/traces":
            for part in ExportTraceServiceRequest.FromString(body).resource_spans:
                resources.append(part.resource)
                self.spans += [span for scope in part.scope_spans for span in scope.spans]
        elif path == "/v1/metrics":
            for measured in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                resources.append(measured.resource)
                for metric in (metric for scope in measured.scope_metrics for metric in scope.metrics):
                    self.metrics.setdefault(metric.name, []).append(metric)
        for resource in resources:
            self.services |= {each.value.string_value for each in resource.attributes if each.key == "service.name"}

    def span(self, name: str) -> Span:
        """The last one of that name."""
        return next(span for span in reversed(self.spans) if span.name == name)

    def values(self, name: str) -> dict[str, float]:
        """What a gauge or a sum has last, by the values of its attributes."""
        metric = self.metrics[name][-1]
        points = metric.gauge.data_points or metric.sum.data_points
        return {
            ",".join(each.value.string_value for each in point.attributes): point.as_double or float(point.as_int)
            for point in points
        }


@contextmanager
def collector(answers: bool = True) -> Iterator[Collector]:
    """One on loopback. One that does not answer takes what it is sent and is silent."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not answers:
                over.wait(30)
                return
            found.take(self.path, gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found = Collector(f"http://127.0.0.1:{server.server_port}")
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield found
        finally:
            over.set()
            server.shutdown()
            serving.join()
