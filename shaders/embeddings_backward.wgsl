// embeddings_backward
//
//   dtable[rows[k] - top,c] += scale · sum of dy[t,c] over the tokens t = tokens[starts[k]] … tokens[starts[k+1] - 1]
//
// for rows that are among the `entries` from row `top` of the table, which are given here.
// Gathers per table row in a fixed order, so that no two invocations ever write one element.
// Source: derivative of embeddings_forward for one of its tables.
// Shapes: rows [rows], starts [rows + 1], tokens [tokens] u32; dy [tokens, cols], dtable [entries, cols] f32.
// Dispatch: one workgroup for COLUMNS columns of one row, folded into two dimensions. LANES invocations share a
// column's tokens and add up in order: 1 for a table whose rows have few tokens each, more for one with few rows.
override COLUMNS: u32 = 32;
override LANES: u32 = 8;

struct Uniforms { rows: u32, cols: u32, scale: f32, top: u32, entries: u32 }
@group(0) @binding(0) var<storage, read> rows: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> tokens: array<u32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dtable: array<f32>;
@group(0) @binding(5) var<uniform> u: Uniforms;

var<workgroup> shares: array<f32, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let group = wid.y * groups.x + wid.x;
  let across = (u.cols + COLUMNS - 1u) / COLUMNS;
  let row = group / across;
  let col = (group % across) * COLUMNS + local.x;
  if (row >= u.rows) { return; }
  // Wraps to a large number for a row above.
  let entry = rows[row] - u.top;
  if (entry >= u.entries) { return; }
  // Columns beyond the end repeat the last one: while all invocations go on, a CPU reads a token's place once for all.
  let inside = min(col, u.cols - 1u);
  let end = starts[row + 1u];
  var sum = 0.0;
  for (var k = starts[row] + local.y; k < end; k += LANES) { sum += dy[tokens[k] * u.cols + inside]; }
  if (LANES > 1u) {
    shares[local.y * COLUMNS + local.x] = sum;
    workgroupBarrier();
    for (var lane = 1u; lane < LANES; lane++) { sum += shares[lane * COLUMNS + local.x]; }
  }
  if (local.y == 0u && col < u.cols) { dtable[entry * u.cols + col] += u.scale * sum; }
}
