"""The figures as a Prometheus server would read them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from assistant.frontends.web.metrics import Metrics


def read(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.text())
        for sample in family.samples
    }


def test_counts_and_durations_are_read_back() -> None:
    metrics = Metrics()
    metrics.requests.labels("ask", "POST", "200").inc()
    metrics.answer_seconds.observe(0.3)
    metrics.answer_seconds.observe(1000)
    found = read(metrics)
    labels = frozenset({("route", "ask"), ("method", "POST"), ("status", "200")})
    assert found["assistant_http_requests_total", labels] == 1
    assert found["assistant_answer_seconds_bucket", frozenset({("le", "0.25")})] == 0
    assert found["assistant_answer_seconds_bucket", frozenset({("le", "0.5")})] == 1
    assert found["assistant_answer_seconds_bucket", frozenset({("le", "+Inf")})] == 2
    assert found["assistant_answer_seconds_count", frozenset()] == 2


def test_a_gauge_is_read_when_it_is_asked_for() -> None:
    metrics, waiting = Metrics(), [0]
    metrics.gauge("assistant_queue_waiting", "Questions that wait.", lambda: waiting[0])
    waiting[0] = 3
    assert read(metrics)["assistant_queue_waiting", frozenset()] == 3
    assert read(metrics)["assistant_resident_bytes", frozenset()] > 1_000_000


def test_two_servers_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.rejected.labels("rate").inc()
    reason = frozenset({("reason", "rate")})
    assert read(one)["assistant_rejected_total", reason] == 1
    assert ("assistant_rejected_total", reason) not in read(other)
