"""What of the tracker's client needs no cloud: signatures, units, the spool, waiting, deadlines. Run by oi-loop.test.ts."""
import collections
import contextlib
import datetime
import gzip
import http.server
import json
import logging
import math
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "clients" / "python"))
import oi_loop  # noqa: E402

KEYS = oi_loop.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NO_AWS = {name: "" for name in os.environ if name.startswith(("AWS_", "OI_"))}


def signature_of(method="GET", path="/", query=(), headers=None, body=b"", keys=KEYS):
    signed = oi_loop.sign(
        method, path, list(query), {"Host": "example.amazonaws.com", **(headers or {})}, body, keys,
        region="us-east-1", service="service", amz_date="20150830T123600Z",
    )
    return signed["authorization"].rsplit("Signature=", 1)[1]


class Signing(unittest.TestCase):
    """The published test suite of Signature Version 4."""

    def test_get_vanilla(self):
        self.assertEqual(signature_of(), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")

    def test_query_in_order(self):
        query = [("Param2", "value2"), ("Param1", "value1")]
        expected = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        self.assertEqual(signature_of(query=query), expected)

    def test_post_vanilla(self):
        expected = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        self.assertEqual(signature_of("POST"), expected)

    def test_a_token_is_signed(self):
        keys = KEYS._replace(token="T")
        signed = oi_loop.sign(
            "GET", "/", [], {"host": "x"}, b"", keys, region="r", service="s", amz_date="20150830T123600Z"
        )
        self.assertEqual(signed["x-amz-security-token"], "T")
        self.assertIn("SignedHeaders=host;x-amz-date;x-amz-security-token,", signed["authorization"])

    def test_keys_do_not_show(self):
        self.assertNotIn(KEYS.secret_key, repr(KEYS))


def row(strike=26000, **changes):
    """A made-up row as the tracker builds it."""
    return {
        "strike": strike, "symbol": f"NIFTY25D09{strike}CE", "latest_oi": 1234500, "oi_time": None, "strike_type": "atm",
        "ltp": 132.2, "best_bid": 132.1, "best_ask": 132.3, "bid_quantity": 375.0, "ask_quantity": 150.0, "token": 7,
        "pct_changes": {"3m": math.inf}, "iv": 10.7, "position": 0, "volume": 99000, "spread": None, **changes,
    }


def job(**changes):
    """A made-up feature job of the tracker."""
    handler = types.SimpleNamespace(
        expiry_date=datetime.date(2025, 12, 9),
        macro_feature_cache={"fii_dii_net": -1200.5, "risk_on_score": math.nan, "cached_fut_oi_change_3m": 1.0},
    )
    values = dict(
        exchange="NSE", timestamp=datetime.datetime(2025, 12, 4, 12, 35, 2, 345678), spot_ltp=26028.1, atm=26050.0,
        time_yrs=0.01, fut_oi=15025425, futures_price=26142.9, vix_value=10.9, calls=[row()],
        puts=[row(symbol="NIFTY25D0926000PE")], handler_snapshot=handler,
    )
    return types.SimpleNamespace(**{**values, **changes})


class Conversion(unittest.TestCase):
    def test_a_feature_job_becomes_the_contract(self):
        snapshot = oi_loop.snapshot_of({"feature_job": job()})
        self.assertEqual(snapshot["timestamp"], "2025-12-04T12:35:02.345+05:30")
        expected = {
            "schema": 1, "exchange": "NSE", "expiry": "2025-12-09", "underlying_price": 26028.1, "atm_strike": 26050.0,
        }
        self.assertEqual({key: snapshot[key] for key in expected}, expected)
        self.assertEqual((snapshot["future_price"], snapshot["future_oi"], snapshot["vix"]), (26142.9, 15025425, 10.9))
        self.assertEqual(snapshot["macro"]["fii_dii_net"], -1200.5)
        self.assertIsNone(snapshot["macro"]["risk_on_score"])
        self.assertEqual(set(snapshot["macro"]), set(oi_loop.MACRO_KEYS))
        self.assertEqual(snapshot["legs"][0], {
            "symbol": "NIFTY25D0926000CE", "strike": 26000, "option_type": "CE", "ltp": 132.2, "oi": 1234500,
            "volume": 99000, "iv": 10.7, "best_bid": 132.1, "best_ask": 132.3, "bid_quantity": 375, "ask_quantity": 150,
        })
        self.assertEqual(snapshot["legs"][1]["option_type"], "PE")
        self.assertIsInstance(snapshot["legs"][0]["bid_quantity"], int)

    def test_what_is_missing_is_null_and_never_zero(self):
        none = row(ltp=None, iv=math.nan, best_bid=0.0, best_ask=0, bid_quantity=0, latest_oi=None, volume=math.inf)
        leg = oi_loop.snapshot_of(job(calls=[none]))["legs"][0]
        self.assertEqual([leg[key] for key in ("ltp", "iv", "best_bid", "best_ask", "oi", "volume")], [None] * 6)
        self.assertEqual(leg["bid_quantity"], 0)
        snapshot = oi_loop.snapshot_of(job(vix_value=None, futures_price=0, fut_oi=None))
        self.assertEqual([snapshot[key] for key in ("vix", "future_price", "future_oi")], [None] * 3)

    def test_lots_become_units(self):
        snapshot = oi_loop.chain_snapshot(
            "NSE", "2025-12-04T12:35:00", "2025-12-09", 26000, 26000, [row(latest_oi=10, volume=4)], [],
            future_oi=3, lot_size=75,
        )
        leg = snapshot["legs"][0]
        self.assertEqual((leg["oi"], leg["volume"], leg["bid_quantity"]), (750, 300, 375 * 75))
        self.assertEqual(snapshot["future_oi"], 225)
        self.assertEqual(leg["ltp"], 132.2)
        self.assertIsNone(snapshot["macro"])

    def test_rows_without_a_contract_are_left_out_and_depth_goes_along(self):
        levels = [{"price": 10.5, "quantity": 75, "orders": 2}, {"price": 0, "quantity": 0, "orders": 0}]
        legs = oi_loop.snapshot_of(job(calls=[row(symbol="N/A"), row(depth={"buy": levels, "sell": []})]))["legs"]
        self.assertEqual(len(legs), 2)
        self.assertEqual(legs[0]["depth"], {"buy": [{"price": 10.5, "quantity": 75, "orders": 2}], "sell": []})

    def test_what_is_wrong_is_left_for_the_api_to_name(self):
        leg = oi_loop.snapshot_of(job(calls=[row(latest_oi=-5, ltp=-1.0)]))["legs"][0]
        self.assertEqual((leg["oi"], leg["ltp"]), (-5, -1.0))

    def test_times_have_an_offset(self):
        self.assertEqual(oi_loop._moment("2025-12-04T07:05:00Z"), "2025-12-04T07:05:00+00:00")
        self.assertEqual(oi_loop._moment(datetime.datetime(2025, 12, 4, 9, 15)), "2025-12-04T09:15:00+05:30")
        self.assertEqual(oi_loop._moment(1764831900), "2025-12-04T07:05:00+00:00")

    def test_the_first_number_that_is_none_is_named(self):
        with self.assertRaisesRegex(ValueError, r"^legs\[1\]\.iv: expected a finite number or null"):
            oi_loop._json({"vix": 1.0, "legs": [{"iv": 2.0}, {"iv": math.nan}]})


def lines(store, most=1000):
    return [waiting.line.decode() for waiting in store.head(most, 1 << 20)]


class Spool(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def open(self, most=1 << 20):
        return oi_loop._DiskStore(self.folder / "s", most)

    def test_goes_on_where_it_was_after_a_restart(self):
        store = self.open()
        for at in range(5):
            store.append(b"%d" % at)
        head = store.head(2, 1 << 20)
        store.done(head[-1].mark, 2)
        store.close()
        again = self.open()
        self.assertEqual((len(again), lines(again)), (3, ["2", "3", "4"]))
        again.append(b"5")
        again.done(again.head(3, 1 << 20)[-1].mark, 3)
        self.assertEqual(lines(again), ["5"])
        again.close()

    def test_a_torn_last_line_is_left_out_and_counted(self):
        store = self.open()
        store.append(b"whole")
        store.close()
        file = next((self.folder / "s").glob("*.jsonl"))
        file.write_bytes(file.read_bytes() + b'{"at": 1, "it')
        again = self.open()
        self.assertEqual((lines(again), again.torn), (["whole"], 1))
        again.append(b"next")
        self.assertEqual(len(again), 2)
        again.close()

    def test_a_file_that_was_open_at_the_kill_is_taken_up(self):
        (self.folder / "s").mkdir()
        (self.folder / "s" / "0000000007.open").write_bytes(b"a\nb\n")
        store = self.open()
        self.assertEqual(lines(store), ["a", "b"])
        store.append(b"c")
        self.assertEqual(len(store), 3)
        store.close()

    def test_above_its_limit_the_oldest_go_and_are_counted(self):
        store = self.open(most=40_000)
        for at in range(1000):
            store.append(b"%04d" % at + b"x" * 96)
        kept = []
        while True:
            head = store.head(100, 1 << 20)
            if not head:
                break
            kept += [int(waiting.line[:4]) for waiting in head]
            store.done(head[-1].mark, len(head))
        self.assertEqual(kept, list(range(1000 - len(kept), 1000)))
        self.assertEqual(store.dropped, 1000 - len(kept))
        self.assertTrue(250 < len(kept) <= 400, len(kept))
        store.close()

    def test_what_was_dropped_on_its_way_and_arrived_is_not_counted_as_dropped(self):
        for store in (self.open(most=40_000), oi_loop._MemoryStore(300)):
            store.append(b"0" * 100)
            head = store.head(1, 1 << 20)
            for _ in range(1000):
                store.append(b"1" * 100)
            dropped = store.dropped
            store.done(head[-1].mark, 1)
            self.assertEqual(store.dropped, dropped - 1)
            store.close()

    def test_is_a_list_whatever_is_killed_and_started_again(self):
        for seed in range(60):
            with self.subTest(seed=seed):
                self.play(random.Random(seed), self.folder / str(seed))

    def play(self, chance, folder):
        """Appends, takes from the head and pulls the plug at random; a plain list says what must be there."""
        expected, count, lives = [], 0, 0
        store = oi_loop._DiskStore(folder / "0", 1 << 16)
        for _ in range(120):
            step = chance.random()
            if step < 0.6:
                line = b"%d" % count + b"." * chance.randrange(3000)
                store.append(line)
                expected.append(line)
                count += 1
                del expected[: len(expected) - len(store)]
            elif step < 0.9:
                head = store.head(chance.randint(1, 5), chance.randint(1, 5000))
                self.assertEqual([one.line for one in head], expected[: len(head)])
                self.assertEqual(bool(head), bool(expected))
                done = chance.randint(0, len(head))
                if done:
                    store.done(head[done - 1].mark, done)
                    del expected[:done]
            else:
                # What a kill leaves behind is the folder as it is.
                lives += 1
                shutil.copytree(folder / str(lives - 1), folder / str(lives))
                if chance.random() < 0.5:
                    for last in sorted((folder / str(lives)).glob("*.open")):
                        last.write_bytes(last.read_bytes() + b"torn")
                store.close()
                store = oi_loop._DiskStore(folder / str(lives), 1 << 16)
            self.assertEqual(len(store), len(expected))
        store.close()

    def test_a_line_that_a_full_disk_takes_half_of_leaves_nothing(self):
        store = self.open()
        store.append(b"one")
        file = store._file

        def half(data):
            return file.write(data[: len(data) // 2])

        store._file = types.SimpleNamespace(write=half, truncate=file.truncate, close=file.close)
        with self.assertRaisesRegex(OSError, "expected 9 bytes to be written, was 4"):
            store.append(b"too much")
        store._file = file
        store.append(b"two")
        self.assertEqual((lines(store), len(store)), (["one", "two"], 2))
        store.close()

    def test_one_client_holds_it(self):
        store = self.open()
        with self.assertRaisesRegex(OSError, "in use by another client"):
            self.open()
        store.close()
        self.open().close()

    def test_one_of_many_that_open_it_at_once_holds_it(self):
        started, found = threading.Barrier(4), []
        hold = oi_loop._DiskStore._hold

        def slowly(store):
            time.sleep(0.05)
            return hold(store)

        def open_it():
            started.wait()
            with contextlib.suppress(OSError):
                found.append(self.open())

        with mock.patch.object(oi_loop._DiskStore, "_hold", slowly):
            threads = [threading.Thread(target=open_it) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for store in found:
            store.close()
        self.assertEqual(len(found), 1)

    def test_files_that_somebody_removed_are_counted_and_it_goes_on(self):
        store = self.open()
        store.append(b"lost")
        for file in (self.folder / "s").glob("0*"):
            file.unlink()
        with self.assertLogs("oi_loop", logging.WARNING):
            self.assertEqual(lines(store), [])
        self.assertEqual((len(store), store.dropped), (0, 1))
        store.append(b"next")
        self.assertEqual(lines(store), ["next"])
        store.close()

    def test_done_files_are_removed(self):
        store = self.open(most=1 << 16)
        for at in range(400):
            store.append(b"x" * 200)
            head = store.head(10, 1 << 20)
            store.done(head[-1].mark, len(head))
        self.assertEqual(lines(store), [])
        self.assertLessEqual(len(list((self.folder / "s").glob("*"))), 4)
        store.close()


class Api(http.server.BaseHTTPRequestHandler):
    """An API that answers what its script says, and 202 after that."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["content-type"] == "application/gzip":
            body = gzip.decompress(body)
        self.server.seen.append((time.monotonic(), self.path, json.loads(body), dict(self.headers)))
        script = self.server.script
        status, answer, headers = script.popleft() if script else self.server.usual(json.loads(body))
        if self.server.delay:
            time.sleep(self.server.delay)
        said = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(said)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        """Quiet."""


def accepted(body):
    return 202, {"accepted": len(body), "rejected": [], "ignored_fields": 0}, {}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that did not wait is no error."""


class WithApi(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.dict(os.environ)
        patch.start()
        self.addCleanup(patch.stop)
        for name in NO_AWS:
            os.environ.pop(name, None)
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.server = self.serve()

    def serve(self, port=0):
        server = Server(("127.0.0.1", port), Api)
        server.script, server.seen, server.usual, server.delay = collections.deque(), [], accepted, 0
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

        def stop():
            server.shutdown()
            server.server_close()

        self.addCleanup(stop)
        return server

    def client(self, **options):
        url = f"http://127.0.0.1:{self.server.server_address[1]}"
        settings = dict(endpoint=url, credentials=KEYS, spool=self.temporary.name, longest_backoff=0.2, timeout=5)
        client = oi_loop.OiLoopClient(**{**settings, **options})
        self.addCleanup(client.close, 0)
        return client

    def until(self, check, seconds=20):
        end = time.monotonic() + seconds
        while not check():
            self.assertLess(time.monotonic(), end, "expected it to happen, waited in vain")
            time.sleep(0.01)

    def posted(self):
        """The numbers of the snapshots that were answered, in order."""
        return [one["n"] for _, _, body, _ in self.server.seen for one in body]


def snapshot(n=0, **changes):
    return {"schema": 1, "exchange": "NSE", "timestamp": oi_loop._utc(time.time()), "n": n, **changes}


class Tap(WithApi):
    def test_arrives_in_order_and_packed(self):
        client = self.client()
        for n in range(500):
            client.tap(snapshot(n, filler="x" * 50))
        self.assertTrue(client.close(20))
        self.assertEqual(self.posted(), list(range(500)))
        self.assertIn("application/gzip", {headers["content-type"] for *_, headers in self.server.seen})
        self.assertEqual({path for _, path, _, _ in self.server.seen}, {"/v1/snapshots"})
        self.assertLess(len(self.server.seen), 500)

    def test_an_api_that_takes_its_time_holds_nobody_up(self):
        self.server.delay = 3
        client = self.client()
        client.tap(snapshot())
        self.until(lambda: self.server.seen)
        began = time.monotonic()
        for n in range(400):
            client.tap(snapshot(n))
        self.assertLess(time.monotonic() - began, 3, "expected 400 puts to take less than one request")
        self.server.delay = 0

    def test_says_what_became_of_it(self):
        client = self.client()
        client.tap(snapshot())
        self.until(lambda: client.stats()["snapshots"]["sent"] == 1)
        stats = client.stats()["snapshots"]
        self.assertEqual((stats["taken"], stats["waiting"], stats["dropped"], stats["online"]), (1, 0, 0, True))

    def test_waits_as_long_as_a_429_says(self):
        self.server.script.extend([(429, {"detail": "backlog"}, {"retry-after": "1"})])
        client = self.client()
        client.tap(snapshot(7))
        self.until(lambda: len(self.server.seen) == 2)
        (first, *_), (second, *_) = self.server.seen
        self.assertGreaterEqual(second - first, 0.95)
        self.assertTrue(client.close(5))
        stats = client.stats()["snapshots"]
        self.assertEqual((stats["throttled"], stats["retries"], stats["sent"]), (1, 0, 1))

    def test_tries_again_after_a_5xx(self):
        self.server.script.extend([(503, {}, {}), (500, {}, {})])
        client = self.client()
        client.tap(snapshot(7))
        self.assertTrue(client.close(10))
        self.assertEqual(self.posted(), [7, 7, 7])
        self.assertEqual(client.stats()["snapshots"]["retries"], 2)

    def test_waits_as_long_as_a_503_says(self):
        self.server.script.extend([(503, {"detail": "busy"}, {"retry-after": "1"})])
        client = self.client(longest_backoff=0.05)
        client.tap(snapshot(7))
        self.until(lambda: len(self.server.seen) == 2)
        (first, *_), (second, *_) = self.server.seen
        self.assertGreaterEqual(second - first, 0.95)
        self.assertTrue(client.close(5))
        self.assertEqual(client.stats()["snapshots"]["retries"], 1)

    def test_reads_whatever_retry_after_may_say(self):
        at = oi_loop.email.utils.formatdate(time.time() + 60, usegmt=True)
        cases = {"7": 7, "0": 0.1, "-5": 0.1, "86400": 300, "nan": 1, "inf": 1, "soon": 1, at: 60}
        for told, seconds in cases.items():
            with self.subTest(told):
                self.assertAlmostEqual(oi_loop._retry_after({"retry-after": told}), seconds, delta=2 if told == at else 0)
        self.assertEqual(oi_loop._retry_after({}), 1)

    def test_waits_twice_as_long_each_time_up_to_its_longest(self):
        self.server.script.extend([(500, {}, {})] * 5)
        pauses = []
        with mock.patch.object(oi_loop._Outbox, "_rest", lambda _, seconds: pauses.append(seconds) or True):
            with mock.patch.object(oi_loop.random, "uniform", lambda *_: 1.0):
                client = self.client(longest_backoff=3)
                client.tap(snapshot(7))
                self.until(lambda: client.stats()["snapshots"]["sent"] == 1)
        self.assertEqual(pauses, [0.5, 1, 2, 3, 3])

    def test_a_refused_one_is_told_once_counted_and_not_sent_again(self):
        reason = "legs[3].ltp: expected 0 or more, was -5; send null"

        def judge(body):
            bad = [at for at, one in enumerate(body) if one["n"] % 2]
            answer = {"accepted": len(body) - len(bad), "rejected": [{"index": at, "reason": reason} for at in bad]}
            return (422 if len(bad) == len(body) else 202), answer, {}

        self.server.usual = judge
        client = self.client()
        with self.assertLogs("oi_loop", logging.WARNING) as logs:
            for n in range(6):
                client.tap(snapshot(n))
            self.assertTrue(client.close(10))
        self.assertEqual(len([line for line in logs.output if "legs[].ltp" in line]), 1, logs.output)
        stats = client.stats()["snapshots"]
        self.assertEqual((stats["sent"], stats["refused"], stats["refused_by_field"]), (3, 3, {"legs[].ltp": 3}))
        self.assertEqual(sorted(self.posted()), [0, 1, 2, 3, 4, 5])

    def test_one_that_spoils_its_request_takes_no_other_with_it(self):
        def judge(body):
            if any(one["n"] == 5 for one in body):
                return 400, {"type": "x", "field": "body", "detail": "body: expected well-formed JSON"}, {}
            return accepted(body)

        self.server.usual = judge
        self.server.delay = 0.05
        client = self.client()
        with self.assertLogs("oi_loop", logging.WARNING):
            for n in range(20):
                client.tap(snapshot(n))
            self.assertTrue(client.close(20))
        stats = client.stats()["snapshots"]
        self.assertEqual((stats["sent"], stats["refused"]), (19, 1))

    def test_what_json_cannot_hold_is_refused_here(self):
        client = self.client()
        with self.assertLogs("oi_loop", logging.WARNING):
            client.tap(snapshot(1, vix=math.nan))
            client.tap(snapshot(2, vix=object()))
            client.tap(None)
            client.tap(snapshot(3, expiry=datetime.date(2025, 12, 9)))
            self.assertTrue(client.close(10))
        self.assertEqual(self.posted(), [3])
        self.assertEqual(client.stats()["snapshots"]["refused"], 3)
        self.assertEqual(client.stats()["snapshots"]["refused_by_field"]["vix"], 1)

    def test_old_ones_go_as_a_backfill(self):
        client = self.client()
        client.tap(snapshot(1, timestamp=oi_loop._utc(time.time() - 3600)))
        client.tap(snapshot(2))
        self.assertTrue(client.close(10))
        self.assertEqual(self.posted(), [1, 2])
        (_, old, _, _), (_, new, [other], _) = self.server.seen
        self.assertEqual((old, new), ("/v1/snapshots?backfill=true", "/v1/snapshots"))
        self.assertNotIn("received_at", other)

    def test_what_may_still_be_live_when_it_arrives_is_no_backfill(self):
        now = time.time()
        for age, is_old in ((470, False), (490, True)):
            entry = {"at": now, "item": snapshot(timestamp=oi_loop._utc(now - age))}
            self.assertEqual(oi_loop._Snapshots.request([entry], now).query, [("backfill", "true")] if is_old else [])

    def test_old_and_live_ones_share_no_request(self):
        now = time.time()
        entries = [{"at": now, "item": snapshot(timestamp=oi_loop._utc(now - age))} for age in (900, 800, 5, 700)]
        self.assertEqual(oi_loop._Snapshots.request(entries, now).count, 2)
        self.assertEqual(oi_loop._Snapshots.request(entries[2:], now).count, 1)

    def test_a_program_that_ends_waits_for_nobody(self):
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); import oi_loop\n"
            "oi_loop.OiLoopClient('http://127.0.0.1:9', credentials=('A', 'S'), spool=sys.argv[2]).tap({'n': 1})\n"
        )
        folder = str(pathlib.Path(oi_loop.__file__).parent)
        began = [sys.executable, "-c", program, folder, self.temporary.name]
        subprocess.run(began, check=True, timeout=40, capture_output=True)
        kept = b"".join(file.read_bytes() for file in pathlib.Path(self.temporary.name).glob("snapshots/*.jsonl"))
        self.assertIn(b'"item":{"n":1}', kept)

    def test_keys_that_are_refused_are_read_again(self):
        def judge(body):
            if "Credential=NEW/" in self.server.seen[-1][3]["authorization"]:
                return accepted(body)
            os.environ["AWS_ACCESS_KEY_ID"] = "NEW"
            return 403, {"message": "expected a known access key, was OLD"}, {}

        os.environ.update(AWS_ACCESS_KEY_ID="OLD", AWS_SECRET_ACCESS_KEY="S")
        self.server.usual = judge
        client = self.client(credentials=None)
        client.tap(snapshot(1))
        self.assertTrue(client.close(10))
        self.assertEqual(len(self.server.seen), 2)

    def test_a_backfill_says_when_what_waited_was_had_and_never_a_moment_to_come(self):
        now = time.time()
        entries = [{"at": now - waited, "item": snapshot(timestamp=oi_loop._utc(now - 3600))} for waited in (900, 61, 59, -5)]
        request = oi_loop._Snapshots.request(entries, now)
        told = [one.get("received_at") for one in json.loads(request.body)]
        self.assertEqual(request.query, [("backfill", "true")])
        self.assertEqual(told[2:], [None, None], "what was just tapped is received now, by the API's own clock")
        for said, waited in zip(told, (900, 61)):
            self.assertAlmostEqual(oi_loop._seconds(said), now - waited, delta=1)

    def test_the_oldest_are_dropped_from_a_full_queue_and_counted(self):
        stuck = threading.Event()
        client = self.client(queue_size=10)
        with mock.patch.object(oi_loop._Outbox, "_store", lambda *_: stuck.wait(20)):
            client.tap(snapshot(0))
            self.until(lambda: client._snapshots._in_hand == 1)
            for n in range(1, 31):
                client.tap(snapshot(n))
            self.assertEqual(client.stats()["snapshots"]["dropped"], 20)
            self.assertEqual([item["n"] for _, item in client._snapshots._queue], list(range(21, 31)))
            stuck.set()

    def test_without_a_spool_the_oldest_are_dropped_from_memory(self):
        self.server.usual = lambda _: (503, {}, {})
        client = self.client(spool=False, queue_size=10)
        with self.assertLogs("oi_loop", logging.WARNING):
            client.tap(snapshot(0))
            self.until(lambda: self.server.seen)
            for n in range(1, 100):
                client.tap(snapshot(n))
                time.sleep(0.001)
            self.until(lambda: not client._snapshots._queue)
        self.server.usual = accepted
        self.assertTrue(client.close(10))
        stats = client.stats()["snapshots"]
        self.assertEqual(stats["sent"] + stats["dropped"], 100)
        self.assertEqual(self.posted()[-10:], list(range(90, 100)))

    def test_a_disk_that_takes_nothing_does_not_hold_it_up(self):
        blocked = pathlib.Path(self.temporary.name) / "file"
        blocked.write_text("in the way")
        with self.assertLogs("oi_loop", logging.WARNING) as logs:
            client = self.client(spool=blocked)
            client.tap(snapshot(4))
            self.assertTrue(client.close(10))
        self.assertEqual(self.posted(), [4])
        self.assertIn("kept in memory only", logs.output[0])

    def test_waits_on_disk_for_the_next_run_when_nobody_answers(self):
        self.server.usual = lambda _: (503, {}, {})
        with self.assertLogs("oi_loop", logging.WARNING):
            first = self.client()
            for n in range(70):
                first.tap(snapshot(n))
            self.assertFalse(first.close(0.3))
        self.server.seen.clear()
        self.server.usual = accepted
        second = self.client()
        second.tap(snapshot(70))
        self.assertTrue(second.close(10))
        self.assertEqual(self.posted(), list(range(71)))

    def test_a_clock_that_is_wrong_is_set_by_the_answer(self):
        hour = 3600

        def judge(body):
            sent = self.server.seen[-1][3]["x-amz-date"]
            at = datetime.datetime.strptime(sent, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
            return accepted(body) if abs(at - time.time() - hour) < 60 else (403, {"message": "Signature expired"}, {})

        self.server.usual = judge
        ahead = mock.patch.object(Api, "date_time_string", lambda *_: oi_loop.email.utils.formatdate(time.time() + hour))
        with ahead:
            client = self.client()
            client.tap(snapshot(1, timestamp=oi_loop._utc(time.time() + hour)))
            self.assertTrue(client.close(10))
        self.assertEqual(client.stats()["snapshots"]["retries"], 0)
        self.assertEqual(self.server.seen[-1][1], "/v1/snapshots")

    @unittest.skipUnless(hasattr(os, "fork"), "expected fork, was none")
    def test_a_child_that_was_forked_off_can_use_it_too(self):
        self.server.usual = lambda body: accepted(body) if isinstance(body, list) else (200, {"action": "BUY"}, {})
        client = self.client()
        client.tap(snapshot(1))
        self.until(lambda: self.posted() == [1])
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                client.tap(snapshot(2))
                os._exit(0 if client.score("NSE", deadline=10)["action"] == "BUY" and client.close(10) else 1)
            os._exit(2)
        _, status = os.waitpid(child, 0)
        self.assertEqual(status, 0)
        self.until(lambda: [body for _, path, body, _ in self.server.seen if path == "/v1/snapshots"][-1][0]["n"] == 2)


class Trades(WithApi):
    def test_are_reported_one_by_one_in_order(self):
        client = self.client()
        client.report_trade("T-1", "executed", exchange="NSE", symbol="S", side="BUY", quantity_lots=1, price=10.5)
        client.report_trade("T-1", "closed", price=12.0, pnl=112.5, reason="target")
        self.assertTrue(client.close(10))
        bodies = [body for _, _, body, _ in self.server.seen]
        told = [(body["status"], body["origin"]) for body in bodies]
        self.assertEqual(told, [("executed", "manual"), ("closed", "auto")])
        self.assertRegex(bodies[0]["timestamp"], r"[+-]\d\d:\d\d$")

    def test_an_unknown_recommendation_is_refused_and_a_wrong_address_is_not(self):
        self.server.script.extend([
            (404, {"message": "Not Found"}, {}),
            (404, {"type": "urn:oi-loop:problem:NotFound", "detail": "recommendation"}, {}),
        ])
        client = self.client()
        with self.assertLogs("oi_loop", logging.WARNING):
            client.report_trade("T-1", "executed", recommendation_id="X")
            self.assertTrue(client.close(10))
        stats = client.stats()["trades"]
        self.assertEqual((stats["retries"], stats["refused"], stats["sent"]), (1, 1, 0))


class Score(WithApi):
    def test_gives_the_answer(self):
        self.server.usual = lambda body: (200, {"action": "BUY", "asked": body}, {})
        answer = self.client().score("NSE", features={"vix": math.nan, "pcr": math.inf, "n": 3}, deadline=10)
        expected = {"exchange": "NSE", "features": {"vix": None, "pcr": "Infinity", "n": 3}}
        self.assertEqual(answer, {"action": "BUY", "asked": expected})

    def test_asks_on_a_window_of_whatever_a_snapshot_may_be(self):
        self.server.usual = lambda body: (200, {"action": "HOLD", "asked": body}, {})
        window = (job(timestamp=datetime.datetime(2025, 12, 4, 12, minute)) for minute in (34, 35))
        asked = self.client().score("NSE", window=window, deadline=10)["asked"]
        self.assertEqual(set(asked), {"exchange", "window"})
        times = [one["timestamp"] for one in asked["window"]]
        self.assertEqual(times, ["2025-12-04T12:34:00+05:30", "2025-12-04T12:35:00+05:30"])
        self.assertEqual(self.client().score("NSE", window=5, deadline=10)["hold_reason"], "refused")

    def test_holds_after_the_deadline_and_is_ready_for_the_next(self):
        self.server.usual = lambda _: (200, {"action": "BUY"}, {})
        client = self.client(deadline=0.3)
        self.server.delay = 3
        began = time.monotonic()
        answer = client.score("NSE")
        self.assertLess(time.monotonic() - began, 2.5)
        self.assertEqual((answer["action"], answer["hold_reason"], answer["execute"]), ("HOLD", "timeout", False))
        self.server.delay = 0
        self.assertEqual(client.score("NSE", deadline=10)["action"], "BUY")
        self.assertEqual(client.stats()["late_scores"], 1)

    def test_waits_as_long_as_it_may(self):
        self.server.usual, self.server.delay = lambda _: (200, {"action": "BUY"}, {}), 1
        with mock.patch.object(oi_loop, "_LATE_SECONDS", 0.1):
            self.assertEqual(self.client().score("NSE", deadline=20)["action"], "BUY")

    def test_holds_when_it_is_refused_or_nobody_is_there(self):
        self.server.usual = lambda _: (400, {"field": "exchange", "detail": "exchange: expected one of NSE"}, {})
        client = self.client()
        answer = client.score("NYSE", deadline=10)
        self.assertEqual(answer["hold_reason"], "refused")
        self.assertEqual(answer["rationale"], "HTTP 400 exchange: expected one of NSE")
        self.assertEqual(client.score("NSE", features=5, deadline=10)["hold_reason"], "refused")
        held = client.score("NSE", features={"vix": [1]}, deadline=10)
        self.assertEqual(held["rationale"], "ValueError: features.vix: expected a number, was list; leave it out")
        nobody = self.client(endpoint="http://127.0.0.1:9", spool=False)
        self.assertEqual(nobody.score("NSE", deadline=10)["hold_reason"], "unreachable")

    def test_many_at_once_wait_for_nobody_else(self):
        self.server.usual = lambda _: (200, {"action": "BUY"}, {})
        client = self.client()
        answers = []

        def ask():
            answers.append(client.score("NSE", deadline=20)["action"])

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, ["BUY"] * 12)


JSON_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


class Stranger:
    """Listens where the API should, and does to each request what `act(connection)` does; `act` may be changed."""

    def __init__(self, act):
        self.act = act
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            while True:
                said = b""
                while b"\r\n\r\n" not in said:
                    part = connection.recv(1 << 16)
                    if not part:
                        return
                    said += part
                head, _, body = said.partition(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                while len(body) < length:
                    body += connection.recv(1 << 16)
                self.act(connection)

    def close(self):
        self._listening.close()


def says(answer):
    return lambda connection: connection.sendall(answer)


def dribbles(head, part):
    """An answer that never ends, a little of it every 100 ms: no single wait is long."""

    def act(connection):
        connection.sendall(head)
        while True:
            connection.sendall(part)
            time.sleep(0.1)

    return act


A_BUY = says(JSON_HEAD % 16 + b'{"action":"BUY"}')


class Strangers(WithApi):
    """Whoever else may answer in the API's place: none of it may stop, flood or be taken for it."""

    def stranger(self, act, **options):
        stranger = Stranger(act)
        self.addCleanup(stranger.close)
        return stranger, self.client(endpoint=stranger.url, **options)

    def test_an_answer_without_end_takes_no_thread_for_ever(self):
        endless = {
            "body": dribbles(JSON_HEAD % 100_000, b" "),
            "head": dribbles(b"HTTP/1.1 200 OK\r\nx: ", b"x"),
            "no answer yet": dribbles(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        }
        for name, act in endless.items():
            with self.subTest(name), mock.patch.object(oi_loop, "_LATE_SECONDS", 0.5):
                stranger, client = self.stranger(act, spool=False, deadline=0.05)
                asked = [client.score("NSE")["hold_reason"] for _ in range(oi_loop._THREADS + 1)]
                self.assertEqual(set(asked), {"timeout"})
                stranger.act = A_BUY
                self.assertEqual(client.score("NSE", deadline=10)["action"], "BUY")

    def test_what_waits_is_sent_after_an_answer_without_end(self):
        stranger, client = self.stranger(dribbles(JSON_HEAD % 100_000, b" "), timeout=0.5)
        with self.assertLogs("oi_loop", logging.WARNING):
            client.tap(snapshot(1))
            self.until(lambda: client.stats()["snapshots"]["retries"])
        stranger.act = says(JSON_HEAD % 14 + b'{"accepted":1}')
        self.assertTrue(client.close(10))

    def test_a_page_that_is_no_answer_takes_nothing_away(self):
        page = b"<html>Sign in to the network</html>"
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(page)
        for answer in (head + page, JSON_HEAD % 2 + b"[]", JSON_HEAD % 200_000 + b"[" * 200_000, JSON_HEAD % 3 + b"{x}"):
            with self.subTest(answer[:90]), self.assertLogs("oi_loop", logging.WARNING) as logs:
                stranger, client = self.stranger(says(answer), spool=False)
                held = client.score("NSE", deadline=10)
                self.assertEqual((held["action"], held["hold_reason"]), ("HOLD", "unreachable"))
                self.assertIn("no answer of OI Loop; check the endpoint", held["rationale"])
                client.tap(snapshot(1))
                self.until(lambda: client.stats()["snapshots"]["retries"])
                stats = client.stats()["snapshots"]
                self.assertEqual((stats["sent"], stats["waiting"], stats["online"]), (0, 1, False))
            self.assertNotIn("Traceback", "".join(logs.output))

    def test_an_answer_that_is_cut_off_or_too_long_is_none(self):
        for answer in (JSON_HEAD % 60 + b'{"action":"BUY"}', JSON_HEAD % 999 + b'{"action":"BUY"}' + b" " * 983):
            with self.subTest(len(answer)), mock.patch.object(oi_loop, "MOST_ANSWER_BYTES", 100):
                def act(connection, answer=answer):
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_RDWR)

                _, client = self.stranger(act, spool=False)
                self.assertEqual(client.score("NSE", deadline=10)["hold_reason"], "unreachable")

    def test_what_is_quoted_is_short_and_on_one_line(self):
        _, client = self.stranger(says(b"\x1b[2J\x00garbage" * 500 + b"\r\n\r\n"), spool=False)
        rationale = client.score("NSE", deadline=10)["rationale"]
        self.assertTrue(rationale.isprintable(), rationale)
        self.assertLessEqual(len(rationale), 300)

    def test_a_line_that_was_kept_and_ended_is_made_again(self):
        def act(connection):
            A_BUY(connection)
            connection.shutdown(socket.SHUT_RDWR)

        _, client = self.stranger(act, spool=False)
        self.assertEqual([client.score("NSE", deadline=10)["action"] for _ in range(3)], ["BUY"] * 3)

    def test_goes_nowhere_it_is_sent_to(self):
        elsewhere, _ = self.stranger(A_BUY)
        head = f"HTTP/1.1 307 Go\r\nlocation: {elsewhere.url}/\r\ncontent-length: 0\r\n\r\n".encode()
        _, client = self.stranger(says(head), spool=False)
        held = client.score("NSE", deadline=10)
        self.assertEqual((held["hold_reason"], held["rationale"]), ("unreachable", "HTTP 307"))


class Construction(WithApi):
    def test_switched_off_it_does_nothing_at_all(self):
        threads = threading.active_count()
        for how in ({"enabled": False}, {}):
            os.environ["OI_LOOP_ENABLED"] = "0"
            client = oi_loop.OiLoopClient(**how)
            self.assertFalse(client.tap(snapshot()))
            self.assertFalse(client.report_trade("T", "closed"))
            answer = client.score("NSE")
            self.assertEqual((answer["action"], answer["hold_reason"]), ("HOLD", "disabled"))
            self.assertEqual((client.stats(), client.close()), ({}, True))
        self.assertEqual((threading.active_count(), self.server.seen), (threads, []))

    def test_an_argument_overrules_the_switch(self):
        os.environ["OI_LOOP_ENABLED"] = "0"
        self.assertTrue(self.client(enabled=True).enabled)

    def test_says_what_is_wrong(self):
        home = mock.patch.object(pathlib.Path, "home", lambda: pathlib.Path(self.temporary.name))
        cases = [
            (dict(), "was neither"),
            (dict(endpoint="http://x", environment="local"), "was both"),
            (dict(endpoint="no url", credentials=KEYS), "endpoint: expected a URL"),
            (dict(endpoint="http://127.0.0.1:99999", credentials=KEYS), "endpoint: expected a URL"),
            (dict(endpoint="http://[::1", credentials=KEYS), "endpoint: expected a URL"),
            (dict(endpoint="http://u:p@127.0.0.1", credentials=KEYS), "was one with a user; keys go to credentials"),
            (dict(endpoint="http://127.0.0.1:9", credentials=KEYS, longest_backoff="1"), "longest_backoff: expected a number"),
            (dict(environment="../etc"), "environment: expected 2 to 16"),
            (dict(environment="nosuch"), "run ./oi start --env nosuch"),
            (dict(endpoint="http://127.0.0.1:9"), "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
            (dict(endpoint="http://127.0.0.1:9", credentials=KEYS, queue_size=0), "queue_size: expected a number above 0"),
        ]
        for options, words in cases:
            with self.subTest(words), home, self.assertRaises(oi_loop.Misconfigured) as raised:
                os.environ["OI_ENVIRONMENTS"] = self.temporary.name
                oi_loop.OiLoopClient(**options)
            self.assertIn(words, str(raised.exception))

    def test_after_the_end_nothing_is_taken(self):
        client = self.client()
        self.assertTrue(client.tap(snapshot(1)))
        self.assertTrue(client.close(10))
        self.assertFalse(client.tap(snapshot(2)))
        self.assertTrue(client.close(10))
        self.assertEqual(self.posted(), [1])

    def test_calls_never_raise_whatever_they_are_given(self):
        client = self.client()
        with self.assertLogs("oi_loop", logging.WARNING):
            self.assertFalse(client.report_trade("T", "closed", timestamp="yesterday"))
        self.assertEqual(client.score(object(), deadline=10)["hold_reason"], "refused")
        self.assertEqual(client.stats()["errors"], 1)

    def test_keys_come_from_the_environment_a_profile_or_a_process(self):
        home = pathlib.Path(self.temporary.name)
        with mock.patch.object(pathlib.Path, "home", lambda: home):
            os.environ.update(AWS_ACCESS_KEY_ID="E", AWS_SECRET_ACCESS_KEY="S", AWS_SESSION_TOKEN="T")
            self.assertEqual(tuple(oi_loop._CredentialChain(None).get()), ("E", "S", "T"))
            (home / ".aws").mkdir()
            (home / ".aws" / "credentials").write_text("[tracker]\naws_access_key_id = P\naws_secret_access_key = Q\n")
            self.assertEqual(tuple(oi_loop._CredentialChain("tracker").get()), ("P", "Q", None))
            keys = {"AccessKeyId": "A", "SecretAccessKey": "B", "SessionToken": "C", "Expiration": "2020-01-01T00:00:00Z"}
            said = json.dumps(keys)
            script = home / "keys.py"
            script.write_text(f"import pathlib\npathlib.Path(r'{home}/asked').open('a').write('x')\nprint({said!r})\n")
            process = f'"{sys.executable}" "{script}"'
            (home / ".aws" / "config").write_text(f"[profile role]\ncredential_process = {process}\n")
            chain = oi_loop._CredentialChain("role")
            self.assertEqual(tuple(chain.get()), ("A", "B", "C"))
            chain.get()
            self.assertEqual((home / "asked").read_text(), "xx", "keys that have expired are asked for again")

    def test_no_file_of_keys_is_quoted_in_an_error(self):
        home = pathlib.Path(self.temporary.name)
        (home / ".aws").mkdir()
        broken = (b"aws_secret_access_key = S3CRET\n", b"[default]\naws_secret_access_key S3CRET\n", b"[default]\nS3CRET=\xff\n")
        with mock.patch.object(pathlib.Path, "home", lambda: home):
            for content in broken:
                (home / ".aws" / "credentials").write_bytes(content)
                with self.subTest(content), self.assertRaises(oi_loop.Misconfigured) as raised:
                    oi_loop.OiLoopClient(endpoint="http://127.0.0.1:9")
                self.assertNotIn("S3CRET", "".join(traceback.format_exception(None, raised.exception, None)))

    def test_the_region_is_that_of_the_address(self):
        self.assertEqual(oi_loop._region_of("abc.execute-api.eu-west-1.amazonaws.com"), "eu-west-1")
        self.assertEqual(oi_loop._region_of("127.0.0.1"), "ap-south-1")


if __name__ == "__main__":
    unittest.main(verbosity=2)
