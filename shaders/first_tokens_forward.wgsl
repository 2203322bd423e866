// first_tokens_forward
//
//   out[b,c] = x[offsets[b],c]
//
// Source: Devlin et al. 2019, BERT: a sequence is represented by its first token.
// Shapes: offsets [sequences + 1] u32; x [tokens, cols], out [sequences, cols] f32.
// Dispatch: x = ceil(cols / WG), y = sequences.
override WG: u32 = 32;

struct Uniforms { cols: u32 }
@group(0) @binding(0) var<storage, read> offsets: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u.cols) { return; }
  out[id.y * u.cols + id.x] = x[offsets[id.y] * u.cols + id.x];
}
