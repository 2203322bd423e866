// lib/silu.wgsl
//
//   activation(x) = x · s        activation_slope(x) = s + x · s · (1 - s),  s = 1 / (1 + exp(-x))
//
// From |x| = 80 on s is 0 or 1, and exp would overflow further out.
// Source: Hendrycks and Gimpel 2016, section 2; Elfwing, Uchibe and Doya 2018.

fn activation(x: vec4f) -> vec4f {
  return x / (1.0 + exp(-clamp(x, vec4f(-80.0), vec4f(80.0))));
}

fn activation_slope(x: vec4f) -> vec4f {
  let at = clamp(x, vec4f(-80.0), vec4f(80.0));
  let odds = exp(-at);
  let share = 1.0 / (1.0 + odds);
  return share + at * (odds * share) * share;
}
