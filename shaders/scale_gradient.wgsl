// scale_gradient
//
//   dlogits[i] = share · scale · dlogits[i]
//
// In place. share: what a part's mean counts in the mean over its batch; scale: that of the loss.
// Source: Micikevicius et al. 2018, Mixed Precision Training, section 3.2.
// Shapes: state f32 [8], as in loss_scale; dlogits f32 [count], whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32, share: f32 }
@group(0) @binding(0) var<storage, read> state: array<f32>;
@group(0) @binding(1) var<storage, read_write> dlogits: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i * 4u >= u.count) { return; }
  dlogits[i] *= u.share * state[0];
}
