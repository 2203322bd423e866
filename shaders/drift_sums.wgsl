// drift_sums
//
//   sums[at + 4b]     = sum of (W - W0)^2 over selected weights      sums[at + 4b + 1] = sum of W0^2 over them
//   sums[at + 4b + 2] = sum of (W - W0)^2 over the others            sums[at + 4b + 3] = sum of W0^2 over them
//
// each over the part of the matrix that workgroup b of all goes over; as the bits of f32.
// Where all is 1, every weight counts as selected.
// Shapes: weight, start (W0) [count], f32; mask [ceil(count / 32)], u32; sums u32, four a workgroup from at.
// Dispatch: as many workgroups in x as parts are wanted; they stride over the weights together.
// Sums run as a fixed tree, so the result does not vary between runs.
override WG: u32 = 64;

struct Uniforms { count: u32, at: u32, all: u32 }
@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<u32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

var<workgroup> shares: array<vec4f, WG>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec4f();
  for (var i = wid.x * WG + lane; i < u.count; i += groups.x * WG) {
    let moved = weight[i] - start[i];
    let squares = vec2f(moved * moved, start[i] * start[i]);
    let selected = u.all == 1u || ((mask[i / 32u] >> (i % 32u)) & 1u) == 1u;
    sum += select(vec4f(0.0, 0.0, squares), vec4f(squares, 0.0, 0.0), selected);
  }
  shares[lane] = sum;
  workgroupBarrier();
  for (var reach = WG / 2u; reach > 0u; reach /= 2u) {
    if (lane < reach) { shares[lane] += shares[lane + reach]; }
    workgroupBarrier();
  }
  if (lane < 4u) { sums[u.at + wid.x * 4u + lane] = bitcast<u32>(shares[0][lane]); }
}
