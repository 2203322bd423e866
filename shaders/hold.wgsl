// hold
//
//   x[i] = state[factor] · x[i], and 0 where the step is skipped, whatever x is
//
// In place. factor 5: gradients become those of the loss itself; 4: what a skipped step must not count becomes 0.
// Source: PyTorch's GradScaler.unscale_.
// Shapes: state f32 [8], as in loss_scale; x f32 [count], whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32, factor: u32 }
@group(0) @binding(0) var<storage, read> state: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i * 4u >= u.count) { return; }
  x[i] = select(vec4f(), state[u.factor] * x[i], state[4] == 1.0);
}
