// square_sum
//
//   partials[offset + b] = sum of x[i]^2 over block b: BLOCK elements from b · BLOCK
//
// Shapes: x f32 [count], whole vectors of four; partials f32, ceil(count / BLOCK) from offset.
// Dispatch: one workgroup a block, folded into two dimensions. Sums run as a fixed tree: an invocation's elements in
// order, four at a time, then the invocations in order.
override WG: u32 = 32;
override BLOCK: u32 = 8192;

struct Uniforms { count: u32, offset: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let block = wid.y * groups.x + wid.x;
  if (block * BLOCK >= u.count) { return; }
  let end = min(block * BLOCK + BLOCK, u.count);
  var sums = vec4f();
  for (var i = block * BLOCK + local * 4u; i < end; i += WG * 4u) {
    // What lies between count and the end of its vector is nobody's.
    let inside = vec4u(i) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
    let value = select(vec4f(), x[i / 4u], inside);
    sums += value * value;
  }
  shares[local] = (sums.x + sums.y) + (sums.z + sums.w);
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  partials[u.offset + block] = sum;
}
