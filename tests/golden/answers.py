"""Writes answers.json beside this file: python3 tests/golden/answers.py, with NumPy, SciPy and scikit-learn.

What scikit-learn says of classes: confusion matrix, precision, recall, F1, and the same over thresholds on a probability.
Calibration has no function there: its bins are made by numpy.digitize. Scores: errors and correlations.
"""

import json
import pathlib

import numpy
from scipy import special, stats
from sklearn import metrics

random = numpy.random.default_rng(11)


def classes(name, targets, logits):
    count = logits.shape[1]
    said = logits.argmax(1)
    probabilities = special.softmax(logits, 1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        targets, said, labels=range(count), zero_division=0
    )
    confidence = probabilities.max(1)
    bins = numpy.digitize(confidence, numpy.arange(1, 10) / 10, right=True)
    right = said == targets
    error = sum(
        abs(right[bins == bin].mean() - confidence[bins == bin].mean()) * (bins == bin).mean() for bin in set(bins)
    )
    return {
        "name": name,
        "targets": targets.tolist(),
        "logits": logits.ravel().tolist(),
        "classCount": count,
        "confusion": metrics.confusion_matrix(targets, said, labels=range(count)).tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "accuracy": metrics.accuracy_score(targets, said),
        "macroF1": metrics.f1_score(targets, said, average="macro", zero_division=0),
        "binCounts": numpy.bincount(bins, minlength=10).tolist(),
        "calibrationError": float(error),
        "thresholds": [] if count > 2 else [at_threshold(targets, probabilities, t) for t in (0.1, 0.35, 0.5, 0.83)],
    }


def at_threshold(targets, probabilities, threshold):
    points = {"threshold": threshold}
    for positive in (0, 1):
        said = probabilities[:, positive] >= threshold
        wanted = targets == positive
        points[str(positive)] = {
            "precision": metrics.precision_score(wanted, said, zero_division=0),
            "recall": metrics.recall_score(wanted, said, zero_division=0),
            "f1": metrics.f1_score(wanted, said, zero_division=0),
            "accuracy": metrics.accuracy_score(wanted, said),
        }
    return points


def scores(name, targets, said):
    low, high = targets.min(), targets.max()
    bands = numpy.minimum(4, ((targets - low) / ((high - low) / 5)).astype(int))
    residuals = said - targets
    return {
        "name": name,
        "targets": targets.tolist(),
        "said": said.tolist(),
        "meanAbsoluteError": metrics.mean_absolute_error(targets, said),
        "meanResidual": float(residuals.mean()),
        "pearson": float(stats.pearsonr(said, targets).statistic),
        "spearman": float(stats.spearmanr(said, targets).statistic),
        "bands": [
            {"count": int((bands == band).sum()), "meanResidual": float(residuals[bands == band].mean())}
            for band in range(5)
        ],
    }


def leaning(count, classes, strength):
    targets = random.integers(0, classes, count)
    logits = random.normal(0, 1, (count, classes))
    logits[numpy.arange(count), targets] += strength
    return targets, logits


two = leaning(200, 2, 1.0)
four = leaning(150, 4, 1.5)
# One class is never said, and another is not there.
four[1][:, 3] -= 20
missing = (numpy.where(four[0] == 2, 0, four[0]), four[1])
exact = numpy.round(random.random(120) * 5, 2)
fixture = {
    "source": "tests/golden/answers.py",
    "classes": [
        classes("two classes", *two),
        classes("one of two classes said", two[0][:40], numpy.tile([[2.0, -1.0]], (40, 1))),
        classes("four classes, one never said", *four),
        classes("four classes, one not there", *missing),
    ],
    "scores": [scores("scores", exact, exact * 0.8 + 0.4 + random.normal(0, 0.5, 120))],
}
path = pathlib.Path(__file__).with_name("answers.json")
path.write_text(json.dumps(fixture) + "\n")
print(f"wrote {path.name}")
