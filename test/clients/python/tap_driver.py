"""Plays the tracker for tap-driver.ts: a JSON request a line on stdin, a JSON answer a line on stdout."""
import json
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "clients" / "python"))
import oi_loop  # noqa: E402

client = generator = None


def opened(**options):
    global client
    client = oi_loop.OiLoopClient(**options)


def tapped(snapshots):
    """Medians in microseconds: of a put, and of writing one snapshot as JSON for comparison."""
    puts, dumps = [], []
    for snapshot in snapshots:
        began = time.perf_counter()
        client.tap(snapshot)
        puts.append(time.perf_counter() - began)
    for snapshot in snapshots:
        began = time.perf_counter()
        json.dumps(snapshot)
        dumps.append(time.perf_counter() - began)
    return {"put_us": statistics.median(puts) * 1e6, "json_us": statistics.median(dumps) * 1e6}


def signed(requests):
    """Signatures of made-up requests, to be compared with those of the AWS SDK."""
    answers = []
    for one in requests:
        keys = oi_loop.Credentials("AKIATEST", "secret", one.get("token"))
        answers.append(oi_loop.sign(
            one["method"], one["path"], [tuple(pair) for pair in one["query"]], one["headers"], one["body"].encode(),
            keys, region="ap-south-1", service="execute-api", amz_date=one["amz_date"],
        )["authorization"])
    return answers


def generated(exchange, features, **options):
    """What the tracker's loop unpacks: signal, confidence, rationale, metadata."""
    global generator
    generator = generator or oi_loop.OiLoopSignalGenerator(exchange, client, **options)
    return generator.generate_signal(features)


def converted(given):
    """Snapshots from the tracker's rows, by keyword."""
    return [oi_loop.chain_snapshot(**one) for one in given]


DO = {
    "convert": converted,
    "open": opened,
    "tap": tapped,
    "sign": signed,
    "stats": lambda: client.stats(),
    "score": lambda exchange, **options: client.score(exchange, **options),
    "trade": lambda trade_id, status, **fields: client.report_trade(trade_id, status, **fields),
    "generate": generated,
    "feedback": lambda signal_id, outcome: generator.record_feedback(signal_id, outcome),
    "close": lambda timeout: client.close(timeout),
}

for line in sys.stdin:
    asked = json.loads(line)
    answer = DO[asked.pop("do")](**asked)
    print(json.dumps({"answer": answer}), flush=True)
