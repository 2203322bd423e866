// weighted_cross_entropy
//
//   w[b] = weights[labels[b]],  W = sum_b w[b]
//   loss[b] = log(sum_l exp(logits[b,l] - m[b])) + m[b] - logits[b,labels[b]],  m[b] = max_l logits[b,l]
//   dlogits[b,l] = w[b] / W · (exp(logits[b,l] - m[b]) / sum_l exp(logits[b,l] - m[b]) - [l = labels[b]])
//   results[slot·8] = sum_b w[b] loss[b] / W
//
// Source: torch.nn.CrossEntropyLoss with weight, whose mean is a weighted one.
// Shapes: logits, dlogits [B, L]; labels [B], class indices as numbers; weights [L]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, cols: u32, slot: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;
@group(0) @binding(4) var<storage, read_write> results: array<f32>;
@group(0) @binding(5) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

fn row_loss(row: u32, total: f32) -> f32 {
  let start = row * u.cols;
  var highest = logits[start];
  for (var col = 1u; col < u.cols; col++) { highest = max(highest, logits[start + col]); }
  var sum = 0.0;
  for (var col = 0u; col < u.cols; col++) { sum += exp(logits[start + col] - highest); }
  let label = u32(labels[row]);
  let share = weights[label] / total;
  for (var col = 0u; col < u.cols; col++) {
    let probability = exp(logits[start + col] - highest) / sum;
    dlogits[start + col] = share * (probability - select(0.0, 1.0, col == label));
  }
  return share * (log(sum) + (highest - logits[start + label]));
}

fn sum_of_shares() -> f32 {
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  return sum;
}

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var weight = 0.0;
  for (var row = local; row < u.rows; row += WG) { weight += weights[u32(labels[row])]; }
  shares[local] = weight;
  workgroupBarrier();
  let total = sum_of_shares();
  workgroupBarrier();
  var share = 0.0;
  for (var row = local; row < u.rows; row += WG) { share += row_loss(row, total); }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  results[u.slot * 8u] = sum_of_shares();
}
