// binary_cross_entropy
//
//   loss[b,l] = (1 - y) softplus(x) + pos_weights[l] y softplus(-x),     x = logits[b,l], y = labels[b,l], 0 or 1
//   dlogits[b,l] = ((1 - y) sigmoid(x) - pos_weights[l] y sigmoid(-x)) / (B L)
//   results[slot·8] = sum_bl loss[b,l] / (B L),  or += sum_bl loss[b,l] / L where accumulate
//
// softplus(x) = log(1 + e^x). Source: torch.nn.BCEWithLogitsLoss with pos_weight.
// Shapes: logits, labels, dlogits [B, L]; pos_weights [L]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th element. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, cols: u32, slot: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read> pos_weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;
@group(0) @binding(4) var<storage, read_write> results: array<f32>;
@group(0) @binding(5) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

// log(1 + e) of e in [0, 1]: where 1 + e would round e away, its series.
fn log_one_plus(e: f32) -> f32 {
  if (e < 1e-3) { return e * (1.0 - e * (0.5 - e / 3.0)); }
  return log(1.0 + e);
}

fn element_loss(index: u32) -> f32 {
  let x = logits[index];
  let y = labels[index];
  let weight = pos_weights[index % u.cols];
  let e = exp(-abs(x));
  let rest = log_one_plus(e);
  let on = select(e, 1.0, x >= 0.0) / (1.0 + e);
  let off = select(1.0, e, x >= 0.0) / (1.0 + e);
  dlogits[index] = ((1.0 - y) * on - weight * y * off) / f32(u.rows * u.cols);
  return (1.0 - y) * (max(x, 0.0) + rest) + weight * y * (max(-x, 0.0) + rest);
}

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var index = local; index < u.rows * u.cols; index += WG) { share += element_loss(index); }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var loss = 0.0;
  for (var lane = 0u; lane < WG; lane++) { loss += shares[lane]; }
  loss /= f32(u.cols);
  if (u.accumulate == 1u) {
    results[u.slot * 8u] += loss;
  } else {
    results[u.slot * 8u] = loss / f32(u.rows);
  }
}
