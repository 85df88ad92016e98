"""OiLoopSignalGenerator beside an API that is played: its form, deadlines, feedback, threads. Run by oi-loop.test.ts."""
import json
import logging
import math
import os
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from test_oi_loop import WithApi, job, oi_loop  # noqa: E402

#: What the tracker's own generator puts into its metadata, as far as the tracker reads it.
TRACKERS_OWN = {
    "regime", "buy_prob", "sell_prob", "position_size_frac", "kelly_fraction", "recommended_lots", "confidence",
    "rolling_accuracy", "last_feedback_at", "needs_retrain", "signal_history", "signal_id", "model_version",
}
DRIVERS = [{"feature": "vix", "value": 10.9, "zscore": -0.4, "shap": 0.31}]


def answer(at=0, **changes):
    """An answer of the API: a BUY that may be executed."""
    return {
        **oi_loop._hold("NSE", "none", "BUY, for vix is low"), "id": f"01K{at:023d}", "action": "BUY", "confidence": 0.64,
        "probabilities": {"sell": 0.11, "hold": 0.25, "buy": 0.64}, "regime": 2, "regime_probabilities": [0.1, 0.1, 0.8],
        "kelly_fraction": 0.02, "kelly_full": 0.31, "recommended_lots": 3, "execute": True, "risk_flags": [],
        "hold_reason": None, "model_version": "2025-12-03-0a1b2c3d", "feature_set": "tracker-v2", "drivers": DRIVERS,
        "symbol": "NIFTY25D3026000CE", **changes,
    }


class WithGenerator(WithApi):
    def setUp(self):
        super().setUp()
        self.answers = lambda at: answer(at)
        self.server.usual = self.answered

    def answered(self, body):
        if "label" in body:
            return 202, body, {}
        return 200, self.answers(len(self.asked())), {}

    def generator(self, **options):
        client = options.pop("client", None) or self.client(spool=False, deadline=10)
        return oi_loop.OiLoopSignalGenerator("NSE", client, **options)

    def asked(self):
        return [body for _, path, body, _ in self.server.seen if path == "/v1/score"]

    def labelled(self):
        return [body for _, path, body, _ in self.server.seen if path == "/v1/feedback"]


