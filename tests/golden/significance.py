"""Writes statistics.json beside this file: python3 tests/golden/significance.py, with NumPy and SciPy.

Paired differences as a handful of seeds give them, and what SciPy says of them; quantiles and powers of Student's t.
"""

import json
import pathlib

import numpy
from scipy import stats

random = numpy.random.default_rng(11)
resamples = 200_000


def holm(values):
    """Holm's definition, word for word: SciPy has no such function."""
    order = numpy.argsort(values, kind="stable")
    steps = [(len(values) - place) * values[index] for place, index in enumerate(order)]
    adjusted = numpy.empty(len(values))
    adjusted[order] = numpy.minimum(1, numpy.maximum.accumulate(steps))
    return adjusted.tolist()


def tail_of(count):
    """Hesterberg's share of the resamples outside, on each side."""
    return float(stats.norm.cdf(-numpy.sqrt(count / (count - 1)) * stats.t.ppf(0.975, count - 1)))


def bracket(distribution, share, drawn):
    """Between which values a quantile of `drawn` resamples lies, five deviations of its rank to either side."""
    slack = 5 * numpy.sqrt(share * (1 - share) * (1 / drawn + 1 / resamples))
    return numpy.quantile(distribution, numpy.clip([share - slack, share + slack], 0, 1)).tolist()


def difference(name, values):
    values = numpy.asarray(values, dtype=float)
    count = len(values)
    test = stats.ttest_1samp(values, 0)
    low, high = test.confidence_interval(0.95)
    drawn = stats.bootstrap((values,), numpy.mean, n_resamples=resamples, method="percentile", rng=3)
    tail = tail_of(count)
    exact = stats.PermutationMethod(n_resamples=numpy.inf)
    signed = stats.wilcoxon(values, zero_method="wilcox", method=exact if count <= 14 else "exact")
    return {
        "name": name,
        "values": values.tolist(),
        "pValue": float(test.pvalue),
        "interval": [float(low), float(high)],
        "std": float(numpy.std(values, ddof=1)),
        "standardError": float(stats.sem(values)),
        "wilcoxon": float(signed.pvalue),
        "tail": tail,
        "bootstrapLow": bracket(drawn.bootstrap_distribution, tail, 10_000),
        "bootstrapHigh": bracket(drawn.bootstrap_distribution, 1 - tail, 10_000),
    }


def differences():
    for count in (2, 3, 4, 5, 6, 8, 10, 14):
        for shift in (0.3, 1.0, 3.0):
            values = numpy.round(random.normal(shift, 1, count) / 100, 6)
            yield difference(f"{count} seeds, effect {shift}", values)
    yield difference("20 seeds", numpy.round(random.normal(0.4, 1, 20) / 100, 6))
    yield difference("ties and signs", numpy.array([3, 3, -3, 5, 5, 1, -1, 8]) / 277)
    yield difference("zeros among them", numpy.array([0, 2, 0, 2, 4, -1, 7]) / 277)
    yield difference("all of one sign", numpy.array([1, 2, 3, 4, 5]) / 277)
    yield difference("a collapsed run", [0.01, 0.012, -0.31, 0.009, 0.011, 0.008])


def power(effect, count, level):
    beyond = stats.t.ppf(1 - level / 2, count - 1)
    shift = effect * numpy.sqrt(count)
    # Far from the other tail SciPy answers NaN for what is zero.
    other = numpy.nan_to_num(stats.nct.cdf(-abs(beyond), count - 1, abs(shift)))
    return float(stats.nct.sf(beyond, count - 1, abs(shift)) + other)


def needed(effect, level):
    return next((count for count in range(5, 1001) if power(effect, count, level) >= 0.8), None)


powers = [
    {"effect": effect, "level": level, "seeds": needed(effect, level)}
    for effect in (0.05, 0.1, 0.2, -0.3, 0.5, 0.8, 1.0, -1.5, 2.0, 4.0)
    for level in (0.05, 0.05 / 3, 0.05 / 8)
]
tables = [
    [[0.7, 0.8, 0.9], [0.5, 0.5, 0.4], [0.1, 0.3, 0.3]],
    numpy.round(random.random((12, 9)), 1).tolist(),
]
fixture = {
    "source": "tests/golden/significance.py",
    "differences": list(differences()),
    "quantiles": [
        {"level": level, "df": df, "t": float(stats.t.isf(level / 2, df))}
        for df in (1, 2, 3, 4, 5, 9, 10, 29, 99)
        for level in (0.5, 0.05, 0.05 / 8, 1e-4)
    ],
    "pValues": [
        {"t": t, "df": df, "pValue": float(2 * stats.t.sf(abs(t), df))}
        for df in (1, 2, 3, 4, 7, 10, 99)
        for t in (0.0, 0.1, -1.0, 2.5, -6.0, 30.0)
    ],
    "holm": [
        {"values": values, "adjusted": holm(numpy.array(values))}
        for values in ([0.03], [0.01, 0.04, 0.03, 0.005], [0.5, 0.6, 0.9], [0.02, 0.02, 0.02], random.random(8).tolist())
    ],
    "powers": powers,
    "ranks": [
        {"table": table, "averages": stats.rankdata(-numpy.array(table), axis=1).mean(axis=0).tolist()}
        for table in tables
    ],
}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(fixture) + "\n")
print(f"wrote {path.name}: {len(fixture['differences'])} differences")
