// bitonic_sort_local
//
//   fresh: keys = scores, every block of 1024 sorted ascending
//   else:  every block of 1024 in keys, bitonic after bitonic_sort_global, sorted ascending
//
// Keys are the bits of floats that are not negative, whose order as u32 is the order of the floats; -0 counts as 0.
// Uses: lib/bitonic.wgsl
// Shapes: scores, keys [count]; both are the u32 bits of f32.
// Dispatch: one workgroup a block of 1024, four keys an invocation, folded into y.
// The distances that stay inside a block are done in workgroup memory, two a barrier, the two shortest in registers.
const WG: u32 = 256u;
const LOG_BLOCK: u32 = 10u;
const BEHIND: u32 = 0xffffffffu;

struct Uniforms { count: u32, fresh: u32 }
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> keys: array<vec4u>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> block: array<u32, 1024>;

fn load(index: u32) -> vec4u {
  let places = vec4u(index * 4u) + vec4u(0u, 1u, 2u, 3u);
  if (places.x >= u.count) { return vec4u(BEHIND); }
  var bits = keys[index];
  if (u.fresh == 1u) {
    bits = scores[index];
    bits = select(bits, vec4u(0u), bits == vec4u(0x80000000u));
  }
  return select(vec4u(BEHIND), bits, places < vec4u(u.count));
}

fn four_sorted(four: vec4u) -> vec4u {
  let pairs = vec4u(min(four.x, four.y), max(four.x, four.y), min(four.z, four.w), max(four.z, four.w));
  return quad_sorted(pairs, true, true);
}

fn put(lane: u32, four: vec4u) {
  block[lane * 4u] = four.x;
  block[lane * 4u + 1u] = four.y;
  block[lane * 4u + 2u] = four.z;
  block[lane * 4u + 3u] = four.w;
}

fn step(lane: u32, log_span: u32, mirrored: bool, both: bool) {
  workgroupBarrier();
  let at = quad_places(lane, log_span, mirrored);
  let four = quad_sorted(vec4u(block[at.x], block[at.y], block[at.z], block[at.w]), mirrored, both);
  block[at.x] = four.x;
  block[at.y] = four.y;
  block[at.z] = four.z;
  block[at.w] = four.w;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (wid.y * groups.x + wid.x) * WG + lane;
  let fresh = u.fresh == 1u;
  var four = load(index);
  if (fresh) { four = four_sorted(four); }
  put(lane, four);
  for (var stage = select(LOG_BLOCK, 3u, fresh); stage <= LOG_BLOCK; stage++) {
    // An odd stage starts with its mirrored layer alone, so that pairs of layers are left down to distance 1.
    var log_span = stage;
    if (fresh) {
      let even = (stage & 1u) == 0u;
      step(lane, stage, true, even);
      log_span -= select(1u, 2u, even);
    }
    for (; log_span > 2u; log_span -= 2u) { step(lane, log_span, false, true); }
    workgroupBarrier();
    let at = lane * 4u;
    four = quad_sorted(vec4u(block[at], block[at + 1u], block[at + 2u], block[at + 3u]), false, true);
    put(lane, four);
  }
  if (index * 4u < u.count) { keys[index] = four; }
}
