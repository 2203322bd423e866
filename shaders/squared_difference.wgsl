// squared_difference
//
//   results[slot·8] = first_share · results[slot·8] + second_share · other[0] + weight / B · sum_b 2 (first[b] - second[b])^2
//   dfirst  = first_share · dfirst   + weight / B · 4 (first[b] - second[b])
//   dsecond = second_share · dsecond - weight / B · 4 (first[b] - second[b])
//
// The regression's place of symmetric_kl: the square counts once in either direction. On entry results[slot·8],
// other[0], dfirst and dsecond hold the task's loss of either pass and its gradients.
// Shapes: first, second, dfirst, dsecond [B, 1]; other [1, 8]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, slot: u32, first_share: f32, second_share: f32, weight: f32 }
@group(0) @binding(0) var<storage, read> first: array<f32>;
@group(0) @binding(1) var<storage, read> second: array<f32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read_write> dfirst: array<f32>;
@group(0) @binding(4) var<storage, read_write> dsecond: array<f32>;
@group(0) @binding(5) var<storage, read_write> results: array<f32>;
@group(0) @binding(6) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var row = local; row < u.rows; row += WG) {
    let difference = first[row] - second[row];
    let slope = u.weight / f32(u.rows) * 4.0 * difference;
    dfirst[row] = u.first_share * dfirst[row] + slope;
    dsecond[row] = u.second_share * dsecond[row] - slope;
    share += 2.0 * difference * difference;
  }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let task = u.first_share * results[u.slot * 8u] + u.second_share * other[0];
  results[u.slot * 8u] = task + u.weight * sum / f32(u.rows);
}
