"""Spans and metrics by OpenTelemetry (OTLP over HTTP), made of events; imported only where a collector is named.

What is measured is sent at the end of the outermost step, by a thread that is waited for a moment at most: a collector
that is down or hangs stops and slows nothing, and what it missed is lost. Counts and durations are those since the last
time they were sent (delta), as most processes here end after one step; the others are what holds at that moment.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider

from warehouse.events import Event

_log = logging.getLogger(__name__)

#: So long (seconds) a collector may take for an answer, and so long the work waits for it.
_PATIENCE = 1.5
#: After a collector did not answer, nothing is sent for so long (seconds).
_PAUSE = 60.0
#: Of a load of thousands of workbooks the last ones.
_MOST_EVENTS = 1024
#: Counted by what became of the workbook.
_WORKBOOKS = {"workbook_read": "read", "workbook_refused": "refused"}

#: name -> unit, of what holds at a moment (`VitalSigns` says what each is).
GAUGES = {
    "admissions.failures.open": "{failure}",
    "admissions.months.published": "{month}",
    "admissions.months.held_back": "{month}",
    "admissions.published.age": "s",
}
WORKBOOKS, STEP_DURATION = "admissions.workbooks", "admissions.step.duration"

#: (name, its attributes) -> value.
Signs = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


class Telemetry:
    """Hears events (`hear`) and sends what they amount to, with the `signs` that hold at that moment."""

    def __init__(self, endpoint: str, signs: Callable[[], Signs], unsent: Callable[[str], str]) -> None:
        """`endpoint` is the collector's address without `/v1/…`; `unsent` the sentence for one that does not answer."""
        self._host = urlsplit(endpoint).hostname or endpoint
        self._signs, self._unsent = signs, unsent
        resource = Resource.create({} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "admissions"})
        self._ended = _Ended()
        tracing = TracerProvider(
            resource=resource, shutdown_on_exit=False, span_limits=SpanLimits(max_events=_MOST_EVENTS)
        )
        tracing.add_span_processor(self._ended)
        self._tracer = tracing.get_tracer("admissions")
        since_sent: dict[Any, AggregationTemporality] = {
            Counter: AggregationTemporality.DELTA,
            Histogram: AggregationTemporality.DELTA,
        }
        self._reader = InMemoryMetricReader(preferred_temporality=since_sent)
        meter = MeterProvider([self._reader], resource, shutdown_on_exit=False).get_meter("admissions")
        self._workbooks = meter.create_counter(WORKBOOKS, "{workbook}", "Workbooks by what became of them")
        self._durations = meter.create_histogram(STEP_DURATION, "s", "How long a step took")
        self._gauges = {name: meter.create_gauge(name, unit) for name, unit in GAUGES.items()}
        base = endpoint.rstrip("/")
        self._span_exporter = OTLPSpanExporter(f"{base}/v1/traces", timeout=_PATIENCE)
        self._metric_exporter = OTLPMetricExporter(f"{base}/v1/metrics", timeout=_PATIENCE)
        self._open: list[trace.Span] = []
        self._quiet_until = 0.0
        # It says itself, in a sentence, when a collector does not answer.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    def hear(self, event: Event) -> None:
        """A step that begins opens a span in the one around it; what happens in it is told there."""
        moment = int(event.at.timestamp() * 1e9)
        if event.name == "step_began":
            around = trace.set_span_in_context(self._open[-1]) if self._open else context.get_current()
            self._open.append(self._tracer.start_span(f"admissions {event.fields['step']}", around, start_time=moment))
        elif event.name in ("step_done", "step_failed") and self._open:
            self._end(event, moment)
        elif self._open:
            told = {key: value for key, value in event.fields.items() if isinstance(value, str | int | float)}
            self._open[-1].add_event(event.name, told, timestamp=moment)
        if event.name in _WORKBOOKS:
            self._workbooks.add(1, {"outcome": _WORKBOOKS[event.name]})

    def send(self) -> None:
        """Send what there is; come back after a moment, whether it was taken or not."""
        if time.monotonic() < self._quiet_until:
            return
        try:
            for (name, attributes), value in self._signs().items():
                self._gauges[name].set(value, dict(attributes))
        except Exception:
            # What cannot be read now is measured the next time: no run ends because of it.
            _log.debug("nothing could be measured", exc_info=True)
        taken: list[bool] = []
        sending = threading.Thread(target=self._export, args=(taken,), daemon=True)
        sending.start()
        sending.join(_PATIENCE)
        if taken != [True, True]:
            self._quiet_until = time.monotonic() + _PAUSE
            _log.warning(self._unsent(self._host))

    def _end(self, event: Event, moment: int) -> None:
        span = self._open.pop()
        for key in ("run", "seconds"):
            if key in event.fields:
                span.set_attribute(f"admissions.{key}", event.fields[key])  # type: ignore[arg-type]
        failed = event.name == "step_failed"
        if failed:
            span.set_status(trace.StatusCode.ERROR, str(event.fields["sentence"]))
        span.end(moment)
        labels = {"step": str(event.fields["step"]), "outcome": "failed" if failed else "done"}
        self._durations.record(float(str(event.fields["seconds"])), labels)
        if not self._open:
            self.send()

    def _export(self, taken: list[bool]) -> None:
        spans, measured = self._ended.taken(), self._reader.get_metrics_data()
        taken.append(not spans or self._span_exporter.export(spans).name == "SUCCESS")
        taken.append(measured is None or self._metric_exporter.export(measured).name == "SUCCESS")


class _Ended(SpanProcessor):
    """Keeps the spans that have ended until they are sent."""

    def __init__(self) -> None:
        self._spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self._spans.append(span)

    def taken(self) -> list[ReadableSpan]:
        found, self._spans = self._spans, []
        return found
