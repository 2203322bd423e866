// mask_gradient_columns
//
//   g[r,c] = scale · g[r,c] where n[c] = 1, else 0
//
// Source: Lee et al. 2020, Mixout: a weight that was swapped for its pre-trained value has no part in the loss.
// Shapes: kept (n, 0 or 1) [cols]; grad [rows, cols]; f32.
// Dispatch: x = ceil(cols / 64), y = ceil(rows / 16); an invocation walks down 16 rows of its column.
const WG: u32 = 64u;
const ROWS: u32 = 16u;

struct Uniforms { rows: u32, cols: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> kept: array<f32>;
@group(0) @binding(1) var<storage, read_write> grad: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * WG + lane;
  if (c >= u.cols) { return; }
  let own = kept[c] != 0.0;
  let end = min(u.rows, (wid.y + 1u) * ROWS);
  for (var r = wid.y * ROWS; r < end; r++) {
    let i = r * u.cols + c;
    grad[i] = select(0.0, u.scale * grad[i], own);
  }
}
