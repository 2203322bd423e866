// adamw_child
//
//   as adamw, with 0 for the gradient and both moments where bit i of mask is 0: of there only the decay is left. The moments
//   of the others lie one behind another, those of word i / 32 of the mask from places[i / 32] on.
//
// Uses: lib/adamw.wgsl
// Source: Xu et al. 2021, Child-Tuning: ChildTuningAdamW masks the gradient, from the first step to the last.
// Shapes: grad, value f32 [count], whole vectors of four; control f32 [4]; mask, places u32 [ceil(count / 32)], element i is
// bit i % 32 of word i / 32; first, second f32, of this parameter and of others.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> control: array<vec4f>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> first: array<f32>;
@group(0) @binding(6) var<storage, read_write> second: array<f32>;
@group(0) @binding(7) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (wid.y * groups.x + wid.x) * WG + local;
  // Read before any invocation leaves: then a CPU reads it once for all.
  let own = control[0];
  if (i * 4u >= u.count || own.w == 0.0) { return; }
  let word = mask[i / 8u];
  let shift = (i % 8u) * 4u;
  let begin = places[i / 8u] + countOneBits(word & ((1u << shift) - 1u));
  let free = ((vec4u(word >> shift) >> vec4u(0u, 1u, 2u, 3u)) & vec4u(1u)) == vec4u(1u);
  var g = grad[i];
  var m = vec4f();
  var v = vec4f();
  var place = begin;
  for (var lane = 0u; lane < 4u; lane++) {
    if (!free[lane]) {
      g[lane] = 0.0;
      continue;
    }
    m[lane] = first[place];
    v[lane] = second[place];
    place++;
  }
  let next = adamw(u, own, g, Weights(value[i], m, v));
  place = begin;
  for (var lane = 0u; lane < 4u; lane++) {
    if (!free[lane]) { continue; }
    first[place] = next.first[lane];
    second[place] = next.second[lane];
    place++;
  }
  value[i] = next.value;
}
