// dropout_forward
//
//   y[i] = x[i] · keep[i] / keep_share
//
// keep is 1 with probability keep_share, else 0, drawn for element i.
// Source: Srivastava et al. 2014, scaled while training.
// Uses: lib/real_f32.wgsl
// Uses: lib/threefry.wgsl
// Shapes: x, y [count] of real, whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32, keep_share: f32, seed: u32, label: u32, step: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4<real>>;
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
  y[i] = to_reals(vec4f(x[i]) * random_keep_four(u.seed, u.label, u.step, i * 4u, u.keep_share) / u.keep_share);
}
