// radix_pick
//
//   d = the digit of the key whose rank in ascending order is state[1] (of the whole, `rank`, where shift = 24)
//   state[0] |= d << shift        state[1] -= how many keys have a smaller digit        histogram = 0
//
// Shapes: state [4], u32, as in radix_histogram; histogram [256], u32.
// Dispatch: one workgroup, one invocation a digit.
struct Uniforms { shift: u32, rank: u32 }
@group(0) @binding(0) var<storage, read_write> state: array<u32>;
@group(0) @binding(1) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> counts: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  counts[lane] = histogram[lane];
  histogram[lane] = 0u;
  workgroupBarrier();
  if (lane > 0u) { return; }
  let opens = u.shift == 24u;
  var rank = select(state[1], u.rank, opens);
  var digit = 0u;
  while (digit < 255u && rank >= counts[digit]) {
    rank -= counts[digit];
    digit++;
  }
  state[0] = select(state[0], 0u, opens) | (digit << u.shift);
  state[1] = rank;
}
