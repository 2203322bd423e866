// attention_softmax_backward_subgroup
//
//   P[i,j] = exp(scores[i,j] - log_sum[i])      dP[i,j] = mask[i,j] / keep dweights[i,j]
//   delta[i] = dout[i]·out[i] = sum_j P[i,j] dP[i,j]
//   scores[i,j] <- P[i,j] mask[i,j] / keep      dweights[i,j] <- scale P[i,j] (dP[i,j] - delta[i])
//
// within each sequence and head, over the keys j that query i sees, and 0 elsewhere: what the gradients of values, and of queries and keys, are mixed from.
// Source: derivative of attention_softmax_subgroup; delta as in Dao et al. 2022, appendix B.
// Uses: lib/subgroups.wgsl
// Uses: lib/real_f32.wgsl
// Uses: lib/subgroup_reduce.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/attention_mask.wgsl
// Or: lib/real_f32.wgsl, lib/workgroup_reduce.wgsl, lib/threefry.wgsl, lib/attention_mask.wgsl
// Shapes: out, dout [tokens, heads, size] of real; scores, dweights [tokens, heads, longest], of which a row holds as many as its
// sequence has tokens; sequences [tokens]; offsets [sequences + 1]; statistics [tokens, heads] of (log_sum, 0).
// Dispatch: as attention_softmax_subgroup.
override LANES: u32 = 8;

const LONGEST = 512u;

struct Uniforms {
  tokens: u32,
  heads: u32,
  size: u32,
  longest: u32,
  scale: f32,
  keep: f32,
  seed: u32,
  label: u32,
  step: u32,
}
@group(0) @binding(0) var<storage, read> sequences: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(3) var<storage, read> out: array<real>;
@group(0) @binding(4) var<storage, read> dout: array<real>;
@group(0) @binding(5) var<storage, read_write> scores: array<f32>;
@group(0) @binding(6) var<storage, read_write> dweights: array<f32>;
@group(0) @binding(7) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= u.tokens * u.heads) { return; }
  var share = 0.0;
  for (var d = lane; d < u.size; d += LANES) { share += f32(dout[row * u.size + d]) * f32(out[row * u.size + d]); }
  let delta = total(lane, share);
  let log_sum = statistics[row].x;
  let sequence = sequences[row / u.heads];
  let length = offsets[sequence + 1u] - offsets[sequence];
  let query = row / u.heads - offsets[sequence];
  for (var j = lane; j < length; j += LANES) {
    let place = row * u.longest + j;
    var weight = 0.0;
    if (sees(query, j)) { weight = exp(scores[place] - log_sum); }
    var kept = 1.0;
    if (u.keep < 1.0) { kept = random_keep(u.seed, u.label, u.step, row * LONGEST + j, u.keep) / u.keep; }
    scores[place] = weight * kept;
    dweights[place] = u.scale * weight * (kept * dweights[place] - delta);
  }
}
