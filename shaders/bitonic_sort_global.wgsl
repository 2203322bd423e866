// bitonic_sort_global
//
//   One to four layers of comparators over runs of 2^log_span keys; the first compares mirror images where `mirrored`,
//   else keys half a run apart, and each further one keys half as far apart.
//
// Uses: lib/bitonic.wgsl
// Shapes: keys [count], u32. Places from count on are taken as larger than any key and never written.
// Dispatch: one invocation sixteen places, 2^log_span / 16 of them a run, ceil(count / 2^log_span) runs, folded into y.
override WG: u32 = 64;
const BEHIND: u32 = 0xffffffffu;

struct Uniforms { count: u32, log_span: u32, mirrored: u32, layers: u32 }
@group(0) @binding(0) var<storage, read_write> keys: array<u32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

fn load(at: u32) -> u32 {
  if (at >= u.count) { return BEHIND; }
  return keys[at];
}

fn store(at: u32, key: u32) {
  if (at < u.count) { keys[at] = key; }
}

fn take(at: u32, stride: u32) -> vec4u {
  return vec4u(load(at), load(at + stride), load(at + 2u * stride), load(at + 3u * stride));
}

fn place(at: u32, stride: u32, four: vec4u) {
  store(at, four.x);
  store(at + stride, four.y);
  store(at + 2u * stride, four.z);
  store(at + 3u * stride, four.w);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let mirrored = u.mirrored == 1u;
  let at = sixteen_places((wid.y * groups.x + wid.x) * WG + lane, u.log_span, mirrored);
  if (at.low >= u.count) { return; }
  let far = 4u * at.stride;
  let four = Sixteen(
    take(at.low, at.stride), take(at.low + far, at.stride), take(at.high, at.stride), take(at.high + far, at.stride));
  let sorted = sixteen_sorted(four, mirrored, u.layers);
  place(at.low, at.stride, sorted.a);
  place(at.low + far, at.stride, sorted.b);
  place(at.high, at.stride, sorted.c);
  place(at.high + far, at.stride, sorted.d);
}
