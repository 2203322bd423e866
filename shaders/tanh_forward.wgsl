// tanh_forward
//
//   y[i] = tanh(x[i])
//
// WGSL's own tanh may be off by 1e-5 and overflows on some drivers. Near 0 an odd polynomial of our own fit
// (tests/nn/ops/fit.py), elsewhere 1 - 2 / (exp(2|x|) + 1): largest error 8.1e-8 in f32. The clamp may turn NaN into a
// number, and the loss behind it would look sound: what is not finite, found by its bits, is handed on as it is.
// Source: Devlin et al. 2019, BERT's pooler.
// Shapes: x, y f32 [count], whole vectors of four.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { count: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  if (i * 4u >= u.count) { return; }
  let at = clamp(x[i], vec4f(-16.0), vec4f(16.0));
  let square = at * at;
  let small = at + at * square * (-0.333332747 + square * (0.133314177 + square * (-0.0537461452
    + square * (0.0206815135 + square * -0.00577268749))));
  let large = sign(at) * (1.0 - 2.0 / (exp(2.0 * abs(at)) + 1.0));
  let wild = (bitcast<vec4u>(x[i]) & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
  y[i] = select(select(large, small, abs(at) < vec4f(0.6)), x[i], wild);
}
