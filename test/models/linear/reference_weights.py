"""The golden numbers in reference-weights.json, by scikit-learn: python3 reference_weights.py > reference-weights.json

The rows come from a small generator that the test repeats exactly (multiply, remainder, divide: no rounding differs).
Preparation (median, gap marks, weighted standardisation) is done here with numpy, apart from the code under test.
"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

ROWS, COLUMNS = 240, 5


def uniforms(count):
    state, values = 20251204, []
    for _ in range(count):
        state = state * 16807 % 2147483647
        values.append(state / 2147483647)
    return np.array(values)


draws = uniforms(ROWS * (COLUMNS + 3)).reshape(ROWS, COLUMNS + 3)
x = (draws[:, :COLUMNS] - 0.5).astype(np.float32).astype(np.float64)
x[draws[:, COLUMNS] < 0.15, 2] = np.nan
pull = x[:, 0] + 2 * x[:, 1] * x[:, 3] + 0.4 * np.isnan(x[:, 2]) + 0.6 * (draws[:, COLUMNS + 1] - 0.5)
labels = np.where(pull > 0.2, 2, np.where(pull < -0.15, 0, 1))
weights = 0.05 + draws[:, COLUMNS + 2]

gaps = np.isnan(x)
filled = np.where(gaps, np.nanmedian(x, axis=0), x)
terms = np.column_stack([filled, gaps[:, 2].astype(float)])
mean = np.average(terms, axis=0, weights=weights)
terms = (terms - mean) / np.sqrt(np.average((terms - mean) ** 2, axis=0, weights=weights))

fits = []
for l2 in (1e-3, 1e-1):
    model = LogisticRegression(C=1 / (l2 * weights.sum()), solver="newton-cg", tol=1e-12, max_iter=10_000)
    model.fit(terms, labels, sample_weight=weights)
    fits.append({
        "l2": l2,
        "weights": model.coef_.tolist(),
        "bias": (model.intercept_ - model.intercept_.mean()).tolist(),
        "first_probabilities": model.predict_proba(terms[:3]).tolist(),
    })
print(json.dumps({"sklearn": sklearn.__version__, "counts": np.bincount(labels).tolist(), "fits": fits}, indent=1))
