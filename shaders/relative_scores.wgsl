// relative_scores
//
//   scores[i,j] += scale x[i]·table[places[i-j]]      or, under BY_KEY, scale x[j]·table[places[i-j]]
//
// within each sequence and head, for queries i and keys j: what a query has to do with the distance of a key, and a key
// with that of a query.
// Source: He et al. 2021, DeBERTa, equation 4.
// Uses: lib/real_f32.wgsl
// Shapes: x [tokens, heads, size], table [rows, heads, size] of real; places [2 longest - 1], from distance 1 - longest on,
// sequences [tokens], offsets [sequences + 1] u32; scores [tokens, heads, longest] f32, of which a row holds as many as its
// sequence has tokens.
// Dispatch: one workgroup a row, tokens · heads of them folded into two dimensions; WG invocations stride over it. Sums
// run over the size in order.
override WG: u32 = 32;
override BY_KEY: bool = false;

struct Uniforms { tokens: u32, heads: u32, size: u32, longest: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> x: array<real>;
@group(0) @binding(1) var<storage, read> table: array<real>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read> sequences: array<u32>;
@group(0) @binding(4) var<storage, read> offsets: array<u32>;
@group(0) @binding(5) var<storage, read_write> scores: array<f32>;
@group(0) @binding(6) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= u.tokens * u.heads) { return; }
  let token = row / u.heads;
  let head = row % u.heads;
  let start = offsets[sequences[token]];
  let length = offsets[sequences[token] + 1u] - start;
  let query = token - start;
  for (var key = lane; key < length; key += WG) {
    let from_x = ((start + select(query, key, BY_KEY)) * u.heads + head) * u.size;
    let from_table = (places[query + u.longest - 1u - key] * u.heads + head) * u.size;
    var sum = 0.0;
    for (var d = 0u; d < u.size; d++) { sum = fma(f32(x[from_x + d]), f32(table[from_table + d]), sum); }
    scores[row * u.longest + key] += u.scale * sum;
  }
}
