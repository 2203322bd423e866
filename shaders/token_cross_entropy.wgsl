// token_cross_entropy
//
//   losses[r,0] = log(sum_c exp(x[r,c] - m[r])) + m[r] - x[r,labels[r]],  m[r] = max_c x[r,c]
//   losses[r,1] = 1 where x[r,labels[r]] = m[r], else 0
//   x[r,c] <- scale · (exp(x[r,c] - m[r]) / sum_c exp(x[r,c] - m[r]) - [c = labels[r]])
//
// In place: the gradient by the logits takes the place of the logits, which for a vocabulary are the largest of all.
// Shapes: labels [rows] u32; x [rows, cols], losses [rows, 2] f32.
// Dispatch: one workgroup a row, folded into two dimensions; WG invocations stride over the columns. Sums run as a fixed
// tree: an invocation's columns in order, then the invocations in order.
override WG: u32 = 32;

struct Uniforms { rows: u32, cols: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> labels: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> losses: array<vec2f>;
@group(0) @binding(3) var<uniform> u: Uniforms;

var<workgroup> highs: array<f32, WG>;
var<workgroup> shares: array<f32, WG>;
var<workgroup> wanted: f32;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let start = row * u.cols;
  let label = labels[row];
  // An invocation without a column repeats the last one.
  var highest = x[start + min(local, u.cols - 1u)];
  for (var col = local + WG; col < u.cols; col += WG) { highest = max(highest, x[start + col]); }
  highs[local] = highest;
  if (local == label % WG) { wanted = x[start + label]; }
  workgroupBarrier();
  for (var lane = 0u; lane < WG; lane++) { highest = max(highest, highs[lane]); }
  var share = 0.0;
  for (var col = local; col < u.cols; col += WG) {
    let value = exp(x[start + col] - highest);
    x[start + col] = value;
    share += value;
  }
  shares[local] = share;
  workgroupBarrier();
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let factor = u.scale / sum;
  for (var col = local; col < u.cols; col += WG) { x[start + col] *= factor; }
  if (local == label % WG) {
    x[start + label] -= u.scale;
    losses[row] = vec2f(log(sum) + (highest - wanted), select(0.0, 1.0, wanted == highest));
  }
}
