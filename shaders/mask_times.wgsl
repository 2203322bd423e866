// mask_times
//
//   times[i] += bit i of mask     counts[at] += |M|     counts[at + 1] += |M and M_before|
//
// Shapes: mask [ceil(count / 32)], u32, bits from count on are 0; before u32, as many words from before_at;
// times [ceil(count / 4)], u32: byte i mod 4 of word i / 4 is that of weight i; counts u32, two from at.
// Dispatch: one invocation a word of the mask, folded into y.
// Counts are sums of integers, which no order of atomics changes. No more than 255 masks may be added.
override WG: u32 = 64;

struct Uniforms { count: u32, before_at: u32, at: u32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read> before: array<u32>;
@group(0) @binding(2) var<storage, read_write> times: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(4) var<uniform> u: Uniforms;

var<workgroup> sums: array<atomic<u32>, 2>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = (wid.y * groups.x + wid.x) * WG + lane;
  if (word * 32u < u.count) {
    let bits = mask[word];
    let fours = min(8u, (u.count - word * 32u + 3u) / 4u);
    for (var four = 0u; four < fours; four++) {
      // Bit k of the four goes to bit 8k: no two products of this multiplication meet.
      times[word * 8u + four] += (((bits >> (four * 4u)) & 15u) * 0x00204081u) & 0x01010101u;
    }
    atomicAdd(&sums[0], countOneBits(bits));
    atomicAdd(&sums[1], countOneBits(bits & before[u.before_at + word]));
  }
  workgroupBarrier();
  if (lane < 2u) { atomicAdd(&counts[u.at + lane], atomicLoad(&sums[lane])); }
}
