// column_bits
//
//   bit i of mask = kept[i mod cols] > 0
//
// Shapes: kept [cols], f32, 1 or 0; mask [ceil(count / 32)], u32, bits from count on are 0.
// Dispatch: one invocation a word of the mask, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> kept: array<f32>;
@group(0) @binding(1) var<storage, read_write> mask: array<u32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

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
    bits |= select(0u, 1u, kept[(word * 32u + bit) % u.cols] > 0.0) << bit;
  }
  mask[word] = bits;
}
