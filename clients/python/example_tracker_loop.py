"""A tracker in small, plugged into OI Loop: made-up chains of NIFTY, tapped each round, a signal, a paper trade.

    OI_LOOP_ENVIRONMENT=demo python3 clients/python/example_tracker_loop.py [--rounds 12] [--seconds 5]

It starts with 45 made-up minutes, so that features can be made at once. The lines that a real tracker needs are marked
with `# OI Loop`; everything else stands for what the tracker has already. Ends with 1 when no model answered.
"""
import argparse
import datetime
import math
import random
import sys
import time
import types

from oi_loop import INDIA, OiLoopClient, OiLoopSignalGenerator  # OI Loop

HISTORY_MINUTES = 45
STEP, SIDE_STRIKES = 50, 10
#: A signal of NSE trades a contract of NSE_MONTHLY (config/execution.json): both chains are followed.
EXCHANGES = ("NSE_MONTHLY", "NSE")


class Market:
    """A random walk with a chain around it, in the words of the tracker's own feature job. Made up."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self.spot = 26000.0
        self._volume = 0

    def move(self):
        self.spot = round(self.spot * math.exp(self._random.gauss(0, 0.0004)), 2)
        self._volume += 1

    def job(self, exchange, now):
        expiry = expiry_of(exchange, now.date())
        atm = STEP * round(self.spot / STEP)
        strikes = [atm + STEP * at for at in range(-SIDE_STRIKES, SIDE_STRIKES + 1)]
        days = max((expiry - now.date()).days, 0) + 0.5
        # The lot of NIFTY by the year of the contract's end.
        lot = 75 if expiry.year < 2026 else 65
        rows = {kind: [self._row(kind, strike, expiry, days, lot) for strike in strikes] for kind in ("CE", "PE")}
        handler = types.SimpleNamespace(expiry_date=expiry, macro_feature_cache={})
        return types.SimpleNamespace(
            exchange=exchange, timestamp=now, spot_ltp=self.spot, atm=float(atm), calls=rows["CE"], puts=rows["PE"],
            futures_price=round(self.spot * 1.002, 2), fut_oi=lot * 200_000, vix_value=12.5, handler_snapshot=handler,
        )

    def _row(self, kind, strike, expiry, days, lot):
        ahead = (self.spot - strike) * (1 if kind == "CE" else -1)
        width = self.spot * 0.125 * math.sqrt(days / 365)
        # The price of an option where the index is normally distributed (Bachelier).
        at = ahead / width
        price = ahead * (1 + math.erf(at / math.sqrt(2))) / 2 + width * math.exp(-at * at / 2) / math.sqrt(2 * math.pi)
        ltp = max(0.05, round(price / 0.05) * 0.05)
        lots = int(4000 * math.exp(-abs(at))) + self._random.randrange(200) + 1
        return {
            "symbol": f"NIFTY{expiry:%y%m%d}{strike}{kind}", "strike": strike, "latest_oi": lots * lot,
            "volume": (1000 + 10 * self._volume) * lot, "ltp": round(ltp, 2), "iv": 12.5,
            "best_bid": round(max(0.05, ltp - 0.05), 2), "best_ask": round(ltp + 0.05, 2),
            "bid_quantity": lot * self._random.randint(1, 20), "ask_quantity": lot * self._random.randint(1, 20),
        }


def expiry_of(exchange, day):
    """The Tuesday that the chain ends on: this week's, or the last of its month. Knows of no holidays."""
    tuesday = day + datetime.timedelta(days=(1 - day.weekday()) % 7)
    while exchange == "NSE_MONTHLY" and (tuesday + datetime.timedelta(days=7)).month == tuesday.month:
        tuesday += datetime.timedelta(days=7)
    return tuesday


def post_history(oi_loop, market):
    """What a tracker that has run for a while has tapped already."""
    began = oi_loop.now() - 60 * HISTORY_MINUTES
    for minute in range(HISTORY_MINUTES):
        market.move()
        for exchange in EXCHANGES:
            oi_loop.tap(market.job(exchange, datetime.datetime.fromtimestamp(began + 60 * minute, INDIA)))  # OI Loop
    until = time.monotonic() + 60
    while oi_loop.stats()["snapshots"]["waiting"] and time.monotonic() < until:
        time.sleep(0.1)


