// draw_gradient
//
//   g[i] = scale · g[i] with probability keep_share, else 0; drawn from (seed, label, step, first + i)
//
// Source: Xu et al. 2021, Child-Tuning F, equation 4: scale = 1 / keep_share. first: of what was cut, a multiple of four.
// Uses: lib/threefry.wgsl
// Shapes: grad [count], f32, four an invocation.
// Dispatch: ceil(count / 4 / WG) workgroups, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, keep_share: f32, scale: f32, seed: u32, label: u32, step: u32, first: u32 }
@group(0) @binding(0) var<storage, read_write> grad: array<vec4f>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  if (index * 4u >= u.count) { return; }
  let g = grad[index];
  // A row of a table that no token of the batch reads has no gradient, and most rows are such.
  if (all(g == vec4f(0.0))) { return; }
  let kept = random_keep_four(u.seed, u.label, u.step, u.first + index * 4u, u.keep_share);
  grad[index] = select(vec4f(0.0), u.scale * g, kept == vec4f(1.0));
}
