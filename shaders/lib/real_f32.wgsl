// lib/real_f32.wgsl
//
//   real: the type in which weights are read; sums are f32 whatever it is.

alias real = f32;
