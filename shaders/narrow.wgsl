// narrow
//
//   y[i] = x[i], the nearest number that y can hold
//
// Uses: lib/real_f16.wgsl
// Shapes: x [count] of f32, y [count] of real, whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<real>>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i * 4u >= u.count) { return; }
  y[i] = to_reals(x[i]);
}
