// lib/adamw.wgsl
//
//   adamw(u, control, grad, old) -> four weights and their moments after a step
//
//   g = control.x · grad
//   first = beta1 · first + (1 - beta1) · g          second = beta2 · second + (1 - beta2) · g^2
//   value = decay · value - step_size · first / (sqrt(second) / correction + epsilon)
//
// decay = 1 - learning rate · weight decay, step_size = learning rate / (1 - beta1^t), correction = sqrt(1 - beta2^t);
// with epsilon / correction for epsilon the denominator is (sqrt(second) + epsilon) / correction;
// 1 - beta1 and 1 - beta2 come from the CPU, because f32 would lose their digits. Where only the device knows how many
// updates there were, control has the rest: 1 / (1 - beta1^t) in control.y, which step_size is times, sqrt(1 - beta2^t) in
// control.z, which correction is times, and epsilon is divided by where `corrected`. control.x: gradient clipping.
// Nothing is to happen where control.w is 0, which a kernel asks before.
// Source: Loshchilov and Hutter 2019, algorithm 2, in PyTorch's order of operations.

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

struct Weights { value: vec4f, first: vec4f, second: vec4f }

fn adamw(u: Uniforms, control: vec4f, grad: vec4f, old: Weights) -> Weights {
  let g = control.x * grad;
  let m = u.beta1 * old.first + u.rest1 * g;
  let v = u.beta2 * old.second + u.rest2 * g * g;
  let epsilon = u.epsilon / select(1.0, control.z, u.corrected == 1u);
  let value = u.decay * old.value - u.step_size * control.y * m / (sqrt(v) / (u.correction * control.z) + epsilon);
  return Weights(value, m, v);
}
