// adamw
//
//   (value[i], first[i], second[i]) = adamw(grad[i]), as the library has it
//
// Nothing happens where control[3] is 0.
// Uses: lib/adamw.wgsl
// Shapes: grad, value, first, second f32 [count], whole vectors of four; control f32 [4].
// Dispatch: one invocation for four elements, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> control: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(5) var<uniform> u: Uniforms;

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
  let next = adamw(u, own, grad[i], Weights(value[i], first[i], second[i]));
  first[i] = next.first;
  second[i] = next.second;
  value[i] = next.value;
}
