// fisher_accumulate
//
//   F[i] = (scale · g[i])^2 / batches where first, else F[i] + (scale · g[i])^2 / batches
//
// Source: Xu et al. 2021, Child-Tuning D, equation 6; scale clips the parameter's own gradient, as in its code.
// Shapes: grad, fisher [count], f32, four an invocation; scale [1].
// Dispatch: ceil(count / 4 / WG) workgroups, folded into y.
override WG: u32 = 64;

struct Uniforms { count: u32, first: u32, batches: f32 }
@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> scale: array<f32>;
@group(0) @binding(2) var<storage, read_write> fisher: array<vec4f>;
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  if (index * 4u >= u.count) { return; }
  let g = scale[0] * grad[index];
  fisher[index] = select(fisher[index], vec4f(0.0), u.first == 1u) + g * g / u.batches;
}
