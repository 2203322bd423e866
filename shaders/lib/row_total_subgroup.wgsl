// lib/row_total_subgroup.wgsl
//
//   row_total(turn, x, local) = sum of x over the LANES invocations of a row, the same for all of them
//
//   Twin of lib/row_total_workgroup.wgsl without workgroup memory and barriers: a row is LANES neighbours, 4 or 8, in a
//   subgroup of at least as many. Sums run as a fixed tree: pairs of neighbours, pairs of those, …
//   The kernel behind it declares the override LANES.

fn row_total(turn: u32, x: f32, local: vec3u) -> f32 {
  var sum = x;
  sum += subgroupShuffleXor(sum, 1u);
  sum += subgroupShuffleXor(sum, 2u);
  if (LANES > 4u) { sum += subgroupShuffleXor(sum, 4u); }
  return sum;
}
