// lib/workgroup_reduce.wgsl
//
//   total(lane, x) = sum of x over the lanes      greatest(lane, x) = the greatest of them
//
//   Works everywhere. Twin of lib/subgroup_reduce.wgsl, for a workgroup of LANES lanes; every lane gets the result. Sums run
//   over the lanes in order.
//   The kernel behind it declares the override LANES.

var<workgroup> lane_shares: array<f32, LANES>;

fn total(lane: u32, x: f32) -> f32 {
  lane_shares[lane] = x;
  workgroupBarrier();
  var sum = 0.0;
  for (var other = 0u; other < LANES; other++) { sum += lane_shares[other]; }
  workgroupBarrier();
  return sum;
}

fn greatest(lane: u32, x: f32) -> f32 {
  lane_shares[lane] = x;
  workgroupBarrier();
  var most = x;
  for (var other = 0u; other < LANES; other++) { most = max(most, lane_shares[other]); }
  workgroupBarrier();
  return most;
}
