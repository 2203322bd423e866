// mix_weights_columns
//
//   mixed = (n·W + (1 - n)·T - p·T) / (1 - p), n drawn a column:  W + ratio·(W - T) where n[c] = 1, else T
//
// ratio = p / (1 - p). The second form is exact where W = T and where p = 0.
// Source: Lee et al. 2020, Mixout; DPS (Zhang et al. 2022), equation 7.
// Shapes: weight (W), start (T), mixed [rows, cols]; kept (n, 0 or 1) [cols]; f32.
// Dispatch: x = ceil(cols / 64), y = ceil(rows / 16); an invocation walks down 16 rows of its column.
const WG: u32 = 64u;
const ROWS: u32 = 16u;

struct Uniforms { rows: u32, cols: u32, ratio: f32 }
@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<f32>;
@group(0) @binding(2) var<storage, read> kept: array<f32>;
@group(0) @binding(3) var<storage, read_write> mixed: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * WG + lane;
  if (c >= u.cols) { return; }
  let own = kept[c] != 0.0;
  let end = min(u.rows, (wid.y + 1u) * ROWS);
  for (var r = wid.y * ROWS; r < end; r++) {
    let i = r * u.cols + c;
    let away = u.ratio * (weight[i] - start[i]);
    // A weight of -0 plus 0 would lose its sign.
    mixed[i] = select(start[i], select(weight[i] + away, weight[i], away == 0.0), own);
  }
}
