#!/usr/bin/env python3
"""Turns the tracker's pickled models of one exchange into a folder that `./oi models import` takes.

    python export_tracker_model.py models/NSE --exchange NSE --trained-through 2026-02-10 --into nse-version-0
    ./oi models import nse-version-0 --operator anita

Reads what the tracker's training writes (regime_models.pkl, hmm_regime_model.pkl, model_features.pkl and, where it is
there, feature_selector.pkl) and writes text only: LightGBM's own model text for each regime, the regime model's numbers as
JSON, and manifest.json. Run it where the tracker runs: it needs the libraries that the models were pickled with (lightgbm,
hmmlearn, joblib, numpy, scikit-learn for the selector). A pickle runs code when it is opened: export your own files only.

What is not the same in OI Loop, and is written into the manifest's notes:
  * The tracker finds its regime by Viterbi over its last 60 evaluations (about five minutes), starting afresh in each; OI
    Loop steps a forward filter once a minute through the whole session, and takes its likeliest state.
  * The tracker trains its regime model on the z-score of pcr_total_oi and feeds it the raw ratio live; so does OI Loop.
  * Features are rounded to float32 before they are compared; within one regime probabilities agree within 1e-6 on such rows.
"""
import argparse
import datetime
import json
import pathlib
import platform
import sys

import joblib
import numpy

# In the order in which the tracker gives them to its regime model, live.
REGIME_FEATURES = ["vix", "realized_vol_5m", "pcr_total_oi", "price_roc_30m", "breadth_divergence"]
# Columns that the tracker adds to its features, under the names that OI Loop has for them.
RENAMED = {
    "underlying_price": "tracker_underlying_price",
    "underlying_future_price": "tracker_future_price",
    "underlying_future_oi": "tracker_future_oi",
}
NOTES = (
    "Exported from the tracker's pickles. The tracker decodes its regime by Viterbi over its last 60 evaluations, OI Loop by "
    "a forward filter over the session's minutes; the regime model was trained on the z-score of pcr_total_oi and is fed the "
    "raw ratio, as the tracker feeds it live."
)


def load(folder, name):
    """The object of one pickle; ends with the file's name and what to do when it is not there."""
    path = folder / name
    if not path.exists():
        sys.exit(f"{path}: expected the tracker's file, was absent; name the folder that holds {name}")
    return joblib.load(path)


def selected_features(folder):
    """The names of the columns that the regime models take, in their order."""
    names = [str(name) for name in load(folder, "model_features.pkl")]
    if not (folder / "feature_selector.pkl").exists():
        return names
    support = numpy.asarray(load(folder, "feature_selector.pkl").get_support())
    if support.shape != (len(names),):
        sys.exit(f"feature_selector.pkl: expected a choice among {len(names)} features, was {support.shape}")
    # The tracker takes all columns when its selector leaves none.
    return [name for name, kept in zip(names, support) if kept] if support.any() else names


def members(folder, features, into):
    """Writes each regime's model as text; returns what the manifest says of them, by the tracker's regime number."""
    found = {}
    for regime, model in sorted(load(folder, "regime_models.pkl").items()):
        classes = [int(label) for label in model.classes_]
        if not set(classes) <= {-1, 0, 1}:
            sys.exit(f"regime {regime}: expected the classes -1, 0 and 1, was {classes}")
        booster = model.booster_
        if booster.num_feature() != len(features):
            sys.exit(f"regime {regime}: expected {len(features)} columns as selected, was {booster.num_feature()}")
        name = f"regime_{int(regime)}.txt"
        (into / name).write_text(booster.model_to_string())
        found[int(regime)] = {"file": name, "classes": classes}
    if not found:
        sys.exit("regime_models.pkl: expected a model for one regime at least, was none")
    return found


