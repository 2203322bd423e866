// mix_weights_mask
//
//   mixed = (M·W + (1 - M)·T - p·T) / (1 - p), element by element:  W + ratio·(W - T) where bit i of M is set, else T
//
// ratio = p / (1 - p). The second form is exact where W = T and where p = 0.
// Source: DPS (Zhang et al. 2022), equation 8 and Algorithm 1.
// Shapes: weight (W), start (T), mixed [count], f32, four an invocation; mask [ceil(count / 32)], u32.
// Dispatch: ceil(count / 4 / WG) workgroups, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, ratio: f32 }
@group(0) @binding(0) var<storage, read> weight: array<vec4f>;
@group(0) @binding(1) var<storage, read> start: array<vec4f>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> mixed: array<vec4f>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  if (index * 4u >= u.count) { return; }
  let bits = (vec4u(mask[index / 8u]) >> ((index % 8u) * 4u + vec4u(0u, 1u, 2u, 3u))) & vec4u(1u);
  let own = weight[index];
  let away = u.ratio * (own - start[index]);
  // A weight of -0 plus 0 would lose its sign.
  mixed[index] = select(start[index], select(own + away, own, away == vec4f(0.0)), bits == vec4u(1u));
}
