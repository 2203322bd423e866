// lib/threefry.wgsl
//
//   random_words(seed, label, step, element) -> vec2u     random_bits(...) -> its first word
//   random_keep(..., keep_share) -> 1.0 or 0.0
//
// Counter-based: a draw is a function of its four arguments alone, so a mask is computed again in the backward instead
// of being stored. The CPU twin is src/core/rng.ts; both give the same bits.
// Source: Salmon et al. 2011, Threefry-2x32 with 20 rounds; key (seed, label), counter (element, step).

fn threefry_quarter(state: vec2u, rotations: vec4u) -> vec2u {
  var x = state.x;
  var y = state.y;
  x += y;
  y = ((y << rotations.x) | (y >> (32u - rotations.x))) ^ x;
  x += y;
  y = ((y << rotations.y) | (y >> (32u - rotations.y))) ^ x;
  x += y;
  y = ((y << rotations.z) | (y >> (32u - rotations.z))) ^ x;
  x += y;
  y = ((y << rotations.w) | (y >> (32u - rotations.w))) ^ x;
  return vec2u(x, y);
}

fn random_words(seed: u32, label: u32, step: u32, element: u32) -> vec2u {
  const even = vec4u(13u, 15u, 26u, 6u);
  const odd = vec4u(17u, 29u, 16u, 24u);
  let third = 0x1bd11bdau ^ seed ^ label;
  var state = vec2u(element + seed, step + label);
  state = threefry_quarter(state, even) + vec2u(label, third + 1u);
  state = threefry_quarter(state, odd) + vec2u(third, seed + 2u);
  state = threefry_quarter(state, even) + vec2u(seed, label + 3u);
  state = threefry_quarter(state, odd) + vec2u(label, third + 4u);
  return threefry_quarter(state, even) + vec2u(third, seed + 5u);
}

fn random_bits(seed: u32, label: u32, step: u32, element: u32) -> u32 {
  return random_words(seed, label, step, element).x;
}

// 1 with probability keep_share, else 0; the draw has 24 bits.
fn random_keep(seed: u32, label: u32, step: u32, element: u32, keep_share: f32) -> f32 {
  let uniform_draw = f32(random_bits(seed, label, step, element) >> 8u) * 0x1p-24;
  return select(0.0, 1.0, uniform_draw < keep_share);
}

// random_keep of four elements from `first` on.
fn random_keep_four(seed: u32, label: u32, step: u32, first: u32, keep_share: f32) -> vec4f {
  return vec4f(
    random_keep(seed, label, step, first, keep_share),
    random_keep(seed, label, step, first + 1u, keep_share),
    random_keep(seed, label, step, first + 2u, keep_share),
    random_keep(seed, label, step, first + 3u, keep_share),
  );
}
