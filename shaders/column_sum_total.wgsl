// column_sum_total
//
//   out[c] = sum_b partials[b,c], in order  (+ out[c] where accumulate)
//
// Shapes: partials [blocks, cols]; out [cols]; all f32.
// Dispatch: ceil(cols / WG) workgroups, folded into two dimensions; one invocation a column.
override WG: u32 = 64;

struct Uniforms { blocks: u32, cols: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let col = (wid.y * groups.x + wid.x) * WG + local;
  if (col >= u.cols) { return; }
  var sum = 0.0;
  for (var block = 0u; block < u.blocks; block++) { sum += partials[block * u.cols + col]; }
  if (u.accumulate == 1u) { sum += out[col]; }
  out[col] = sum;
}
