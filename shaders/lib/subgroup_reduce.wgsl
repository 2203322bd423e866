// lib/subgroup_reduce.wgsl
//
//   total(lane, x) = sum of x over the lanes      greatest(lane, x) = the greatest of them
//
//   For a workgroup that is LANES lanes, 4, 8, 16 or 32, of one subgroup; every lane gets the result. Sums run as a fixed
//   tree: pairs of neighbours, pairs of those, …; a subgroupAdd may take another order on another driver.
//   The kernel behind it declares the override LANES.

fn total(lane: u32, x: f32) -> f32 {
  var sum = x;
  sum += subgroupShuffleXor(sum, 1u);
  sum += subgroupShuffleXor(sum, 2u);
  if (LANES > 4u) { sum += subgroupShuffleXor(sum, 4u); }
  if (LANES > 8u) { sum += subgroupShuffleXor(sum, 8u); }
  if (LANES > 16u) { sum += subgroupShuffleXor(sum, 16u); }
  return sum;
}

fn greatest(lane: u32, x: f32) -> f32 {
  var most = x;
  most = max(most, subgroupShuffleXor(most, 1u));
  most = max(most, subgroupShuffleXor(most, 2u));
  if (LANES > 4u) { most = max(most, subgroupShuffleXor(most, 4u)); }
  if (LANES > 8u) { most = max(most, subgroupShuffleXor(most, 8u)); }
  if (LANES > 16u) { most = max(most, subgroupShuffleXor(most, 16u)); }
  return most;
}
