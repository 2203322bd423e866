// draw_bits
//
//   bit i of mask = 1 with probability keep_share, else 0; drawn from (seed, label, step, i): what draw_gradient keeps
//
// Source: Xu et al. 2021, Child-Tuning F, equation 4.
// Uses: lib/threefry.wgsl
// Shapes: mask [ceil(count / 32)], u32, bits from count on are 0.
// Dispatch: one invocation a word of the mask, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, keep_share: f32, seed: u32, label: u32, step: u32 }
@group(0) @binding(0) var<storage, read_write> mask: array<u32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = (wid.y * groups.x + wid.x) * WG + lane;
  if (word * 32u >= u.count) { return; }
  var bits = 0u;
  for (var bit = 0u; bit < min(32u, u.count - word * 32u); bit++) {
    bits |= u32(random_keep(u.seed, u.label, u.step, word * 32u + bit, u.keep_share)) << bit;
  }
  mask[word] = bits;
}
