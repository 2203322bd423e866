/**
 * Chance that Student's t with df degrees of freedom lies further from zero than `t`: the two-sided p-value.
 *
 * df: a whole number, at least 1. Absolute error some 1e-15 a term, so that a p far below that comes out as 0.
 *
 * Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4: finite series in θ = atan(t / √df).
 */
export function studentPValue(t: number, df: number): number {
  return Math.max(0, 1 - insideShare(Math.atan2(Math.abs(t), Math.sqrt(df)), df));
}

/** The t beyond which a two-sided p-value falls below `level`, which lies in (0, 1). */
export function studentQuantile(level: number, df: number): number {
  let low = 0;
  let high = Math.PI / 2;
  // The angle has 53 bits; each round settles one.
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (1 - insideShare(middle, df) > level) low = middle;
    else high = middle;
  }
  return Math.tan(low) * Math.sqrt(df);
}

/** Chance of lying within ±tan(angle)·√df. */
function insideShare(angle: number, df: number): number {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const odd = df % 2 === 1;
  // Odd: cos + 2/3 cos³ + 2·4/(3·5) cos⁵ + …; even: 1 + 1/2 cos² + 1·3/(2·4) cos⁴ + …
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= df - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cosine * cosine;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
