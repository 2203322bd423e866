// lib/relu.wgsl
//
//   activation(x) = max(x, 0); a NaN is handed on        activation_slope(x) = 1 where x > 0, else 0
//
// Source: Nair and Hinton 2010; the slope at 0 as in PyTorch.

fn activation(x: vec4f) -> vec4f {
  return select(x, vec4f(0.0), x < vec4f(0.0));
}

fn activation_slope(x: vec4f) -> vec4f {
  return select(vec4f(1.0), vec4f(0.0), x <= vec4f(0.0));
}
