// lib/bitonic.wgsl
//
//   sixteen_places(index, log_span, mirrored)     sixteen_sorted(keys, mirrored, layers)
//
// A stage of the bitonic sort joins two sorted halves of a run of 2^log_span keys: first each key meets its mirror image
// in the other half, then keys half a half apart are compared, and so on down to neighbours. Up to four such layers
// stay among sixteen places, so that one visit does them all. Every comparator moves the smaller key to the lower
// place: a key that stands for infinity behind the last one would stay there, which is why any count of keys is sorted
// without padding.
// Source: Batcher 1968, in the form whose comparators all point the same way.

// Keys in the order of their places.
struct Sixteen { a: vec4u, b: vec4u, c: vec4u, d: vec4u }

// Sixteen places: eight from `low` and eight from `high`, each `stride` apart.
struct Places { low: u32, high: u32, stride: u32 }

// Places number `index`, in runs of 2^log_span keys; log_span is at least 4.
fn sixteen_places(index: u32, log_span: u32, mirrored: bool) -> Places {
  let log_stride = log_span - 4u;
  let stride = 1u << log_stride;
  let run = (index >> log_stride) << log_span;
  let offset = index & (stride - 1u);
  return Places(run + offset, run + 8u * stride + select(offset, stride - 1u - offset, mirrored), stride);
}

fn two_apart(v: vec4u) -> vec4u {
  return vec4u(min(v.xy, v.zw), max(v.xy, v.zw));
}

fn neighbours(v: vec4u) -> vec4u {
  let low = min(v.xz, v.yw);
  let high = max(v.xz, v.yw);
  return vec4u(low.x, high.x, low.y, high.y);
}

// Layer one compares keys eight places apart, or mirror images; the next ones, as far as `layers`, four, two and one.
fn sixteen_sorted(keys: Sixteen, mirrored: bool, layers: u32) -> Sixteen {
  let far_a = select(keys.c, keys.d.wzyx, mirrored);
  let far_b = select(keys.d, keys.c.wzyx, mirrored);
  let high_a = max(keys.a, far_a);
  let high_b = max(keys.b, far_b);
  var a = min(keys.a, far_a);
  var b = min(keys.b, far_b);
  var c = select(high_a, high_b.wzyx, mirrored);
  var d = select(high_b, high_a.wzyx, mirrored);
  if (layers > 1u) {
    let near = Sixteen(min(a, b), max(a, b), min(c, d), max(c, d));
    a = near.a;
    b = near.b;
    c = near.c;
    d = near.d;
  }
  if (layers > 2u) {
    a = two_apart(a);
    b = two_apart(b);
    c = two_apart(c);
    d = two_apart(d);
  }
  if (layers > 3u) {
    a = neighbours(a);
    b = neighbours(b);
    c = neighbours(c);
    d = neighbours(d);
  }
  return Sixteen(a, b, c, d);
}
