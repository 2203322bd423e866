// symmetric_bernoulli_kl
//
//   p = sigmoid(first[b,l]), q = sigmoid(second[b,l]), d = first[b,l] - second[b,l]
//   KL(p|q) + KL(q|p) = (p - q) d, of the two answers, yes and no, of each label
//   results[slot·8] = first_share · results[slot·8] + second_share · other[0] + weight / (B L) · sum_bl (p - q) d
//   dfirst  = first_share · dfirst   + weight / (B L) · (p (1 - p) d + p - q)
//   dsecond = second_share · dsecond - weight / (B L) · (q (1 - q) d + p - q)
//
// The place of symmetric_kl where every label is answered for itself. On entry results[slot·8], other[0], dfirst and
// dsecond hold the task's loss of either pass and its gradients.
// Shapes: first, second, dfirst, dsecond [B, L]; other [1, 8]; results [slots, 8]; all f32.
// Dispatch: one workgroup; an invocation takes every WG-th element. Sums run in order of invocation.
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

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  let scale = u.weight / f32(u.rows * u.cols);
  var share = 0.0;
  for (var index = local; index < u.rows * u.cols; index += WG) {
    let x = vec2f(first[index], second[index]);
    let e = exp(-abs(x));
    let on = select(e, vec2f(1.0), x >= vec2f(0.0)) / (1.0 + e);
    let slope = e / ((1.0 + e) * (1.0 + e));
    let apart = x.x - x.y;
    dfirst[index] = u.first_share * dfirst[index] + scale * (slope.x * apart + (on.x - on.y));
    dsecond[index] = u.second_share * dsecond[index] - scale * (slope.y * apart + (on.x - on.y));
    share += (on.x - on.y) * apart;
  }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let task = u.first_share * results[u.slot * 8u] + u.second_share * other[0];
  results[u.slot * 8u] = task + scale * sum;
}
