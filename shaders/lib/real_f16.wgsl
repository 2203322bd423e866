// lib/real_f16.wgsl
//
//   real: as in lib/real_f32.wgsl, half as wide
//   to_real(x), to_reals(x): the nearest numbers that there are, of two as near that with an even last bit; an infinity of x's
//   sign for what is beyond them, and for what is no number, so that nobody takes it for one
//
// By bits: WGSL leaves it to the device which of two neighbours it takes, and a compiler may take it that there are no
// infinities. Below 2^-14, where the device has to give up digits, it takes the neighbour that it likes.

enable f16;

alias real = f16;

const LARGEST = 65504.0;
// The bits of 2^16.
const BEYOND = 0x47800000u;
const MAGNITUDE = 0x7fffffffu;
// The bits of an f32 that an f16 does not have.
const LOST = 0x1fffu;

fn to_real(x: f32) -> real { return to_reals(vec4f(x)).x; }

fn to_reals(x: vec4f) -> vec4<real> {
  let bits = bitcast<vec4u>(x);
  let magnitude = bits & vec4u(MAGNITUDE);
  let even = (magnitude >> vec4u(13u)) & vec4u(1u);
  let nearest = (magnitude + vec4u(LOST >> 1u) + even) & vec4u(~LOST);
  let sign = bits & vec4u(~MAGNITUDE);
  let kept = select(nearest, magnitude, magnitude < vec4u(bitcast<u32>(0x1p-14f)));
  let inside = vec4<f16>(clamp(bitcast<vec4f>(sign | kept), vec4f(-LARGEST), vec4f(LARGEST)));
  let infinite = (sign >> vec4u(16u)) | vec4u(0x7c00u);
  let infinities = bitcast<vec4<f16>>(vec2u(infinite.x | (infinite.y << 16u), infinite.z | (infinite.w << 16u)));
  return select(inside, infinities, nearest >= vec4u(BEYOND));
}
