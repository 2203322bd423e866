"""Writes metrics.json beside this file: python3 tests/golden/metrics.py, with NumPy, SciPy and scikit-learn.

Every case holds predictions, labels and what the libraries say; null where they warn that a score is undefined.
"""

import json
import pathlib
import warnings

import numpy
from scipy import stats
from sklearn import metrics

random = numpy.random.default_rng(7)


def defined(score, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = float(score(*arguments))
    return None if numpy.isnan(value) else value


def classes(name, predictions, labels):
    scores = {
        "accuracy": defined(metrics.accuracy_score, labels, predictions),
        "matthews": defined(metrics.matthews_corrcoef, labels, predictions),
    }
    if max(*labels, *predictions) == 1:
        scores["f1"] = defined(metrics.f1_score, labels, predictions)
    return {"name": name, "predictions": predictions, "labels": labels, "scores": scores}


def numbers(name, predictions, labels):
    scores = {
        "pearson": defined(lambda x, y: stats.pearsonr(x, y).statistic, predictions, labels),
        "spearman": defined(lambda x, y: stats.spearmanr(x, y).statistic, predictions, labels),
    }
    return {"name": name, "predictions": predictions, "labels": labels, "scores": scores}


def label_sets(name, predictions, labels):
    """Rows of 0 and 1 a label, laid end to end."""
    scores = {
        "micro_f1": metrics.f1_score(labels, predictions, average="micro", zero_division=0),
        "macro_f1": metrics.f1_score(labels, predictions, average="macro", zero_division=0),
        "subset_accuracy": metrics.accuracy_score(labels, predictions),
    }
    flat = {"predictions": predictions.ravel().tolist(), "labels": labels.ravel().tolist()}
    return {"name": name, "width": labels.shape[1], **flat, "scores": scores}


def agreeing(labels, count, share):
    """Predictions that are right in a share of the rows."""
    other = random.integers(0, count, len(labels))
    return numpy.where(random.random(len(labels)) < share, labels, other).tolist()


def cases():
    for share in (0.0, 0.5, 0.95):
        labels = (random.random(277) < 0.7).astype(int)
        yield classes(f"two classes, {share} right", agreeing(labels, 2, share), labels.tolist())
        labels = random.integers(0, 4, 200)
        yield classes(f"four classes, {share} right", agreeing(labels, 4, share), labels.tolist())
    yield classes("all right", [0, 1, 1, 0], [0, 1, 1, 0])
    yield classes("all wrong", [1, 0, 0, 1], [0, 1, 1, 0])
    yield classes("collapsed to 0", [0, 0, 0, 0], [0, 1, 1, 0])
    yield classes("collapsed to 1", [1, 1, 1, 1], [0, 1, 1, 0])
    labels = numpy.round(random.random(300) * 5, 1)
    yield numbers("scores with ties", (labels + random.normal(0, 1, 300)).tolist(), labels.tolist())
    yield numbers("ties on both sides", numpy.round(labels + random.normal(0, 1, 300)).tolist(), labels.tolist())
    yield numbers("falling", [5.0, 4.0, 2.0, 1.0], [1.0, 2.0, 4.0, 4.5])
    yield numbers("small spread on a large mean", (1e6 + labels[:40]).tolist(), labels[40:80].tolist())
    yield numbers("constant predictions", [2.5, 2.5, 2.5], [1.0, 2.0, 3.0])
    yield numbers("constant labels", [1.0, 2.0, 3.0], [2.5, 2.5, 2.5])


def sets_of_labels():
    shares = numpy.array([0.5, 0.3, 0.1, 0.02, 0.0])
    labels = (random.random((150, 5)) < shares).astype(int)
    for right in (0.6, 0.95):
        flips = random.random(labels.shape) > right
        yield label_sets(f"five labels, {right} right", labels ^ flips, labels)
    yield label_sets("five labels, none said", numpy.zeros_like(labels), labels)
    yield label_sets("five labels, all right", labels, labels)
    yield label_sets("two labels, none on either side", numpy.zeros((4, 2), int), numpy.zeros((4, 2), int))


fixture = {"source": "tests/golden/metrics.py", "cases": [*cases(), *sets_of_labels()]}
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(fixture) + "\n")
print(f"wrote {path.name}: {len(fixture['cases'])} cases")
