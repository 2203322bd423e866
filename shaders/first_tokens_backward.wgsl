// first_tokens_backward
//
//   dx[t,c] = dout[b,c] where t = offsets[b] is the first token of its sequence b, else 0
//
// Source: derivative of first_tokens_forward.
// Shapes: sequences [tokens], offsets [sequences + 1] u32; dout [sequences, cols], dx [tokens, cols] f32.
// Dispatch: one workgroup a token, folded into two dimensions; WG invocations stride over the columns.
override WG: u32 = 32;

struct Uniforms { tokens: u32, cols: u32 }
@group(0) @binding(0) var<storage, read> sequences: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> dout: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let token = wid.y * groups.x + wid.x;
  if (token >= u.tokens) { return; }
  let sequence = sequences[token];
  let first = offsets[sequence] == token;
  for (var col = local; col < u.cols; col += WG) {
    dx[token * u.cols + col] = select(0.0, dout[sequence * u.cols + col], first);
  }
}
