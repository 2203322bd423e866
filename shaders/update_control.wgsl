// update_control
//
//   control[1] = 1 / (1 - beta1^t), control[2] = sqrt(1 - beta2^t), control[3] = 1 where the step is made, else 0
//
// for the t updates that were made, this one counted; control[0], from clipping, stays.
// Shapes: state f32 [8], as in loss_scale; control f32 [4], as in adamw.
// Dispatch: one invocation.
@group(0) @binding(0) var<storage, read> state: array<f32>;
@group(0) @binding(1) var<storage, read_write> control: array<f32>;

@compute @workgroup_size(1)
fn main() {
  control[1] = 1.0 / state[2];
  control[2] = sqrt(state[3]);
  control[3] = state[4];
}
