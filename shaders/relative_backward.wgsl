// relative_backward
//
//   dx[i] += sum_j dscores[i,j] table[places[i-j]]      or, under BY_KEY, dx[j] += sum_i dscores[i,j] table[places[i-j]]
//
// within each sequence and head: gradients of queries and of keys, where dscores is already times the scale.
// Source: derivative of relative_scores.
// Uses: lib/real_f32.wgsl
// Shapes: dscores [tokens, heads, longest] f32, of which a row holds as many as its sequence has tokens; table [rows, heads,
// size], dx [tokens, heads, size] of real; places [2 longest - 1], from distance 1 - longest on, sequences [tokens],
// offsets [sequences + 1] u32.
// Dispatch: one workgroup a token and head, folded into two dimensions; WG invocations stride over the size. Sums run over
// the other tokens in order.
override WG: u32 = 32;
override BY_KEY: bool = false;

struct Uniforms { tokens: u32, heads: u32, size: u32, longest: u32 }
@group(0) @binding(0) var<storage, read> dscores: array<f32>;
@group(0) @binding(1) var<storage, read> table: array<real>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read> sequences: array<u32>;
@group(0) @binding(4) var<storage, read> offsets: array<u32>;
@group(0) @binding(5) var<storage, read_write> dx: array<real>;
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
  let own = token - start;
  for (var d = lane; d < u.size; d += WG) {
    var sum = f32(dx[row * u.size + d]);
    for (var other = 0u; other < length; other++) {
      let query = select(own, other, BY_KEY);
      let key = select(other, own, BY_KEY);
      let dscore = dscores[((start + query) * u.heads + head) * u.longest + key];
      let place = places[query + u.longest - 1u - key];
      sum = fma(dscore, f32(table[(place * u.heads + head) * u.size + d]), sum);
    }
    dx[row * u.size + d] = to_real(sum);
  }
}
