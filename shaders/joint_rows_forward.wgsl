// joint_rows_forward
//
//   rows[h size + d,c] = joint[(h parts + part) size + d,c]
//
// One of the matrices that lie in one, whose rows are grouped by head: of head h those of every part in turn.
// Source: Hugging Face's DisentangledSelfAttention of DeBERTa, in_proj.
// Shapes: joint [heads · parts · size, cols], rows [heads · size, cols] f32.
// Dispatch: one workgroup a row of `rows`, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;

struct Uniforms { rows: u32, cols: u32, size: u32, parts: u32, part: u32 }
@group(0) @binding(0) var<storage, read> joint: array<f32>;
@group(0) @binding(1) var<storage, read_write> rows: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let source = (row / u.size * u.parts + u.part) * u.size + row % u.size;
  for (var col = local; col < u.cols; col += WG) { rows[row * u.cols + col] = joint[source * u.cols + col]; }
}
