// global_norm
//
//   norm = sqrt(sum_b partials[b])          results[slot·8 + 1] = norm
//   control = (min(1, max_norm / (norm + 1e-6)), 1, 1, 1)
//
// Source: Pascanu et al. 2013, with PyTorch's 1e-6.
// Shapes: partials f32 [count]; results f32 [slots, 8]; control f32 [4], as in adamw.
// Dispatch: one workgroup. Sums run as a fixed tree: an invocation's partials in order, then the invocations in order.
override WG: u32 = 64;

struct Uniforms { count: u32, slot: u32, max_norm: f32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;
@group(0) @binding(2) var<storage, read_write> control: array<vec4f>;
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
  control[0] = vec4f(min(1.0, u.max_norm / (norm + 1e-6)), 1.0, 1.0, 1.0);
}
