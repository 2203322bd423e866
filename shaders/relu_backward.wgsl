// relu_backward
//
//   dx[i] = dy[i] where y[i] > 0, else 0
//
// In place: dx takes the place of dy.
// Source: derivative of relu_forward; 0 at 0, as in PyTorch.
// Shapes: y, dy f32 [count], whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32 }
@group(0) @binding(0) var<storage, read> y: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dy: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i * 4u >= u.count) { return; }
  dy[i] = select(dy[i], vec4f(0.0), y[i] <= vec4f(0.0));
}
