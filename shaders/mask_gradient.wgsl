// mask_gradient
//
//   g[i] = scale · g[i] where bit i of M is set, else 0
//
// Source: DPS (Zhang et al. 2022), equation 6.
// Shapes: mask [ceil(count / 32)], u32; grad [count], f32, four an invocation.
// Dispatch: ceil(count / 4 / WG) workgroups, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read_write> grad: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  if (index * 4u >= u.count) { return; }
  let bits = (vec4u(mask[index / 8u]) >> ((index % 8u) * 4u + vec4u(0u, 1u, 2u, 3u))) & vec4u(1u);
  grad[index] = select(vec4f(0.0), u.scale * grad[index], bits == vec4u(1u));
}
