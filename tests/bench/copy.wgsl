// copy
//
//   y[i] = x[i]: what an adapter's memory gives and takes at most
//
// Shapes: x, y f32 [count], count a multiple of EACH · WG.
// Dispatch: EACH elements an invocation, WG apart, so that neighbours read side by side; folded into two dimensions.
override WG: u32 = 64;
override EACH: u32 = 16;

struct Uniforms { count: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let base = (wid.y * groups.x + wid.x) * WG * EACH + local;
  if (base >= u.count) { return; }
  for (var k = 0u; k < EACH; k++) { y[base + k * WG] = x[base + k * WG]; }
}
