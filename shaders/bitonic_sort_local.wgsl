// bitonic_sort_local
//
//   fresh: keys = scores, every block of 4096 sorted ascending
//   else:  every block of 4096 in keys, bitonic after bitonic_sort_global, sorted ascending
//
// Keys are the bits of floats that are not negative, whose order as u32 is the order of the floats; -0 counts as 0.
// Uses: lib/bitonic.wgsl
// Shapes: scores, keys [count]; both are the u32 bits of f32.
// Dispatch: one workgroup a block of 4096, sixteen keys an invocation, folded into y.
// Distances inside a block are done in workgroup memory, four a barrier.
const WG: u32 = 256u;
const LOG_BLOCK: u32 = 12u;
const BEHIND: u32 = 0xffffffffu;

struct Uniforms { count: u32, fresh: u32 }
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> keys: array<vec4u>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> block: array<u32, 4096>;

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

fn store(index: u32, four: vec4u) {
  if (index * 4u < u.count) { keys[index] = four; }
}

fn four_sorted(four: vec4u) -> vec4u {
  let pairs = neighbours(four);
  return neighbours(vec4u(min(pairs.xy, pairs.wz), max(pairs.xy, pairs.wz).yx));
}

fn eight_joined(a: vec4u, b: vec4u) -> array<vec4u, 2> {
  let low = min(a, b.wzyx);
  let high = max(a, b.wzyx).wzyx;
  return array<vec4u, 2>(neighbours(two_apart(low)), neighbours(two_apart(high)));
}

fn all_sorted(keys: Sixteen) -> Sixteen {
  let low = eight_joined(four_sorted(keys.a), four_sorted(keys.b));
  let high = eight_joined(four_sorted(keys.c), four_sorted(keys.d));
  return sixteen_sorted(Sixteen(low[0], low[1], high[0], high[1]), true, 4u);
}

fn take(at: u32, stride: u32) -> vec4u {
  return vec4u(block[at], block[at + stride], block[at + 2u * stride], block[at + 3u * stride]);
}

fn place(at: u32, stride: u32, four: vec4u) {
  block[at] = four.x;
  block[at + stride] = four.y;
  block[at + 2u * stride] = four.z;
  block[at + 3u * stride] = four.w;
}

fn put_all(at: Places, keys: Sixteen) {
  place(at.low, at.stride, keys.a);
  place(at.low + 4u * at.stride, at.stride, keys.b);
  place(at.high, at.stride, keys.c);
  place(at.high + 4u * at.stride, at.stride, keys.d);
}

fn step(lane: u32, log_span: u32, mirrored: bool, layers: u32) -> Sixteen {
  workgroupBarrier();
  let at = sixteen_places(lane, log_span, mirrored);
  let far = 4u * at.stride;
  let keys = Sixteen(
    take(at.low, at.stride), take(at.low + far, at.stride), take(at.high, at.stride), take(at.high + far, at.stride));
  let sorted = sixteen_sorted(keys, mirrored, layers);
  put_all(at, sorted);
  return sorted;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = ((wid.y * groups.x + wid.x) * WG + lane) * 4u;
  let fresh = u.fresh == 1u;
  var mine = Sixteen(load(first), load(first + 1u), load(first + 2u), load(first + 3u));
  if (fresh) { mine = all_sorted(mine); }
  put_all(sixteen_places(lane, 4u, false), mine);
  for (var stage = select(LOG_BLOCK, 5u, fresh); stage <= LOG_BLOCK; stage++) {
    // The mirrored layer goes with one to four of the stage's first, so that fours are left down to neighbours.
    var mirrored = fresh;
    var layers = select(4u, ((stage - 1u) & 3u) + 1u, fresh);
    for (var log_span = stage; log_span > 0u; ) {
      mine = step(lane, log_span, mirrored, layers);
      log_span -= layers;
      layers = 4u;
      mirrored = false;
    }
  }
  store(first, mine.a);
  store(first + 1u, mine.b);
  store(first + 2u, mine.c);
  store(first + 3u, mine.d);
}
