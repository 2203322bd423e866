// gam_accumulate
//
//   GAM = g² where first, else GAM + g²
//
// Source: DPS (Zhang et al. 2022), equation 5; g before clipping.
// Shapes: grad, gam [count], f32, four an invocation.
// Dispatch: ceil(count / 4 / WG) workgroups, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, first: u32 }
@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> gam: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  if (index * 4u >= u.count) { return; }
  let g = grad[index];
  gam[index] = select(gam[index], vec4f(0.0), u.first == 1u) + g * g;
}
