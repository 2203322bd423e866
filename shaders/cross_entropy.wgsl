// cross_entropy
//
//   loss[b] = log(sum_l exp(logits[b,l] - m[b])) + m[b] - logits[b,labels[b]],  m[b] = max_l logits[b,l]
//   dlogits[b,l] = (exp(logits[b,l] - m[b]) / sum_l exp(logits[b,l] - m[b]) - [l = labels[b]]) / B
//   results[slot·8] = sum_b loss[b] / B,  or += sum_b loss[b] where accumulate
//
// Shapes: logits, dlogits [B, L]; labels [B], class indices as numbers; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th row. Sums run in order of invocation.
override WG: u32 = 64;

struct Uniforms { rows: u32, cols: u32, slot: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> dlogits: array<f32>;
@group(0) @binding(3) var<storage, read_write> results: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

fn row_loss(row: u32) -> f32 {
  let start = row * u.cols;
  var highest = logits[start];
  for (var col = 1u; col < u.cols; col++) { highest = max(highest, logits[start + col]); }
  var sum = 0.0;
  for (var col = 0u; col < u.cols; col++) { sum += exp(logits[start + col] - highest); }
  let label = u32(labels[row]);
  for (var col = 0u; col < u.cols; col++) {
    let probability = exp(logits[start + col] - highest) / sum;
    dlogits[start + col] = (probability - select(0.0, 1.0, col == label)) / f32(u.rows);
  }
  return log(sum) + (highest - logits[start + label]);
}

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var row = local; row < u.rows; row += WG) { share += row_loss(row); }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var loss = 0.0;
  for (var lane = 0u; lane < WG; lane++) { loss += shares[lane]; }
  if (u.accumulate == 1u) {
    results[u.slot * 8u] += loss;
  } else {
    results[u.slot * 8u] = loss / f32(u.rows);
  }
}
