// embeddings_backward_drawn
//
//   dtable[ids[i],c] += sum of dy[places[k],c] over all k with ids[k] = ids[i], for the first i of each id
//
// The ids are known on the device only, so nobody could group them beforehand: the workgroup of an id's first place
// finds the others. They are added in order, so the result does not vary between runs.
// Source: derivative of embeddings_forward for the word table.
// Shapes: ids, places [rows] u32; dy [tokens, cols], dtable [entries, cols] f32.
// Dispatch: one workgroup a row, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;

struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> places: array<u32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dtable: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let id = ids[row];
  for (var other = 0u; other < row; other++) {
    if (ids[other] == id) { return; }
  }
  for (var col = local; col < u.cols; col += WG) {
    var sum = 0.0;
    for (var other = row; other < u.rows; other++) {
      if (ids[other] == id) { sum += dy[places[other] * u.cols + col]; }
    }
    dtable[id * u.cols + col] += sum;
  }
}
