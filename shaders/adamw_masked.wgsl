// adamw_masked
//
//   as adamw where bit i of mask is 1; value[i], first[i] and second[i] stay as they are where it is 0
//
// Uses: lib/adamw.wgsl
// Source: Zhang et al. 2022, DPS: "keeping non-subnetwork constant", taken strictly.
// Shapes: grad, value, first, second f32 [count], whole vectors of four; control f32 [4]; mask u32 [ceil(count / 32)],
// element i is bit i % 32 of word i / 32.
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> control: array<vec4f>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(6) var<uniform> u: Uniforms;

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
  let bits = vec4u(mask[i / 8u]) >> (vec4u((i % 8u) * 4u) + vec4u(0u, 1u, 2u, 3u));
  let free = (bits & vec4u(1u)) == vec4u(1u);
  let old = Weights(value[i], first[i], second[i]);
  let next = adamw(u, own, grad[i], old);
  first[i] = select(old.first, next.first, free);
  second[i] = select(old.second, next.second, free);
  value[i] = select(old.value, next.value, free);
}
