// add_noise
//
//   x[i] += scale · n[i],  n ~ N(0, 1) where normal, else U(-1, 1); drawn from (seed, label, step, i)
//
// Source: Aghajanyan et al. 2021, R3F, equation 5. Normal draws by Box and Muller 1958, over both words of a draw.
// Uses: lib/threefry.wgsl
// Shapes: x [count], f32.
// Dispatch: one invocation an element, WG a workgroup, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, normal: u32, scale: f32, seed: u32, label: u32, step: u32 }
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + lane;
  if (i >= u.count) { return; }
  let words = random_words(u.seed, u.label, u.step, i);
  var noise = f32(words.x >> 8u) * 0x1p-23 - 1.0;
  if (u.normal == 1u) {
    let radius = sqrt(-2.0 * log((f32(words.x) + 1.0) * 0x1p-32));
    // Half a turn back, and the sign with it: WGSL bounds a cosine's error between -pi and pi only.
    noise = -radius * cos(6.283185307 * (f32(words.y) * 0x1p-32 - 0.5));
  }
  x[i] += u.scale * noise;
}
