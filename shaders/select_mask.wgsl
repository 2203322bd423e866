// select_mask
//
//   bit i of mask = scores[i] >= threshold, compared by bits; threshold = stats[at + 3]
//   stats[at] = kept    stats[at + 1] = |M and M_before|    stats[at + 2] = |M or M_before|    stats[at + 4] = not finite
//
// mask holds M_before on entry and M after. Bits behind the last score are 0. Ties with the threshold are all kept.
// Shapes: scores [count], u32 bits of f32; mask [ceil(count / 32)], u32; stats [rows, 8], u32.
// Dispatch: one invocation a word of the mask, folded into y.
// Counts are sums of integers, which no order of atomics changes.
override WG: u32 = 64;

struct Uniforms { count: u32, at: u32 }
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> stats: array<atomic<u32>>;
@group(0) @binding(3) var<uniform> u: Uniforms;

var<workgroup> sums: array<atomic<u32>, 4>;

fn bits_of(facts: vec4<bool>) -> u32 {
  return dot(select(vec4u(0u), vec4u(1u, 2u, 4u, 8u), facts), vec4u(1u));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = (wid.y * groups.x + wid.x) * WG + lane;
  let left = u.count - min(u.count, word * 32u);
  if (left > 0u) {
    let threshold = atomicLoad(&stats[u.at + 3u]);
    var kept = 0u;
    var strange = 0u;
    for (var four = 0u; four < min(8u, (left + 3u) / 4u); four++) {
      let bits = scores[word * 8u + four];
      let cleaned = select(bits, vec4u(0u), bits == vec4u(0x80000000u));
      kept |= bits_of(cleaned >= vec4u(threshold)) << (four * 4u);
      strange |= bits_of((bits & vec4u(0x7fffffffu)) >= vec4u(0x7f800000u)) << (four * 4u);
    }
    let inside = 0xffffffffu >> (32u - min(left, 32u));
    kept &= inside;
    let before = mask[word];
    mask[word] = kept;
    atomicAdd(&sums[0], countOneBits(kept));
    atomicAdd(&sums[1], countOneBits(kept & before));
    atomicAdd(&sums[2], countOneBits(kept | before));
    atomicAdd(&sums[3], countOneBits(strange & inside));
  }
  workgroupBarrier();
  if (lane < 4u) {
    atomicAdd(&stats[u.at + select(lane, 4u, lane == 3u)], atomicLoad(&sums[lane]));
  }
}
