// lib/result_f32.wgsl
//
//   result: as in lib/result_real.wgsl, here always f32: the gradients of parameters

alias result = f32;

fn to_results(x: vec4f) -> vec4<result> { return x; }
