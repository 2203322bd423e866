// lib/result_real.wgsl
//
//   result: the type of a product's results, here that of its factors; to_results(x): numbers as they are stored
//
// Behind lib/real_f32.wgsl or its twin.

alias result = real;

fn to_results(x: vec4f) -> vec4<result> { return to_reals(x); }
