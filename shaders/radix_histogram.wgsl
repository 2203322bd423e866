// radix_histogram
//
//   histogram[d] += how many keys have the digit d = (key >> shift) & 255 and agree with state[0] in every higher bit
//
// One of four passes of a selection over keys that may lie in many buffers: each buffer adds to the same histogram.
// Keys are the bits of f32 that are not negative, whose order is that of the numbers; -0 counts as 0.
// Counts are sums of integers, which no order of atomics changes.
// Shapes: keys [count], u32 bits of f32; state [4], u32: bits found so far, rank among the keys that agree with them.
// Dispatch: one workgroup for WG · KEYS keys, folded into y.
override WG: u32 = 256;
const KEYS: u32 = 16u;

struct Uniforms { count: u32, shift: u32 }
@group(0) @binding(0) var<storage, read> keys: array<u32>;
@group(0) @binding(1) var<storage, read> state: array<u32>;
@group(0) @binding(2) var<storage, read_write> histogram: array<atomic<u32>>;
@group(0) @binding(3) var<uniform> u: Uniforms;

var<workgroup> counts: array<atomic<u32>, 256>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  // Shifting by 32 bits is not defined: the first digit has no higher bits to agree in.
  let higher = select(0xffffffffu << ((u.shift + 8u) & 31u), 0u, u.shift == 24u);
  let found = state[0] & higher;
  let first = (wid.y * groups.x + wid.x) * WG * KEYS;
  for (var turn = 0u; turn < KEYS; turn++) {
    let i = first + turn * WG + lane;
    if (i >= u.count) { break; }
    let bits = keys[i];
    let key = select(bits, 0u, bits == 0x80000000u);
    if ((key & higher) == found) { atomicAdd(&counts[(key >> u.shift) & 255u], 1u); }
  }
  workgroupBarrier();
  for (var digit = lane; digit < 256u; digit += WG) {
    let count = atomicLoad(&counts[digit]);
    if (count > 0u) { atomicAdd(&histogram[digit], count); }
  }
}
