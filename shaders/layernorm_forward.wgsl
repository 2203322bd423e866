// layernorm_forward
//
//   sum[r,c] = x[r,c]  (· keep[r,c] / keep_share under DROPOUT)  (+ residual[r,c] where residual)
//   mean[r] = sum_c sum[r,c] / C          rstd[r] = 1 / sqrt(sum_c (sum[r,c] - mean[r])^2 / C + epsilon)
//   y[r,c] = gamma[c] · (sum[r,c] - mean[r]) · rstd[r] + beta[c]
//
// keep is 1 with probability keep_share, else 0, drawn for element r·C + c. sum, mean and rstd are kept for
// layernorm_backward; mean and rstd are those of the sums as they are stored.
// Source: Ba et al. 2016.
// Uses: lib/real_f32.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/row_total_workgroup.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/threefry.wgsl, lib/row_total_subgroup.wgsl
// Shapes: x, residual, sum, y [rows, cols] of real; gamma, beta [cols], stats [rows, 2] of mean and rstd, f32.
// Dispatch: one workgroup for ROWS rows, folded into two dimensions; LANES invocations stride over a row's columns.
// Sums run as a fixed tree: an invocation's columns in order, then the row's invocations as row_total adds them.
override LANES: u32 = 8;
override ROWS: u32 = 8;
// An override, because some software adapters work through both sides of a branch on a uniform.
override DROPOUT: bool = false;

struct Uniforms {
  rows: u32,
  cols: u32,
  residual: u32,
  epsilon: f32,
  keep_share: f32,
  seed: u32,
  label: u32,
  step: u32,
}
@group(0) @binding(0) var<storage, read> x: array<real>;
@group(0) @binding(1) var<storage, read> residual: array<real>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<real>;
@group(0) @binding(5) var<storage, read_write> stats: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<real>;
@group(0) @binding(7) var<uniform> u: Uniforms;

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
  var share = 0.0;
  for (var col = local.x; col < end; col += LANES) {
    let place = start + col;
    var value = f32(x[place]);
    if (DROPOUT) {
      value *= random_keep(u.seed, u.label, u.step, place, u.keep_share) / u.keep_share;
    }
    if (u.residual == 1u) { value += f32(residual[place]); }
    let stored = to_real(value);
    sum[place] = stored;
    share += f32(stored);
  }
  let mean = row_total(0u, share, local) / f32(u.cols);
  share = 0.0;
  for (var col = local.x; col < end; col += LANES) {
    let centred = f32(sum[start + col]) - mean;
    share += centred * centred;
  }
  let variance = row_total(1u, share, local);
  let rstd = 1.0 / sqrt(variance / f32(u.cols) + u.epsilon);
  for (var col = local.x; col < end; col += LANES) {
    y[start + col] = to_real(gamma[col] * ((f32(sum[start + col]) - mean) * rstd) + beta[col]);
  }
  if (local.x == 0u && row < u.rows) {
    stats[row * 2u] = mean;
    stats[row * 2u + 1u] = rstd;
  }
}
