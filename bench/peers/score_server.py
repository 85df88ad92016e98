"""The model behind a plain FastAPI process: no signature, no log, no risk rules. Arguments: model text, columns, port."""

import json
import sys
import time

import lightgbm
import numpy
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

MODEL, COLUMNS, PORT = sys.argv[1:4]
CLASSES = ("SELL", "HOLD", "BUY")
booster = lightgbm.Booster(model_file=MODEL)
with open(COLUMNS, encoding="utf-8") as file:
    columns = json.load(file)
names = columns + [f"regime_{state}" for state in range(booster.num_feature() - len(columns))]
app = FastAPI()


def answer(body):
    start = time.perf_counter()
    features = body["features"]
    values = [features.get(name) for name in columns] + body["regime"]
    row = numpy.array([[numpy.nan if value is None else float(value) for value in values]])
    if body.get("raw", False):
        return {"raw_scores": booster.predict(row, raw_score=True, num_threads=1)[0].tolist()}
    probabilities = booster.predict(row, num_threads=1)[0]
    best = int(probabilities.argmax())
    drivers = []
    if body.get("explain", True):
        parts = booster.predict(row, pred_contrib=True, num_threads=1)[0]
        own = parts[best * (len(names) + 1) : best * (len(names) + 1) + len(names)]
        top = numpy.argsort(-numpy.abs(own))[:5]
        drivers = [{"feature": names[at], "value": str(row[0, at]), "shap": float(own[at])} for at in top]
    return {
        "action": CLASSES[best],
        "probabilities": dict(zip(("sell", "hold", "buy"), map(float, probabilities))),
        "drivers": drivers,
        "model_ms": (time.perf_counter() - start) * 1e3,
    }


@app.post("/score")
async def score(request: Request):
    return JSONResponse(answer(await request.json()))


uvicorn.run(app, host="127.0.0.1", port=int(PORT), log_level="warning", access_log=False)
