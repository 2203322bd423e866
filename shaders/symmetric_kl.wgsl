// symmetric_kl
//
//   p = softmax(first[b]), q = softmax(second[b])     KL(p|q) = sum_l p[l] (log p[l] - log q[l])
//   results[slot·8] = first_share · results[slot·8] + second_share · other[0] + weight / B · sum_b (KL(p|q) + KL(q|p))
//   dfirst  = first_share · dfirst   + weight / B · (p (log p - log q - KL(p|q)) + p - q)
//   dsecond = second_share · dsecond + weight / B · (q (log q - log p - KL(q|p)) + q - p)
//
// On entry results[slot·8], other[0], dfirst and dsecond hold the task's loss of either pass and its gradients.
// Source: Wu et al. 2021, R-Drop, equation 4; Aghajanyan et al. 2021, R3F, equation 5.
// Shapes: first, second, dfirst, dsecond [B, L]; other [1, 8]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, cols: u32, slot: u32, first_share: f32, second_share: f32, weight: f32 }
@group(0) @binding(0) var<storage, read> first: array<f32>;
@group(0) @binding(1) var<storage, read> second: array<f32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read_write> dfirst: array<f32>;
@group(0) @binding(4) var<storage, read_write> dsecond: array<f32>;
@group(0) @binding(5) var<storage, read_write> results: array<f32>;
@group(0) @binding(6) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

fn row_divergence(row: u32) -> f32 {
  let start = row * u.cols;
  var highest = vec2f(first[start], second[start]);
  for (var l = 1u; l < u.cols; l++) { highest = max(highest, vec2f(first[start + l], second[start + l])); }
  var sum = vec2f(0.0);
  for (var l = 0u; l < u.cols; l++) { sum += exp(vec2f(first[start + l], second[start + l]) - highest); }
  let base = highest + log(sum);
  var divergence = vec2f(0.0);
  for (var l = 0u; l < u.cols; l++) {
    let logs = vec2f(first[start + l], second[start + l]) - base;
    divergence += exp(logs) * (logs - logs.yx);
  }
  for (var l = 0u; l < u.cols; l++) {
    let logs = vec2f(first[start + l], second[start + l]) - base;
    let share = exp(logs);
    let slope = u.weight / f32(u.rows) * (share * (logs - logs.yx - divergence) + (share - share.yx));
    dfirst[start + l] = u.first_share * dfirst[start + l] + slope.x;
    dsecond[start + l] = u.second_share * dsecond[start + l] + slope.y;
  }
  return divergence.x + divergence.y;
}

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var row = local; row < u.rows; row += WG) { share += row_divergence(row); }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let task = u.first_share * results[u.slot * 8u] + u.second_share * other[0];
  results[u.slot * 8u] = task + u.weight * sum / f32(u.rows);
}
