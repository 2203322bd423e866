// attention_softmax_subgroup
//
//   P[i,j] = exp(scores[i,j]) / sum_j exp(scores[i,j])      log_sum[i] = log(sum_j exp(scores[i,j]))
//   scores[i,j] <- P[i,j] mask[i,j] / keep
//
// within each sequence and head, over the keys j that query i sees; what it does not see becomes 0. mask is 1 with probability keep, else 0, and drawn anew in the backward.
// Source: Vaswani et al. 2017, equation 1; Srivastava et al. 2014.
// Uses: lib/subgroups.wgsl
// Uses: lib/subgroup_reduce.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/attention_mask.wgsl
// Or: lib/workgroup_reduce.wgsl, lib/threefry.wgsl, lib/attention_mask.wgsl
// Shapes: scores [tokens, heads, longest], of which a row holds as many as its sequence has tokens; sequences [tokens];
// offsets [sequences + 1]; statistics [tokens, heads] of (log_sum, 0).
// Dispatch: one workgroup a row, tokens · heads of them folded into two dimensions; LANES lanes, of one subgroup where
// there are such, stride over it. Sums run as a fixed tree: a lane's elements in order, then pairs of lanes.
override LANES: u32 = 8;

const LONGEST = 512u;
const LOWEST = -3e38;

struct Uniforms { tokens: u32, heads: u32, longest: u32, keep: f32, seed: u32, label: u32, step: u32 }
@group(0) @binding(0) var<storage, read> sequences: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= u.tokens * u.heads) { return; }
  let sequence = sequences[row / u.heads];
  let length = offsets[sequence + 1u] - offsets[sequence];
  let query = row / u.heads - offsets[sequence];
  let start = row * u.longest;
  var top = LOWEST;
  for (var j = lane; j < length; j += LANES) { if (sees(query, j)) { top = max(top, scores[start + j]); } }
  top = greatest(lane, top);
  var share = 0.0;
  for (var j = lane; j < length; j += LANES) {
    var power = 0.0;
    if (sees(query, j)) { power = exp(scores[start + j] - top); }
    scores[start + j] = power;
    share += power;
  }
  let sum = total(lane, share);
  for (var j = lane; j < length; j += LANES) {
    var weight = scores[start + j] / sum;
    if (u.keep < 1.0) { weight *= random_keep(u.seed, u.label, u.step, row * LONGEST + j, u.keep) / u.keep; }
    scores[start + j] = weight;
  }
  if (lane == 0u) { statistics[row] = vec2f(top + log(sum), 0.0); }
}
