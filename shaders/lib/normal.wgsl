// lib/normal.wgsl
//
//   normal_cdf(x, bell) = (1 + erf(x / sqrt(2))) / 2,  bell = normal_bell(x) = exp(-x^2 / 2)
//   activation(x) = x · normal_cdf(x), GELU     activation_slope(x) = normal_cdf(x) + x · bell / sqrt(2 pi)
//
// Two polynomials of our own fit (tests/nn/ops/fit.py): about the middle, and of the tail over bell. Largest error
// 7.4e-8 in f32 where exp is correctly rounded. From x = 5.66 on it is 1.

fn normal_bell(x: vec4f) -> vec4f {
  // exp(-80) is the last that is neither zero nor subnormal nor of interest.
  return exp(-min(0.5 * x * x, vec4f(80.0)));
}

fn normal_cdf(x: vec4f, bell: vec4f) -> vec4f {
  let square = x * x;
  let middle = 0.5 + x * (0.398942202 + square * (-0.0664891452 + square * (0.009968495 + square * (-0.00117838511
    + square * (0.000107628352 + square * -6.03574017e-06)))));
  let reach = min(abs(x), vec4f(5.65685425));
  let tail = bell * (0.493063629 + reach * (-0.370598376 + reach * (0.198148668 + reach * (-0.0763108805
    + reach * (0.020516701 + reach * (-0.00362376007 + reach * (0.000375320407 + reach * -1.71864176e-05)))))));
  return select(select(tail, 1.0 - tail, x > vec4f(0.0)), middle, reach < vec4f(1.41421356));
}

fn activation(x: vec4f) -> vec4f {
  return x * normal_cdf(x, normal_bell(x));
}

fn activation_slope(x: vec4f) -> vec4f {
  let bell = normal_bell(x);
  return normal_cdf(x, bell) + 0.398942280 * x * bell;
}
