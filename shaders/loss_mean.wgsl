// loss_mean
//
//   results[slot,column] = sum_r losses[r,0] / rows            results[slot,column+1] = sum_r losses[r,1] / rows
//   or += the sums themselves where accumulate
//
// Shapes: losses [rows, 2], results [slots, 8]; f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, slot: u32, column: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> losses: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> shares: array<vec2f, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = vec2f();
  for (var row = local; row < u.rows; row += WG) { share += losses[row]; }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = vec2f();
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let place = u.slot * 8u + u.column;
  if (u.accumulate == 1u) {
    results[place] += sum.x;
    results[place + 1u] += sum.y;
  } else {
    results[place] = sum.x / f32(u.rows);
    results[place + 1u] = sum.y / f32(u.rows);
  }
}
