// mixout_columns
//
//   kept[c] = 1 with probability keep_share, else 0; drawn from (seed, label, step, c)
//
// Source: Lee et al. 2020, Mixout, as its code and that of DPS Mix draw it: one column for all output rows.
// Uses: lib/threefry.wgsl
// Shapes: kept [cols], f32.
// Dispatch: ceil(cols / WG) workgroups.
override WG: u32 = 64;

struct Uniforms { cols: u32, seed: u32, label: u32, step: u32, keep_share: f32 }
@group(0) @binding(0) var<storage, read_write> kept: array<f32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u.cols) { return; }
  kept[id.x] = random_keep(u.seed, u.label, u.step, id.x, u.keep_share);
}