class Signals(WithGenerator):
    def test_answers_in_the_trackers_form(self):
        generator = self.generator()
        self.assertTrue(generator.models_loaded)
        signal, confidence, rationale, metadata = generator.generate_signal({"vix": 10.9})
        self.assertEqual((signal, confidence, rationale), ("BUY", 0.64, "BUY, for vix is low"))
        self.assertEqual(TRACKERS_OWN - set(metadata), set())
        expected = {
            "buy_prob": 0.64, "sell_prob": 0.11, "confidence": 0.64, "regime": 2, "recommended_lots": 3, "execute": True,
            "signal_id": answer(1)["id"], "model_version": "2025-12-03-0a1b2c3d", "rolling_accuracy": 0.0,
            "feedback_count": 0, "last_feedback_at": None, "needs_retrain": False, "drivers": DRIVERS,
            "symbol": "NIFTY25D3026000CE",
            "signal_history": [{"signal": "BUY", "confidence": 0.64, "regime": 2}],
        }
        self.assertEqual({name: metadata[name] for name in expected}, expected)
        self.assertEqual(generator.model_version, "2025-12-03-0a1b2c3d")
        self.assertEqual(json.loads(json.dumps(metadata)), metadata)

    def test_kelly_means_what_the_trackers_thresholds_are_made_for(self):
        metadata = self.generator().generate_signal()[3]
        self.assertEqual((metadata["kelly_fraction"], metadata["position_size_frac"]), (0.31, 0.02))

    def test_no_lots_where_a_rule_of_risk_disagrees(self):
        self.answers = lambda at: answer(at, execute=False, risk_flags=["session_ending"])
        signal, _, _, metadata = self.generator().generate_signal()
        self.assertEqual((signal, metadata["recommended_lots"], metadata["execute"]), ("BUY", 0, False))
        self.assertEqual(metadata["risk_flags"], ["session_ending"])

    def test_the_last_five_signals_go_along_and_fifty_are_kept(self):
        actions = ["BUY", "SELL", "HOLD"]
        self.answers = lambda at: answer(at, action=actions[at % 3])
        generator = self.generator()
        for _ in range(60):
            metadata = generator.generate_signal()[3]
        self.assertEqual([one["signal"] for one in metadata["signal_history"]], ["HOLD", "BUY", "SELL", "HOLD", "BUY"])
        self.assertEqual(len(generator.signal_history), 50)

    def test_asks_for_what_was_tapped_or_for_a_snapshot_at_once(self):
        generator = self.generator()
        generator.generate_signal({"vix": 10.9})
        generator.generate_signal({"vix": 10.9}, snapshot={"feature_job": job()})
        first, second = self.asked()
        self.assertEqual(first, {"exchange": "NSE"})
        self.assertEqual(second["snapshot"], oi_loop.snapshot_of(job()))

    def test_a_hold_without_a_model_says_why(self):
        self.answers = lambda at: {**oi_loop._hold("NSE", "no_live_model", "HOLD: no live model"), "id": f"01H{at}"}
        signal, confidence, rationale, metadata = self.generator().generate_signal()
        self.assertEqual((signal, confidence, rationale), ("HOLD", 0.0, "HOLD: no live model"))
        self.assertEqual((metadata["buy_prob"], metadata["regime"], metadata["signal_id"]), (0.0, None, "01H1"))

    def test_holds_after_the_deadline(self):
        self.server.delay = 3
        generator = self.generator(deadline=0.3)
        began = time.monotonic()
        signal, confidence, _, metadata = generator.generate_signal()
        self.assertLess(time.monotonic() - began, 2.5)
        self.assertEqual((signal, confidence, metadata["hold_reason"]), ("HOLD", 0.0, "timeout"))
        self.assertEqual((metadata["signal_id"], metadata["recommended_lots"]), (None, 0))
        self.server.delay = 0

    def test_holds_when_nobody_is_there(self):
        nobody = self.client(endpoint="http://127.0.0.1:9", spool=False, deadline=10)
        self.assertEqual(self.generator(client=nobody).generate_signal()[3]["hold_reason"], "unreachable")

    def test_never_raises_whatever_it_is_given_or_answered(self):
        generator = self.generator()
        for broken in ({"action": "BUY"}, answer(probabilities=7), answer(action="SHORT"), answer(confidence=None)):
            self.answers = lambda _, broken=broken: broken
            with self.assertLogs("oi_loop", logging.WARNING):
                signal, confidence, rationale, metadata = generator.generate_signal()
            self.assertEqual((signal, confidence, metadata["hold_reason"]), ("HOLD", 0.0, "refused"), rationale)
        self.assertEqual(len(generator.pending_predictions), 0)
        held = self.generator(use_features=True).generate_signal({"vix": object()})
        self.assertEqual((held[0], held[3]["hold_reason"]), ("HOLD", "refused"))

    def test_switched_off_it_is_not_loaded_and_holds(self):
        threads = threading.active_count()
        os.environ["OI_LOOP_ENABLED"] = "0"
        generator = oi_loop.OiLoopSignalGenerator("NSE")
        self.assertFalse(generator.models_loaded)
        signal, confidence, _, metadata = generator.generate_signal({"vix": 10.9})
        self.assertEqual((signal, confidence, metadata["hold_reason"]), ("HOLD", 0.0, "disabled"))
        self.assertTrue(generator.close())
        self.assertEqual((threading.active_count(), self.server.seen), (threads, []))

    def test_says_what_is_wrong_where_it_is_made(self):
        client = self.client(spool=False)
        with self.assertRaisesRegex(oi_loop.Misconfigured, "^exchange: expected one of NSE, BSE, .*, was 'NYSE'$"):
            oi_loop.OiLoopSignalGenerator("NYSE", client)
        with self.assertRaisesRegex(oi_loop.Misconfigured, "^deadline: expected seconds above 0, was -1$"):
            oi_loop.OiLoopSignalGenerator("NSE", client, deadline=-1)
        with self.assertRaisesRegex(oi_loop.Misconfigured, "was neither"):
            oi_loop.OiLoopSignalGenerator("NSE")


