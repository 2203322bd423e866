"""Derives the polynomials of shaders/lib/normal.wgsl and shaders/tanh_forward.wgsl, and measures them in float32.

Each is the polynomial of least maximum weighted error over Chebyshev nodes (Lawson 1961: least squares with weights
that grow where the error is large). Run by hand; needs numpy and mpmath. Prints coefficients, ascending, and errors.
"""

import mpmath
import numpy as np

mpmath.mp.dps = 40
edge, end = 2**0.5, 2**0.5 * 4
tanh_edge = 0.6


def fit(f, low, high, degree, weight):
    """f: mpf to mpf. weight: factor on the error. Returns float32 coefficients, ascending."""
    nodes = (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * (np.arange(3000) + 0.5) / 3000)
    target = np.array([float(f(mpmath.mpf(x))) for x in nodes])
    scale = np.array([float(weight(mpmath.mpf(x))) for x in nodes])
    matrix = np.polynomial.chebyshev.chebvander((2 * nodes - low - high) / (high - low), degree)
    weights, best, series = np.ones_like(nodes), np.inf, None
    for _ in range(600):
        row = np.sqrt(weights) * scale
        solution = np.linalg.lstsq(matrix * row[:, None], target * row, rcond=None)[0]
        error = np.abs(matrix @ solution - target) * scale
        if error.max() < best:
            best, series = error.max(), solution
        weights *= error / error.mean() + 1e-4
        weights /= weights.sum()
    chebyshev = np.polynomial.chebyshev.Chebyshev(series, domain=[low, high])
    return chebyshev.convert(kind=np.polynomial.Polynomial).coef.astype(np.float32)


def horner(x, coefficients):
    value = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value = value * x + coefficient
    return value


def show(name, coefficients):
    print(f"{name}: {', '.join(f'{c:.9g}' for c in coefficients)}")


root = mpmath.sqrt
middle = fit(lambda s: (mpmath.ncdf(root(s)) - 0.5) / root(s), 1e-12, edge**2, 5, lambda s: root(s))
tail = fit(lambda x: mpmath.ncdf(-x) * mpmath.exp(x * x / 2), edge, end, 7, lambda x: mpmath.exp(-x * x / 2))
small = fit(lambda s: (mpmath.tanh(root(s)) / root(s) - 1) / s, 1e-12, tanh_edge**2, 4, lambda s: s * root(s))
show("normal middle", middle)
show("normal tail", tail)
show("tanh small", small)

x = np.linspace(-8, 8, 40_001).astype(np.float32)
half, one = np.float32(0.5), np.float32(1)
bell = np.exp(-half * x * x)
upper = bell * horner(np.minimum(np.abs(x), np.float32(end)), tail)
got = np.where(np.abs(x) < np.float32(edge), half + x * horner(x * x, middle), np.where(x > 0, one - upper, upper))
want = np.array([float(mpmath.ncdf(mpmath.mpf(float(v)))) for v in x])
print(f"normal_cdf: largest float32 error {np.abs(got - want).max():.2e}")

square = x * x
large = np.sign(x) * (one - np.float32(2) / (np.exp(np.float32(2) * np.abs(x)) + one))
got = np.where(np.abs(x) < np.float32(tanh_edge), x + x * square * horner(square, small), large)
want = np.tanh(x.astype(np.float64))
print(f"tanh: largest float32 error {np.abs(got - want).max():.2e}")
