"""Made-up models in the form that the tracker pickles, and what they answer: <folder> <names as JSON> <covariance forms>.

Three of four regimes have a model, and one of these never saw SELL. Beside the pickles goes answers.json: rows, and for each
regime the probabilities of SELL, HOLD and BUY; the forward filter's and Viterbi's word on the rows; full covariances.
"""
import json
import pathlib
import sys

import joblib
import lightgbm
import numpy
from hmmlearn import hmm
from sklearn.feature_selection import SelectFromModel

folder = pathlib.Path(sys.argv[1])
names = json.loads(sys.argv[2])
regime_inputs = ["vix", "realized_vol_5m", "pcr_total_oi", "price_roc_30m", "breadth_divergence"]
random = numpy.random.default_rng(7)
rows = 1500
X = random.normal(size=(rows, len(names))).astype(numpy.float32).astype(float)
pull = X[:, 0] + 0.7 * X[:, 5] - 0.5 * X[:, 40] + 0.4 * random.normal(size=rows)
y = numpy.where(pull > 0.6, 1, numpy.where(pull < -0.6, -1, 0))
columns = [names.index(name) for name in regime_inputs]
state = numpy.repeat(random.integers(0, 4, 30), 50)
X[:, columns[0]] = (12 + 3 * state + random.normal(size=rows)).astype(numpy.float32)
X[:, columns[1]] = (0.05 + 0.04 * state + 0.01 * random.normal(size=rows)).astype(numpy.float32)
X[:, columns[4]] = 0

forms = sys.argv[3:]
regime_models = {
    form: hmm.GaussianHMM(n_components=4, covariance_type=form, n_iter=20, random_state=42).fit(X[:, columns])
    for form in forms
}
regimes = regime_models[forms[0]].predict(X[:, columns])
base = lightgbm.LGBMClassifier(n_estimators=10, random_state=42, verbosity=-1).fit(X, y)
selector = SelectFromModel(base, threshold="median", prefit=True)
settings = dict(objective="multiclass", num_class=3, n_estimators=6, num_leaves=6, random_state=42, verbosity=-1)
models = {}
for regime in range(3):
    mask = regimes == regime if (regimes == regime).sum() >= 50 else numpy.ones(rows, bool)
    own = y[mask].copy()
    if regime == 2:
        own[own == -1] = 0
    models[regime] = lightgbm.LGBMClassifier(**settings, class_weight="balanced").fit(selector.transform(X[mask]), own)
asked = X[:60]
answers = {}
for regime, one in models.items():
    three = numpy.zeros((len(asked), 3))
    probabilities = one.predict_proba(selector.transform(asked))
    for at, label in enumerate(one.classes_):
        three[:, int(label) + 1] = probabilities[:, at]
    answers[regime] = three.tolist()
for form, model in regime_models.items():
    into = folder / form
    into.mkdir(parents=True, exist_ok=True)
    joblib.dump(models, into / "regime_models.pkl")
    joblib.dump(model, into / "hmm_regime_model.pkl")
    joblib.dump(names, into / "model_features.pkl")
    joblib.dump(selector, into / "feature_selector.pkl")
    # The forward filter: the smoothed probability of the last row of each beginning.
    ends = range(len(asked))
    filtered = [model.predict_proba(asked[: at + 1, columns])[-1].tolist() for at in ends]
    viterbi = [int(model.predict(asked[max(0, at - 59) : at + 1, columns])[-1]) for at in ends]
    answered = {"rows": asked.tolist(), "regimes": answers, "filtered": filtered, "viterbi": viterbi}
    # Of spherical ones hmmlearn 0.3 tells each state as often as there are inputs.
    answered["covars"] = numpy.asarray(model.covars_)[:: len(columns) if form == "spherical" else 1].tolist()
    (into / "answers.json").write_text(json.dumps(answered))