def shown(value):
    return f"{value:.4g}" if isinstance(value, (int, float)) else str(value)


def show(signal, confidence, rationale, metadata):
    lots, why = metadata["recommended_lots"], ", ".join(metadata["risk_flags"]) or "none"
    print(f"{signal} {confidence:.1%}  lots {lots}  flags: {why}  model {metadata['model_version']}")
    print(f"  {rationale}")
    for driver in metadata["drivers"]:
        print(f"  {driver['feature']:32} value {shown(driver['value']):>10}  shap {driver['shap']:+.4f}")
    sys.stdout.flush()


def run(oi_loop, generator, market, rounds, seconds):
    """The tracker's loop. How many rounds a model answered in."""
    answered, trade, earlier = 0, None, None
    for number in range(rounds):
        market.move()
        now = datetime.datetime.fromtimestamp(oi_loop.now(), INDIA)
        jobs = {exchange: market.job(exchange, now) for exchange in EXCHANGES}
        for job in jobs.values():
            oi_loop.tap(job)  # OI Loop
        signal, confidence, rationale, metadata = generator.generate_signal({}, snapshot=jobs["NSE"])  # OI Loop
        show(signal, confidence, rationale, metadata)
        answered += metadata["buy_prob"] + metadata["sell_prob"] > 0
        if earlier is not None:
            generator.record_feedback(earlier[0], (market.spot > earlier[1]) - (market.spot < earlier[1]))  # OI Loop
        earlier = (metadata["signal_id"], market.spot) if metadata["signal_id"] else None
        rows = {row["symbol"]: row for job in jobs.values() for row in job.calls + job.puts}
        if trade is None and metadata["recommended_lots"] > 0 and metadata["symbol"] in rows:
            trade = {"id": f"example-{metadata['signal_id']}", "symbol": metadata["symbol"]}
            price, lots = rows[trade["symbol"]]["best_ask"], metadata["recommended_lots"]
            oi_loop.report_trade(  # OI Loop
                trade["id"], "executed", recommendation_id=metadata["signal_id"], exchange="NSE", symbol=trade["symbol"],
                side="BUY", quantity_lots=lots, price=price,
            )
            print(f"  bought {trade['symbol']}")
        elif trade is not None and (signal == "HOLD" or number == rounds - 1) and trade["symbol"] in rows:
            price = rows[trade["symbol"]]["best_bid"]
            oi_loop.report_trade(trade["id"], "closed", price=price, reason="example")  # OI Loop
            print(f"  sold {trade['symbol']}")
            trade = None
        time.sleep(seconds if number < rounds - 1 else 0)
    return answered


def main():
    parser = argparse.ArgumentParser(description="a tracker in small, plugged into OI Loop")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=5.0, help="between two rounds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spool", help="a folder for what waits to be sent")
    given = parser.parse_args()
    oi_loop = OiLoopClient(spool=given.spool)  # OI Loop
    # The first question starts the function and shows the API's clock: it may take longer than a tracker waits.
    print(f"OI Loop says: {oi_loop.score('NSE', deadline=60)['rationale']}")
    generator = OiLoopSignalGenerator("NSE", oi_loop)  # OI Loop
    market = Market(given.seed)
    post_history(oi_loop, market)
    answered = run(oi_loop, generator, market, given.rounds, given.seconds)
    sent_all = oi_loop.close(10)  # OI Loop
    print(f"{answered} of {given.rounds} rounds had an answer of a model; {'all' if sent_all else 'not all'} was sent")
    sent = oi_loop.stats()["snapshots"]
    print(f"snapshots: {sent['sent']} sent, {sent['refused']} refused {sent['refused_by_field'] or ''}".rstrip())
    return 0 if answered else 1


if __name__ == "__main__":
    sys.exit(main())
