// lib/real_f32.wgsl
//
//   real: the type in which activations, their gradients and the factors of products lie in memory; what is computed of
//   them is f32 whatever it is
//   to_real(x), to_reals(x): numbers as they are stored
//
// Stands behind lib/subgroups.wgsl where that is used, and before every other library. Twin of lib/real_f16.wgsl.

alias real = f32;

fn to_real(x: f32) -> real { return x; }

fn to_reals(x: vec4f) -> vec4<real> { return x; }
