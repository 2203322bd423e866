// global_norm
//
//   norm = sqrt(sum_b partials[b])          results[slot·8 + 1] = norm
//   scale[0] = min(1, max_norm / (norm + 1e-6))
//
// Source: Pascanu et al. 2013, with PyTorch's 1e-6.
// Shapes: partials f32 [count]; results f32 [slots, 8]; scale f32 [1].
// Dispatch: one workgroup. Sums run as a fixed tree: an invocation's partials in order, then the invocations in order.
override WG: u32 = 64;

struct Uniforms { count: u32, slot: u32, max_norm: f32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;
@group(0) @binding(2) var<storage, read_write> scale: array<f32>;
@group(0) @binding(3) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var share = 0.0;
  for (var i = local; i < u.count; i += WG) { share += partials[i]; }
  shares[local] = share;
  workgroupBarrier();
  if (local > 0u) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < WG; lane++) { sum += shares[lane]; }
  let norm = sqrt(sum);
  results[u.slot * 8u + 1u] = norm;
  scale[0] = min(1.0, u.max_norm / (norm + 1e-6));
}
