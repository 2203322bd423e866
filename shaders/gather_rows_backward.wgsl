// gather_rows_backward
//
//   dx[places[i],c] += dout[i,c]
//
// The places differ, so no two invocations ever write one element.
// Source: derivative of gather_rows_forward.
// Shapes: places [rows] u32; dout [rows, cols], dx [entries, cols] f32.
// Dispatch: one workgroup a row of dout, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;

struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> places: array<u32>;
@group(0) @binding(1) var<storage, read> dout: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let place = places[row];
  for (var col = local; col < u.cols; col += WG) { dx[place * u.cols + col] += dout[row * u.cols + col]; }
}
