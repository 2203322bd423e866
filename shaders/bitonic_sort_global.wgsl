// bitonic_sort_global
//
//   One layer of comparators, or two where `both`, over runs of 2^log_span keys; the first layer compares mirror images
//   where `mirrored`, else keys half a run apart, and the second keys a quarter apart.
//
// Uses: lib/bitonic.wgsl
// Shapes: keys [count], u32. Places from count on are taken as larger than any key and never written.
// Dispatch: one invocation a quad, 2^log_span / 4 quads a run, ceil(count / 2^log_span) runs, folded into y.
override WG: u32 = 256;
const BEHIND: u32 = 0xffffffffu;

struct Uniforms { count: u32, log_span: u32, mirrored: u32, both: u32 }
@group(0) @binding(0) var<storage, read_write> keys: array<u32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let mirrored = u.mirrored == 1u;
  let at = quad_places((wid.y * groups.x + wid.x) * WG + lane, u.log_span, mirrored);
  if (at.x >= u.count) { return; }
  var four = vec4u(keys[at.x], BEHIND, BEHIND, BEHIND);
  if (at.y < u.count) { four.y = keys[at.y]; }
  if (at.z < u.count) { four.z = keys[at.z]; }
  if (at.w < u.count) { four.w = keys[at.w]; }
  let sorted = quad_sorted(four, mirrored, u.both == 1u);
  keys[at.x] = sorted.x;
  if (at.y < u.count) { keys[at.y] = sorted.y; }
  if (at.z < u.count) { keys[at.z] = sorted.z; }
  if (at.w < u.count) { keys[at.w] = sorted.w; }
}
