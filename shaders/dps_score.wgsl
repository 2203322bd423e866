// dps_score
//
//   F = max(FAM[c], 1)     GAM[r,c] = GAM[r,c] / F  (· exp(-F / us) where weighed)
//
// In place: GAM starts anew after it was selected from.
// Source: DPS (Zhang et al. 2022), equation 8, and DPSMix/grads_ops.py of its code, which weighs from us = 50 on.
// Shapes: fam [cols]; gam [rows, cols]; f32.
// Dispatch: x = ceil(cols / 64), y = ceil(rows / 16); an invocation walks down 16 rows of its column.
const WG: u32 = 64u;
const ROWS: u32 = 16u;

struct Uniforms { rows: u32, cols: u32, weighed: u32, us: f32 }
@group(0) @binding(0) var<storage, read> fam: array<f32>;
@group(0) @binding(1) var<storage, read_write> gam: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * WG + lane;
  if (c >= u.cols) { return; }
  let frequency = max(fam[c], 1.0);
  let weight = select(1.0, exp(-frequency / u.us), u.weighed == 1u);
  let end = min(u.rows, (wid.y + 1u) * ROWS);
  for (var r = wid.y * ROWS; r < end; r++) {
    let i = r * u.cols + c;
    gam[i] = gam[i] / frequency * weight;
  }
}
