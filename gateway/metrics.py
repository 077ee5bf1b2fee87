"""What the service counts about itself, in Prometheus' words. One registry per instance: tests run several."""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.events import Recorded
from core.words import ChannelName
from crm.conversations.events import DeliveryUpdated, ExchangeRecorded

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """Counters that the front door, the channels and the bus feed."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "filrouge_requests", "HTTP requests", ("method", "route", "status"), registry=self.registry
        )
        self.latency = Histogram(
            "filrouge_request_seconds",
            "Time to answer an HTTP request",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.webhooks = Counter(
            "filrouge_webhooks",
            "Webhook calls by what became of them",
            ("path", "outcome"),
            registry=self.registry,
        )
        self.channels = Counter(
            "filrouge_channel", "What channels count", ("channel", "what"), registry=self.registry
        )
        self.exchanges = Counter(
            "filrouge_exchanges",
            "Exchanges recorded, as this node heard of them",
            ("channel", "direction", "author"),
            registry=self.registry,
        )
        self.deliveries = Counter(
            "filrouge_deliveries", "Changes of deliveries", ("state",), registry=self.registry
        )
        self.commits = Histogram(
            "filrouge_commit_seconds",
            "Time of one commit, with all the transactions grouped in it",
            ("name",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.transactions = Counter(
            "filrouge_transactions", "Transactions committed", ("name",), registry=self.registry
        )
        self.consoles = Gauge("filrouge_consoles", "Consoles connected to this node", registry=self.registry)
        self.dead_tasks = Gauge(
            "filrouge_dead_tasks", "Tasks set aside after too many failures", registry=self.registry
        )
        self.waiting = Gauge("filrouge_waiting", "Work items waiting", ("queue",), registry=self.registry)

    def count(self, channel: ChannelName, what: str) -> None:
        """The `Ground.count` of the channels."""
        self.channels.labels(channel.value, what).inc()

    def committed(self, name: str, transactions: int, seconds: float) -> None:
        """The observer of the store; safe from any thread."""
        self.commits.labels(name).observe(seconds)
        self.transactions.labels(name).inc(transactions)

    async def hear(self, batch: Sequence[Recorded]) -> None:
        """Listens to the bus."""
        for recorded in batch:
            event = recorded.event
            if isinstance(event, ExchangeRecorded):
                exchange = event.exchange
                self.exchanges.labels(exchange["channel"], exchange["direction"], exchange["author"]).inc()
            elif isinstance(event, DeliveryUpdated):
                self.deliveries.labels(event.delivery["state"]).inc()

    def set_waiting(self, sizes: Mapping[str, int]) -> None:
        """Queue sizes at the moment of the scrape, by queue name."""
        self.waiting.clear()
        for name, size in sizes.items():
            self.waiting.labels(name).set(size)

    def render(self) -> bytes:
        """The text exposition format."""
        return generate_latest(self.registry)
