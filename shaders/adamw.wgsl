// adamw
//
//   g = control[0] · grad[i]
//   first[i] = beta1 · first[i] + (1 - beta1) · g          second[i] = beta2 · second[i] + (1 - beta2) · g^2
//   value[i] = decay · value[i] - step_size · first[i] / (sqrt(second[i]) / correction + epsilon)
//
// decay = 1 - learning rate · weight decay, step_size = learning rate / (1 - beta1^t), correction = sqrt(1 - beta2^t);
// with epsilon / correction for epsilon the denominator is (sqrt(second) + epsilon) / correction;
// 1 - beta1 and 1 - beta2 come from the CPU, because f32 would lose their digits. Where only the device knows how many
// updates there were, control has the rest: 1 / (1 - beta1^t) in control[1], which step_size is times, sqrt(1 - beta2^t) in
// control[2], which correction is times, and epsilon is divided by where `corrected`. Nothing happens where control[3] is 0.
// Source: Loshchilov and Hutter 2019, algorithm 2, in PyTorch's order of operations. control[0]: gradient clipping.
// Shapes: grad, value, first, second f32 [count], whole vectors of four; control f32 [4].
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms {
  count: u32,
  decay: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  step_size: f32,
  correction: f32,
  corrected: u32,
}
@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> control: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(5) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  // Read before any invocation leaves: then a CPU reads it once for all.
  let own = control[0];
  if (i * 4u >= u.count || own.w == 0.0) { return; }
  let g = own.x * grad[i];
  let m = u.beta1 * first[i] + u.rest1 * g;
  let v = u.beta2 * second[i] + u.rest2 * g * g;
  let epsilon = u.epsilon / select(1.0, own.z, u.corrected == 1u);
  first[i] = m;
  second[i] = v;
  value[i] = u.decay * value[i] - u.step_size * own.y * m / (sqrt(v) / (u.correction * own.z) + epsilon);
}
