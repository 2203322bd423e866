// column_sum_partial
//
//   partials[b,c] = sum of x[r,c] over the rows r of block b: STRIP of them, in order
//
// Shapes: x [rows, cols]; partials [blocks, cols], blocks = ceil(rows / STRIP); all f32.
// Dispatch: one workgroup for WG columns of one block, folded into two dimensions; one invocation a column.
override WG: u32 = 64;
override STRIP: u32 = 32;

struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = wid.y * groups.x + wid.x;
  let across = (u.cols + WG - 1u) / WG;
  let block = group / across;
  let col = (group % across) * WG + local;
  if (block * STRIP >= u.rows || col >= u.cols) { return; }
  let end = min(block * STRIP + STRIP, u.rows);
  var sum = 0.0;
  for (var row = block * STRIP; row < end; row++) { sum += x[row * u.cols + col]; }
  partials[block * u.cols + col] = sum;
}
