// layernorm_forward
//
//   sum[r,c] = x[r,c] · keep[r,c] / keep_share  (+ residual[r,c] where residual)
//   mean[r] = sum_c sum[r,c] / C          rstd[r] = 1 / sqrt(sum_c (sum[r,c] - mean[r])^2 / C + epsilon)
//   y[r,c] = gamma[c] · (sum[r,c] - mean[r]) · rstd[r] + beta[c]
//
// keep is 1 with probability keep_share, else 0, drawn for element r·C + c. sum, mean and rstd are kept for
// layernorm_backward.
// Source: Ba et al. 2016.
// Uses: lib/threefry.wgsl
// Shapes: x, residual, sum, y [rows, cols]; gamma, beta [cols]; stats [rows, 2] of mean and rstd; all f32.
// Dispatch: one workgroup a row, folded into two dimensions; WG invocations stride over the columns. Sums run as a
// fixed tree: an invocation's columns in order, then the invocations in order.
override WG: u32 = 32;

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
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> residual: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<f32>;
@group(0) @binding(5) var<storage, read_write> stats: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

fn total(local: u32, share: f32) -> f32 {
  workgroupBarrier();
  shares[local] = share;
  workgroupBarrier();
  var all = 0.0;
  for (var lane = 0u; lane < WG; lane++) { all += shares[lane]; }
  return all;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let start = row * u.cols;
  var share = 0.0;
  for (var col = local; col < u.cols; col += WG) {
    let place = start + col;
    var value = x[place];
    if (u.keep_share < 1.0) {
      value *= random_keep(u.seed, u.label, u.step, place, u.keep_share) / u.keep_share;
    }
    if (u.residual == 1u) { value += residual[place]; }
    sum[place] = value;
    share += value;
  }
  let mean = total(local, share) / f32(u.cols);
  share = 0.0;
  for (var col = local; col < u.cols; col += WG) {
    let centred = sum[start + col] - mean;
    share += centred * centred;
  }
  let rstd = 1.0 / sqrt(total(local, share) / f32(u.cols) + u.epsilon);
  for (var col = local; col < u.cols; col += WG) {
    y[start + col] = gamma[col] * ((sum[start + col] - mean) * rstd) + beta[col];
  }
  if (local == 0u) {
    stats[row * 2u] = mean;
    stats[row * 2u + 1u] = rstd;
  }
}
