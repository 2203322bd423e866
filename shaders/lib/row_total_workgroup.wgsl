// lib/row_total_workgroup.wgsl
//
//   row_total(turn, x, local) = sum of x over the LANES invocations of a row, the same for all of them
//
//   Works everywhere. Twin of lib/row_total_subgroup.wgsl. For a workgroup of LANES x ROWS invocations, local.y the row;
//   all of them call it, twice at most: turn 0, then turn 1. Sums run over the invocations in order.
//   The kernel behind it declares the overrides LANES and ROWS.

var<workgroup> row_shares: array<f32, 2u * LANES * ROWS>;

fn row_total(turn: u32, x: f32, local: vec3u) -> f32 {
  let row = (turn * ROWS + local.y) * LANES;
  row_shares[row + local.x] = x;
  workgroupBarrier();
  var sum = 0.0;
  for (var lane = 0u; lane < LANES; lane++) { sum += row_shares[row + lane]; }
  return sum;
}
