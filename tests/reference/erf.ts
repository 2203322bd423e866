const turningPoint = 2.5;

/** Error function, relative error below 1e-15. Source: DLMF 7.6.2 (all terms positive) and 7.9.1. */
export function erf(x: number): number {
  return Math.abs(x) < turningPoint ? series(x) : Math.sign(x) * (1 - continuedFraction(Math.abs(x)));
}

/** 1 - erf(x) without the cancellation at large x. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x >= turningPoint) return continuedFraction(x);
  if (x <= -turningPoint) return 2 - continuedFraction(-x);
  // Between 0.5 and the turning point the fraction still converges, only more slowly, and keeps its digits.
  return x > 0.5 ? continuedFraction(x) : 1 - series(x);
}

/** erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1·3·…·(2n+1)) */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) = exp(-x^2)/sqrt(pi) · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), x > 0, evaluated from far inside. */
function continuedFraction(x: number): number {
  let tail = x;
  for (let n = Math.ceil(60 + 300 / (x * x)); n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}