def full_covariances(hmm):
    """[states][inputs][inputs], whatever form the model keeps them in."""
    states, size = numpy.asarray(hmm.means_).shape
    kept = numpy.asarray(hmm._covars_)
    if hmm.covariance_type == "full":
        return kept
    if hmm.covariance_type == "tied":
        return numpy.repeat(kept[None, :, :], states, axis=0)
    if hmm.covariance_type == "diag":
        return numpy.stack([numpy.diag(row) for row in kept])
    if hmm.covariance_type == "spherical":
        return numpy.stack([numpy.diag(numpy.broadcast_to(numpy.ravel(value), size)) for value in kept])
    sys.exit(f"hmm_regime_model.pkl: expected a known form of covariance, was {hmm.covariance_type}")


def regime_model(hmm, inputs):
    """The regime model's numbers under hmmlearn's own names."""
    if numpy.asarray(hmm.means_).shape[1] != len(inputs):
        sys.exit(
            f"--regime-features: expected {numpy.asarray(hmm.means_).shape[1]} names, as many as the regime model has "
            f"inputs, was {len(inputs)}"
        )
    return {
        "schema": 1,
        "inputs": inputs,
        "startprob": numpy.asarray(hmm.startprob_).tolist(),
        "transmat": numpy.asarray(hmm.transmat_).tolist(),
        "means": numpy.asarray(hmm.means_).tolist(),
        "covars": full_covariances(hmm).tolist(),
    }


def versions():
    """What the models were opened with, by name."""
    found = {"python": platform.python_version()}
    for name in ("lightgbm", "hmmlearn", "sklearn", "numpy"):
        module = sys.modules.get(name)
        if module is not None:
            found[name] = str(module.__version__)
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path, help="the tracker's models of one exchange, as models/NSE")
    parser.add_argument("--exchange", required=True, help="NSE, BSE, NSE_MONTHLY or BANKNIFTY_MONTHLY")
    parser.add_argument(
        "--trained-through",
        required=True,
        type=datetime.date.fromisoformat,
        help="the last session that the models learnt from or were chosen by (YYYY-MM-DD)",
    )
    parser.add_argument("--into", required=True, type=pathlib.Path, help="the folder to write")
    parser.add_argument("--feature-set", default="tracker-v2-prices", help="the set in OI Loop that has the features")
    parser.add_argument("--regime-features", nargs="+", default=REGIME_FEATURES, help="inputs of the regime model")
    parser.add_argument("--configurations-tried", type=int, help="how many were tried before these, if that is known")
    parser.add_argument("--buy-threshold", type=float, help="probability from which on BUY is acted on")
    parser.add_argument("--sell-threshold", type=float, help="probability from which on SELL is acted on")
    return parser.parse_args()


def main():
    given = arguments()
    if (given.buy_threshold is None) != (given.sell_threshold is None):
        sys.exit("--buy-threshold and --sell-threshold: expected both or neither, was one")
    given.into.mkdir(parents=True, exist_ok=True)
    features = selected_features(given.folder)
    found = members(given.folder, features, given.into)
    hmm = load(given.folder, "hmm_regime_model.pkl")
    regime = regime_model(hmm, list(given.regime_features))
    order = sorted(found)
    unknown = [state for state in order if state >= len(regime["startprob"])]
    if unknown:
        sys.exit(f"regime_models.pkl: expected regimes below {len(regime['startprob'])}, was {unknown}")
    (given.into / "regime.json").write_text(json.dumps(regime, allow_nan=False))
    manifest = {
        "schema": 1,
        "kind": "regime-trees",
        "family": "tracker",
        "exchange": given.exchange,
        "target": "tb15",
        "feature_set": given.feature_set,
        "features": [RENAMED.get(name, name) for name in features],
        "trained_through": given.trained_through.isoformat(),
        "configurations_tried": given.configurations_tried,
        "members": [found[state] for state in order],
        "member_of_state": [
            order.index(state) if state in found else None for state in range(len(regime["startprob"]))
        ],
        "regime": {"file": "regime.json"},
        "made_with": versions(),
        "notes": NOTES,
    }
    if given.buy_threshold is not None:
        manifest["thresholds"] = {"buy": given.buy_threshold, "sell": given.sell_threshold}
    (given.into / "manifest.json").write_text(json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    print(f"{given.into}: {len(order)} models of {len(features)} features for {len(regime['startprob'])} regimes")


if __name__ == "__main__":
    main()
