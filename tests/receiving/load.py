"""`python -m tests.benchmark receive`: how long signed events wait for their answer at a steady rate.

This process sends, another receives, both on one machine over loopback. An event has its moment: what it waits because
others are late counts as its own. Here: sending, and the figures. Not here: the receiver (`process`).
"""

import queue
import sys
import tempfile
import threading
import time
from statistics import quantiles

import click

from cdp_platform.environment import load_settings
from tests.receiving.process import receiving
from tests.receiving.sender import Sender, event, invoice

CONNECTIONS = 32
MOST_SECONDS = 0.1
LINES = [{"id": f"il_{n}", "object": "line_item", "amount": 1000 * n, "description": "x" * 200} for n in range(10)]


def measure(rate: int, seconds: int) -> None:
    """Send, print rate and latencies; ends with 1 where an answer is missing, or p99 is above `MOST_SECONDS`."""
    bodies = [
        event(f"evt_{n}", "invoice.paid", invoice(f"in_{n}", lines={"data": LINES})) for n in range(rate * seconds)
    ]
    with tempfile.TemporaryDirectory(prefix="cdp-bench-") as folder:
        settings = load_settings({"CDP_HOME": folder})
        with receiving(settings, "--every", "5") as receiver:
            took, spent = _send(receiver.port, bodies, rate)
            receiver.end()
        files = list((settings.landing / "stripe" / "invoices").glob("*.jsonl"))
        landed = sum(file.read_bytes().count(b"\n") for file in files)
    cuts = quantiles(took, n=1000)
    click.echo(f"sent       {len(bodies):,} events of {len(bodies[0]):,} bytes in {spent:.1f} s: {rate} a second asked")
    click.echo(f"answered   {len(took):,}, {len(took) / spent:.1f} a second; {landed:,} rows in {len(files)} files")
    shown = [("p50", cuts[499]), ("p99", cuts[989]), ("p99.9", cuts[998]), ("worst", max(took))]
    click.echo("latency    " + ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in shown))
    if cuts[989] > MOST_SECONDS or not len(bodies) == len(took) == landed:
        sys.exit(1)


def _send(port: int, bodies: list[bytes], rate: int) -> tuple[list[float], float]:
    """Every event at its moment, by as many connections as it takes; seconds to each good answer, and to the last."""
    waiting: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()
    took: list[float] = []

    def work() -> None:
        sender = Sender(port)
        while (due := waiting.get()) is not None:
            moment, body = due
            if sender.send(body) == (200, "kept"):
                took.append(time.monotonic() - moment)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    for number, body in enumerate(bodies):
        moment = started + number / rate
        time.sleep(max(0.0, moment - time.monotonic()))
        waiting.put((moment, body))
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return took, time.monotonic() - started
