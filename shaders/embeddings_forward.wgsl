// embeddings_forward
//
//   out[t,c] = scale word[ids[t] - top,c] + position[positions[t],c] + token_type[types[t],c], without the last where TYPED is 0,
//   and without the second where PLACED is 0
//
// for tokens whose word is one of the `words` rows from row `top` of the table that are given here; other tokens' rows of
// out stay as they are.
// Source: Devlin et al. 2019, BERT, figure 2.
// Shapes: ids, positions, types [tokens] u32; word, position, token_type [entries, cols], out [tokens, cols] f32.
// Dispatch: one workgroup a token, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;
override TYPED: u32 = 1;
override PLACED: u32 = 1;

struct Uniforms { tokens: u32, cols: u32, scale: f32, top: u32, words: u32 }
@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> positions: array<u32>;
@group(0) @binding(2) var<storage, read> types: array<u32>;
@group(0) @binding(3) var<storage, read> word: array<f32>;
@group(0) @binding(4) var<storage, read> position: array<f32>;
@group(0) @binding(5) var<storage, read> token_type: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let token = wid.y * groups.x + wid.x;
  if (token >= u.tokens) { return; }
  // Wraps to a large number for a row above.
  let row = ids[token] - u.top;
  if (row >= u.words) { return; }
  let from_word = row * u.cols;
  let from_position = positions[token] * u.cols;
  let from_type = types[token] * u.cols;
  for (var col = local; col < u.cols; col += WG) {
    var sum = u.scale * word[from_word + col];
    if (PLACED == 1u) { sum += position[from_position + col]; }
    if (TYPED == 1u) { sum += token_type[from_type + col]; }
    out[token * u.cols + col] = sum;
  }
}
