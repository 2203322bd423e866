// layernorm_backward
//
//   z[r,c] = (sum[r,c] - mean[r]) · rstd[r]          d[r,c] = gamma[c] · dy[r,c]
//   dsum[r,c] = rstd[r] · (d[r,c] - sum_c d[r,c] / C - z[r,c] · sum_c (d[r,c] · z[r,c]) / C)
//
// In place: dsum takes the place of dy.
// Source: derivative of layernorm_forward.
// Uses: lib/real_f32.wgsl
// Uses: lib/row_total_workgroup.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/row_total_subgroup.wgsl
// Shapes: sum, dy [rows, cols] of real; stats [rows, 2] of mean and rstd, gamma [cols], f32.
// Dispatch: one workgroup for ROWS rows, folded into two dimensions; LANES invocations stride over a row's columns.
// Sums run as a fixed tree: an invocation's columns in order, then the row's invocations as row_total adds them.
override LANES: u32 = 8;
override ROWS: u32 = 8;

struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> sum: array<real>;
@group(0) @binding(1) var<storage, read> stats: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read_write> dy: array<real>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES, ROWS)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let row = (wid.y * groups.x + wid.x) * ROWS + local.y;
  let start = row * u.cols;
  // Rows past the last have no columns, but their invocations meet the others in row_total.
  let end = select(0u, u.cols, row < u.rows);
  let mean = stats[row * 2u];
  let rstd = stats[row * 2u + 1u];
  var share = vec2f();
  for (var col = local.x; col < end; col += LANES) {
    let d = gamma[col] * f32(dy[start + col]);
    share += vec2f(d, d * ((f32(sum[start + col]) - mean) * rstd));
  }
  let means = vec2f(row_total(0u, share.x, local), row_total(1u, share.y, local)) / f32(u.cols);
  for (var col = local.x; col < end; col += LANES) {
    let z = (f32(sum[start + col]) - mean) * rstd;
    dy[start + col] = to_real(rstd * (gamma[col] * f32(dy[start + col]) - means.x - z * means.y));
  }
}
