// layernorm_param_partial
//
//   dgamma[b,c] = sum of dy[r,c] · (sum[r,c] - mean[r]) · rstd[r],  dbeta[b,c] = sum of dy[r,c]
//
// over the rows r of block b: STRIP of them, in order.
// Source: derivative of layernorm_forward; column_sum_total adds the blocks.
// Uses: lib/real_f32.wgsl
// Shapes: dy, sum [rows, cols] of real; stats [rows, 2] of mean and rstd, dgamma, dbeta [blocks, cols], f32.
// Dispatch: one workgroup for WG columns of one block, folded into two dimensions; one invocation a column.
override WG: u32 = 64;
override STRIP: u32 = 32;

struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> dy: array<real>;
@group(0) @binding(1) var<storage, read> sum: array<real>;
@group(0) @binding(2) var<storage, read> stats: array<f32>;
@group(0) @binding(3) var<storage, read_write> dgamma: array<f32>;
@group(0) @binding(4) var<storage, read_write> dbeta: array<f32>;
@group(0) @binding(5) var<uniform> u: Uniforms;

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
  if (block * STRIP >= u.rows) { return; }
  // Columns beyond the end repeat the last one: while all invocations go on, a CPU reads a row's statistics once for all.
  let inside = min(col, u.cols - 1u);
  let end = min(block * STRIP + STRIP, u.rows);
  var scaled = 0.0;
  var plain = 0.0;
  for (var row = block * STRIP; row < end; row++) {
    let place = row * u.cols + inside;
    scaled += f32(dy[place]) * ((f32(sum[place]) - stats[row * 2u]) * stats[row * 2u + 1u]);
    plain += f32(dy[place]);
  }
  if (col >= u.cols) { return; }
  dgamma[block * u.cols + col] = scaled;
  dbeta[block * u.cols + col] = plain;
}
