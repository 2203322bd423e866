// lib/gelu_tanh.wgsl
//
//   activation(x) = x/2 · (1 + tanh(z/2)) = x / (1 + exp(-z)),  z = 2 sqrt(2/pi) · (x + 0.044715 x^3)
//   activation_slope(x) = s + x · z' · s · (1 - s),  s = 1 / (1 + exp(-z)),  z' = 2 sqrt(2/pi) · (1 + 0.134145 x^2)
//
// GELU's approximation by tanh. From |x| = 9 on s is 0 or 1, and exp would overflow further out.
// Source: Hendrycks and Gimpel 2016, section 2.

fn tanh_odds(x: vec4f) -> vec4f {
  return exp(-x * (1.59576912 + 0.0713548163 * x * x));
}

fn activation(x: vec4f) -> vec4f {
  return x / (1.0 + tanh_odds(clamp(x, vec4f(-9.0), vec4f(9.0))));
}

fn activation_slope(x: vec4f) -> vec4f {
  let at = clamp(x, vec4f(-9.0), vec4f(9.0));
  let odds = tanh_odds(at);
  let share = 1.0 / (1.0 + odds);
  return share + at * (1.59576912 + 0.214064449 * at * at) * (odds * share) * share;
}
