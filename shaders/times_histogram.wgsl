// times_histogram
//
//   counts[at + t] += how many of the `count` weights were selected t times, t from 0 to 255
//
// Shapes: times [ceil(count / 4)], u32: byte i mod 4 of word i / 4 is that of weight i; counts u32, 256 from at.
// Dispatch: one workgroup for PART weights, folded into y.
// Counts are sums of integers, which no order of atomics changes.
override WG: u32 = 64;
override PART: u32 = 16384;

struct Uniforms { count: u32, at: u32 }
@group(0) @binding(0) var<storage, read> times: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> bins: array<atomic<u32>, 256>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let begin = (wid.y * groups.x + wid.x) * PART;
  let end = min(u.count, begin + PART);
  for (var weight = begin + lane * 4u; weight < end; weight += WG * 4u) {
    let four = times[weight / 4u];
    for (var byte = 0u; byte < min(4u, end - weight); byte++) { atomicAdd(&bins[(four >> (byte * 8u)) & 255u], 1u); }
  }
  workgroupBarrier();
  for (var bin = lane; bin < 256u; bin += WG) {
    let found = atomicLoad(&bins[bin]);
    if (found > 0u) { atomicAdd(&counts[u.at + bin], found); }
  }
}
