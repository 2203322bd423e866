// joint_rows_backward
//
//   djoint[(h parts + part) size + d,c] = drows[h size + d,c]  (+ djoint[...] where accumulate)
//
// Source: derivative of joint_rows_forward for one part; the others stay as they are.
// Shapes: drows [heads · size, cols], djoint [heads · parts · size, cols] f32.
// Dispatch: one workgroup a row of drows, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;

struct Uniforms { rows: u32, cols: u32, size: u32, parts: u32, part: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> drows: array<f32>;
@group(0) @binding(1) var<storage, read_write> djoint: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let target_row = (row / u.size * u.parts + u.part) * u.size + row % u.size;
  for (var col = local; col < u.cols; col += WG) {
    let place = target_row * u.cols + col;
    var sum = drows[row * u.cols + col];
    if (u.accumulate == 1u) { sum += djoint[place]; }
    djoint[place] = sum;
  }
}
