"""rliable's summaries of what stands on stdin, and the seconds of each; run by harness_quality.py in rliable's Python."""

import json
import sys
import time

import numpy as np
from rliable import library, metrics

asked = json.load(sys.stdin)
first, second, reps = np.array(asked["first"]), np.array(asked["second"]), asked["reps"]
SUMMARIES = {
    "iqm": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "optimality gap": metrics.aggregate_optimality_gap,
}
found = {}
for name, summary in SUMMARIES.items():
    began = time.perf_counter()
    value, ends = library.get_interval_estimates(
        {"a": first}, lambda x, summary=summary: np.array([summary(x)]), reps=reps
    )
    found[name] = [float(value["a"][0]), *map(float, ends["a"][:, 0]), time.perf_counter() - began]
began = time.perf_counter()
value, ends = library.get_interval_estimates(
    {"a": (first, second)}, lambda x, y: np.array([metrics.probability_of_improvement(x, y)]), reps=reps
)
found["improvement"] = [float(value["a"][0]), *map(float, ends["a"][:, 0]), time.perf_counter() - began]
print(json.dumps(found))