class Features(WithGenerator):
    """Answers on the features that the tracker gives."""

    def setUp(self):
        super().setUp()
        self.known = {"vix", "pcr_total_oi"}
        self.feature_set = "tracker-v2"
        self.server.usual = self.judge

    def judge(self, body):
        unknown = next((name for name in body["features"] if name not in self.known), None)
        if unknown is None:
            return 200, answer(len(self.server.seen), feature_set=self.feature_set), {}
        return 400, {"field": f"features.{unknown}", "detail": f"features.{unknown}: expected a feature, was unknown"}, {}

    def test_leaves_out_what_the_model_does_not_know_from_then_on(self):
        generator = self.generator(use_features=True)
        given = {"vix": 10.9, "underlying_price": 26000.0, "pcr_total_oi": math.nan, "underlying_future_oi": 5}
        self.assertEqual(generator.generate_signal(given)[0], "BUY")
        self.assertEqual(len(self.asked()), 3)
        self.assertEqual(generator.generate_signal(given)[0], "BUY")
        self.assertEqual(len(self.asked()), 4)
        self.assertEqual(self.asked()[-1]["features"], {"vix": 10.9, "pcr_total_oi": None})
        self.assertEqual(len(given), 4, "what was given is left as it was")

    def test_another_set_is_asked_about_anew(self):
        generator = self.generator(use_features=True)
        given = {"vix": 10.9, "underlying_price": 26000.0}
        generator.generate_signal(given)
        self.known.add("underlying_price")
        self.feature_set = "tracker-v2-prices"
        generator.generate_signal(given)
        generator.generate_signal(given)
        self.assertEqual(self.asked()[-1]["features"], given)

    def test_a_model_of_other_features_is_told_not_asked_for_ever(self):
        self.known = set()
        given = {f"f{at}": 1.0 for at in range(50)}
        _, _, rationale, metadata = self.generator(use_features=True).generate_signal(given)
        self.assertEqual(metadata["hold_reason"], "refused")
        self.assertIn("expected a feature", rationale)
        self.assertEqual(len(self.asked()), oi_loop._MOST_UNKNOWN + 1)

    def test_all_of_it_within_one_deadline(self):
        self.known, self.server.delay = set(), 0.2
        generator = self.generator(use_features=True, deadline=0.5)
        began = time.monotonic()
        generator.generate_signal({f"f{at}": 1.0 for at in range(50)})
        self.assertLess(time.monotonic() - began, 2.5)
        self.assertLess(len(self.asked()), 5)


