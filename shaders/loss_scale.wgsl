// loss_scale
//
//   Where the sum of the partials is no finite number, the gradients have overflown: the step is to change nothing, and the
//   scale becomes half of it. After so many steps in a row without that it doubles.
//
// state: [0] the scale of the loss; [1] steps in a row that were good since it changed; [2] 1 - beta1^t, [3] 1 - beta2^t, of
// the t updates that were made; [4] 1 where this step's gradients are finite, else 0; [5] what they are multiplied with, 1 /
// scale or 0. results[slot·8 + 2] is 1 where the step is skipped, results[slot·8 + 3] the scale it was made with.
// Source: Micikevicius et al. 2018, section 3.2, as PyTorch's GradScaler.
// Shapes: partials f32 [count], sums of squares; state f32 [8]; results f32 [slots, 8].
// Dispatch: one workgroup. Sums run as a fixed tree: an invocation's partials in order, then the invocations in order.
override WG: u32 = 64;

struct Uniforms { count: u32, slot: u32, interval: f32, rest1: f32, rest2: f32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> results: array<f32>;
@group(0) @binding(3) var<uniform> u: Uniforms;

// Bits, because a compiler may take it that all numbers are finite.
const INFINITE = 0x7f800000u;

var<workgroup> shares: array<u32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var found = 0u;
  for (var i = local; i < u.count; i += WG) {
    found |= u32((bitcast<u32>(partials[i]) & INFINITE) == INFINITE);
  }
  shares[local] = found;
  workgroupBarrier();
  if (local > 0u) { return; }
  var skipped = 0u;
  for (var lane = 0u; lane < WG; lane++) { skipped |= shares[lane]; }
  let scale = state[0];
  results[u.slot * 8u + 2u] = f32(skipped);
  results[u.slot * 8u + 3u] = scale;
  if (skipped == 1u) {
    state[0] = 0.5 * scale;
    state[1] = 0.0;
    state[4] = 0.0;
    state[5] = 0.0;
    return;
  }
  let doubled = state[1] + 1.0 >= u.interval;
  state[0] = select(1.0, 2.0, doubled) * scale;
  state[1] = select(state[1] + 1.0, 0.0, doubled);
  state[2] += u.rest1 * (1.0 - state[2]);
  state[3] += u.rest2 * (1.0 - state[3]);
  state[4] = 1.0;
  state[5] = 1.0 / scale;
}
