// part_loss
//
//   results[slot·8] = share · part[0],  or += share · part[0] where accumulate
//
// The mean over a batch is the sum over its parts of their means, each times the share of the whole that it stands for.
// Shapes: part [1, 8], results [slots, 8]; f32.
// Dispatch: one invocation.

struct Uniforms { slot: u32, share: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> part: array<f32>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(1)
fn main() {
  let place = u.slot * 8u;
  results[place] = select(0.0, results[place], u.accumulate == 1u) + u.share * part[0];
}
