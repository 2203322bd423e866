// mean_squared_error
//
//   loss[b] = (predictions[b] - targets[b])^2          dpredictions[b] = 2 (predictions[b] - targets[b]) / B
//   results[slot·8] = sum_b loss[b] / B,  or += sum_b loss[b] where accumulate
//
// Shapes: predictions, dpredictions [B, 1]; targets [B]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, slot: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> predictions: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read_write> dpredictions: array<f32>;
@group(0) @binding(3) var<storage, read_write> results: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var row = local; row < u.rows; row += WG) {
    let difference = predictions[row] - targets[row];
    dpredictions[row] = 2.0 * difference / f32(u.rows);
    share += difference * difference;
  }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var loss = 0.0;
  for (var lane = 0u; lane < WG; lane++) { loss += shares[lane]; }
  if (u.accumulate == 1u) {
    results[u.slot * 8u] += loss;
  } else {
    results[u.slot * 8u] = loss / f32(u.rows);
  }
}
