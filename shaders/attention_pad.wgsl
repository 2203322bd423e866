// attention_pad
//
//   y[r,c] = x[r,c] for c < min(inputs, outputs), else 0
//
// Widens heads to whole vectors of four before attention, and narrows them after it: zeros change no product.
// Uses: lib/real_f32.wgsl
// Shapes: x [rows, inputs]; y [rows, outputs] of real; count = rows · outputs.
// Dispatch: one invocation an element of y, WG a workgroup, folded into two dimensions.
override WG: u32 = 256;

struct Uniforms { count: u32, inputs: u32, outputs: u32 }
@group(0) @binding(0) var<storage, read> x: array<real>;
@group(0) @binding(1) var<storage, read_write> y: array<real>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i >= u.count) { return; }
  let c = i % u.outputs;
  y[i] = select(real(0.0), x[i / u.outputs * u.inputs + min(c, u.inputs - 1u)], c < u.inputs);
}
