// fma
//
//   x = x · a + b, again and again, in eight chains that do not wait for each other: what an adapter can compute at most
//
// Shapes: out f32 [invocations].
// Dispatch: one invocation an element, WG a workgroup; 2 · 16 · turns operations each.
override WG: u32 = 64;

struct Uniforms { turns: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let a = 0.5 + f32(id.x) * 1e-9;
  let b = 0.25;
  var x0 = a;
  var x1 = a + 1.0;
  var x2 = a + 2.0;
  var x3 = a + 3.0;
  var x4 = a + 4.0;
  var x5 = a + 5.0;
  var x6 = a + 6.0;
  var x7 = a + 7.0;
  for (var turn = 0u; turn < u.turns; turn++) {
    x0 = fma(x0, a, b);
    x1 = fma(x1, a, b);
    x2 = fma(x2, a, b);
    x3 = fma(x3, a, b);
    x4 = fma(x4, a, b);
    x5 = fma(x5, a, b);
    x6 = fma(x6, a, b);
    x7 = fma(x7, a, b);
    x0 = fma(x0, a, b);
    x1 = fma(x1, a, b);
    x2 = fma(x2, a, b);
    x3 = fma(x3, a, b);
    x4 = fma(x4, a, b);
    x5 = fma(x5, a, b);
    x6 = fma(x6, a, b);
    x7 = fma(x7, a, b);
  }
  out[id.x] = ((x0 + x1) + (x2 + x3)) + ((x4 + x5) + (x6 + x7));
}
