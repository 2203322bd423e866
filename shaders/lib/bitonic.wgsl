// lib/bitonic.wgsl
//
//   quad_places(index, log_span, mirrored) -> four places     quad_sorted(keys, mirrored, both) -> their keys in order
//
// A stage of the bitonic sort joins two sorted halves of a run of 2^log_span keys: first each key meets its mirror image
// in the other half, then distances are halved. A quad is four places that two such layers compare among themselves, so
// that one visit does both. Every comparator moves the smaller key to the lower place; a key that stands for infinity
// behind the last one would stay there, which is why any count of keys is sorted without padding.
// Source: Batcher 1968, in the form whose comparators all point the same way.

// Places of quad `index`, ascending, in runs of 2^log_span keys; log_span is at least 2.
fn quad_places(index: u32, log_span: u32, mirrored: bool) -> vec4u {
  let quarter = 1u << (log_span - 2u);
  let offset = index & (quarter - 1u);
  let first = ((index >> (log_span - 2u)) << log_span) + offset;
  let last = first + 4u * quarter - 1u - 2u * offset;
  let third = select(first + 2u * quarter, last - quarter, mirrored);
  return vec4u(first, first + quarter, third, select(third + quarter, last, mirrored));
}

// Layer one compares places 1-3 and 2-4, or 1-4 and 2-3 where mirrored; layer two, where `both`, 1-2 and 3-4.
fn quad_sorted(keys: vec4u, mirrored: bool, both: bool) -> vec4u {
  let facing = select(keys.zw, keys.wz, mirrored);
  let lower = min(keys.xy, facing);
  let larger = max(keys.xy, facing);
  let upper = select(larger, larger.yx, mirrored);
  let halved = vec4u(min(lower.x, lower.y), max(lower.x, lower.y), min(upper.x, upper.y), max(upper.x, upper.y));
  return select(vec4u(lower, upper), halved, both);
}