class Feedback(WithGenerator):
    def test_counts_the_share_of_signals_that_named_the_outcome(self):
        actions = ["SELL", "BUY", "HOLD"]
        self.answers = lambda at: answer(at, action=actions[at % 3])
        generator = self.generator()
        right = []
        for outcome in (1, 1, 0, -1, 0):
            signal, _, _, metadata = generator.generate_signal()
            right.append({"SELL": -1, "HOLD": 0, "BUY": 1}[signal] == outcome)
            summary = generator.record_feedback(metadata["signal_id"], outcome)
            expected = {"exchange": "NSE", "signal_id": metadata["signal_id"], "degrade_triggered": False}
            self.assertEqual(summary, {**expected, "rolling_accuracy": sum(right) / len(right)})
        self.assertIn(True, right)
        self.assertIn(False, right)
        metadata = generator.generate_signal()[3]
        self.assertEqual((metadata["rolling_accuracy"], metadata["feedback_count"]), (sum(right) / 5, 5))
        self.assertRegex(metadata["last_feedback_at"], r"\+05:30$")

    def test_is_told_in_the_background_once_and_holds_nobody_up(self):
        generator = self.generator()
        signal_id = generator.generate_signal()[3]["signal_id"]
        self.server.delay = 2
        began = time.monotonic()
        self.assertIsNotNone(generator.record_feedback(signal_id, -1))
        self.assertLess(time.monotonic() - began, 1, "expected feedback to wait for no answer")
        with self.assertLogs("oi_loop", logging.WARNING):
            self.assertIsNone(generator.record_feedback(signal_id, -1))
        self.server.delay = 0
        self.assertTrue(generator.close(20))
        self.assertEqual(self.labelled(), [{"recommendation_id": signal_id, "label": -1, "note": None}])

    def test_waits_on_disk_for_an_api_that_is_away(self):
        client = self.client(deadline=10)
        generator = self.generator(client=client)
        signal_id = generator.generate_signal()[3]["signal_id"]
        self.server.script.extend([(503, {}, {})] * 2)
        generator.record_feedback(signal_id, 1)
        client.give_feedback(signal_id, 0, note="flat, as I saw it")
        self.assertTrue(client.close(20))
        self.assertEqual([body["label"] for body in self.labelled()][-2:], [1, 0])
        self.assertEqual(client.stats()["feedback"]["sent"], 2)
        self.assertGreaterEqual(client.stats()["feedback"]["retries"], 2)

    def test_asks_for_a_retrain_once_a_hundred_outcomes_are_too_bad_and_not_before(self):
        generator = self.generator()
        triggered = []
        for at in range(100):
            signal_id = generator.generate_signal()[3]["signal_id"]
            triggered.append(generator.record_feedback(signal_id, 1 if at < 54 else -1)["degrade_triggered"])
        self.assertEqual(triggered, [False] * 99 + [True])
        self.assertTrue(generator.generate_signal()[3]["needs_retrain"])
        for _ in range(55):
            summary = generator.record_feedback(generator.generate_signal()[3]["signal_id"], 1)
        self.assertEqual((summary["rolling_accuracy"], generator.needs_retrain), (0.55, False))

    def test_one_outcome_a_signal_and_nothing_that_is_none(self):
        generator = self.generator()
        signal_id = generator.generate_signal()[3]["signal_id"]
        with self.assertLogs("oi_loop", logging.WARNING):
            for wrong in (2, 0.5, None, "BUY", math.nan, True):
                self.assertIsNone(generator.record_feedback(signal_id, wrong))
            for unknown in ("01KNOBODY", None, [], 7):
                self.assertIsNone(generator.record_feedback(unknown, 1))
        self.assertIsNotNone(generator.record_feedback(signal_id, 1))
        with self.assertLogs("oi_loop", logging.WARNING):
            self.assertIsNone(generator.record_feedback(signal_id, 1))
        self.assertEqual(list(generator.feedback_window), [1.0])

    def test_the_oldest_of_500_waiting_signals_are_forgotten(self):
        generator = self.generator()
        for at in range(510):
            generator._metadata(answer(at))
        self.assertEqual(len(generator.pending_predictions), 500)
        with self.assertLogs("oi_loop", logging.WARNING):
            self.assertIsNone(generator.record_feedback(answer(9)["id"], 1))
        self.assertIsNotNone(generator.record_feedback(answer(10)["id"], 1))

    def test_an_outcome_that_is_known_already_counts_at_once(self):
        generator = self.generator()
        generator.predict_and_learn({}, 1)
        generator.predict_and_learn({})
        self.assertEqual((list(generator.feedback_window), len(generator.pending_predictions)), ([1.0], 1))

    def test_many_threads_lose_and_double_nothing(self):
        lock, count = threading.Lock(), [0]

        def numbered(_):
            with lock:
                count[0] += 1
                return answer(count[0])

        self.answers = numbered
        generator = self.generator()
        summaries = []

        def work():
            for _ in range(12):
                signal_id = generator.generate_signal()[3]["signal_id"]
                summaries.append(generator.record_feedback(signal_id, 1))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({one["signal_id"] for one in summaries}), 96)
        self.assertEqual((list(generator.feedback_window), len(generator.pending_predictions)), ([1.0] * 96, 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
