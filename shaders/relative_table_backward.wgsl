// relative_table_backward
//
//   dtable[m] = sum of dscores[i,j] x[i], or under BY_KEY x[j], over the pairs whose distance i - j reads row m
//
// of all sequences, for each head; dscores is already times the scale. The distances of row m are those from starts[m] to
// starts[m+1], counted from 1 - longest on.
// Source: derivative of relative_scores.
// Uses: lib/real_f32.wgsl
// Shapes: dscores [tokens, heads, longest] f32, of which a row holds as many as its sequence has tokens; x [tokens, heads,
// size], dtable [rows, heads, size] of real; starts [rows + 1], offsets [sequences + 1] u32.
// Dispatch: one workgroup a row and head, folded into two dimensions; WG invocations stride over the size. Sums run over
// sequences, distances and queries in order.
override WG: u32 = 32;
override BY_KEY: bool = false;

struct Uniforms { rows: u32, heads: u32, size: u32, longest: u32, sequences: u32 }
@group(0) @binding(0) var<storage, read> dscores: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<real>;
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read_write> dtable: array<real>;
@group(0) @binding(5) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= u.rows * u.heads) { return; }
  let head = row % u.heads;
  let first = starts[row / u.heads];
  let beyond = starts[row / u.heads + 1u];
  for (var d = lane; d < u.size; d += WG) {
    var sum = 0.0;
    for (var sequence = 0u; sequence < u.sequences; sequence++) {
      let start = offsets[sequence];
      let length = offsets[sequence + 1u] - start;
      for (var at = first; at < beyond; at++) {
        // Of the pairs query - key = at - (longest - 1), those within the sequence.
        let end = min(length, length + at - min(length + at, u.longest - 1u));
        for (var query = max(at, u.longest - 1u) - (u.longest - 1u); query < end; query++) {
          let key = query + u.longest - 1u - at;
          let dscore = dscores[((start + query) * u.heads + head) * u.longest + key];
          let place = ((start + select(query, key, BY_KEY)) * u.heads + head) * u.size + d;
          sum = fma(dscore, f32(x[place]), sum);
        }
      }
    }
    dtable[row * u.size + d] = to_real(sum);
  }
}
