// gam_accumulate_columns
//
//   g[r,c] = scale · n[c] · g[r,c]     GAM = g² where first, else GAM + g²     FAM = n where first, else FAM + n
//
// Source: DPS (Zhang et al. 2022), equation 7; g before clipping. FAM is the same in every row, so one row is kept.
// Shapes: kept (n, 0 or 1), fam [cols]; grad, gam [rows, cols]; f32.
// Dispatch: x = ceil(cols / 64), y = ceil(rows / 16); an invocation walks down 16 rows of its column.
const WG: u32 = 64u;
const ROWS: u32 = 16u;

struct Uniforms { rows: u32, cols: u32, first: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> kept: array<f32>;
@group(0) @binding(1) var<storage, read_write> grad: array<f32>;
@group(0) @binding(2) var<storage, read_write> gam: array<f32>;
@group(0) @binding(3) var<storage, read_write> fam: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * WG + lane;
  if (c >= u.cols) { return; }
  let n = kept[c];
  let first = u.first == 1u;
  let end = min(u.rows, (wid.y + 1u) * ROWS);
  for (var r = wid.y * ROWS; r < end; r++) {
    let i = r * u.cols + c;
    let g = select(0.0, u.scale * grad[i], n != 0.0);
    grad[i] = g;
    gam[i] = select(gam[i], 0.0, first) + g * g;
  }
  if (wid.y == 0u) { fam[c] = select(fam[c], 0.0, first) + n; }
}
