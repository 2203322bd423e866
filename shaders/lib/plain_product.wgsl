// lib/plain_product.wgsl
//
//   product(...) = sum_k A[m,k] · B[k,n]  for 16 rows m and COLUMNS columns n a lane
//
//   Works everywhere. Twin of lib/subgroup_product.wgsl, for a workgroup of 16 lanes: of each row of A its own lane says
//   where it is, once, through workgroup memory; then every lane reads all of them, which lie in the cache.
//   The kernel behind it declares the overrides LANES, which is 16, and COLUMNS (4 or 8), and the functions a_at(place) and
//   b_at(place), which read an element as f32. It calls rows_of_lane before product.

// Rows 0 … 3, 4 … 7, 8 … 11 and 12 … 15 of a lane's first four columns; then of its second four, where it has eight.
struct Sums {
  near0: mat4x4f,
  near1: mat4x4f,
  near2: mat4x4f,
  near3: mat4x4f,
  far0: mat4x4f,
  far1: mat4x4f,
  far2: mat4x4f,
  far3: mat4x4f,
}

// Where a product's factors are: of a lane's row, the first of `a`, and columns at the first k, and how far the next k lies.
struct Factors {
  a: vec4u,
  near: vec4u,
  far: vec4u,
  step_a: u32,
  step_b: u32,
}

var<workgroup> row_places: array<u32, 16>;
var<private> own_lane: u32;

// The row of 16 that a lane tells of, first of four.
fn rows_of_lane(lane: u32) -> vec4u {
  own_lane = lane;
  return vec4u(lane);
}

fn four_of_a(at: vec4u) -> vec4f {
  return vec4f(a_at(at.x), a_at(at.y), a_at(at.z), a_at(at.w));
}

fn four_of_b(at: vec4u) -> vec4f {
  return vec4f(b_at(at.x), b_at(at.y), b_at(at.z), b_at(at.w));
}

fn four_places(first: u32) -> vec4u {
  return vec4u(row_places[first], row_places[first + 1u], row_places[first + 2u], row_places[first + 3u]);
}

// The sums over `count` k, in order.
fn product(factors: Factors, count: u32) -> Sums {
  row_places[own_lane] = factors.a.x;
  workgroupBarrier();
  var at0 = four_places(0u);
  var at1 = four_places(4u);
  var at2 = four_places(8u);
  var at3 = four_places(12u);
  var near = factors.near;
  var far = factors.far;
  var sums = Sums();
  for (var k = 0u; k < count; k++) {
    let rows0 = four_of_a(at0);
    let rows1 = four_of_a(at1);
    let rows2 = four_of_a(at2);
    let rows3 = four_of_a(at3);
    let columns = four_of_b(near);
    sums.near0 = add_outer(sums.near0, rows0, columns);
    sums.near1 = add_outer(sums.near1, rows1, columns);
    sums.near2 = add_outer(sums.near2, rows2, columns);
    sums.near3 = add_outer(sums.near3, rows3, columns);
    if (COLUMNS == 8u) {
      let further = four_of_b(far);
      sums.far0 = add_outer(sums.far0, rows0, further);
      sums.far1 = add_outer(sums.far1, rows1, further);
      sums.far2 = add_outer(sums.far2, rows2, further);
      sums.far3 = add_outer(sums.far3, rows3, further);
      far += factors.step_b;
    }
    at0 += factors.step_a;
    at1 += factors.step_a;
    at2 += factors.step_a;
    at3 += factors.step_a;
    near += factors.step_b;
  }
  return sums;
}

// What moved_up is to four rows, for all sixteen: near0[0] and far0[0] are what was the second row.
fn without_first_row(sums: Sums) -> Sums {
  return Sums(
    moved_up(sums.near0, sums.near1[0]),
    moved_up(sums.near1, sums.near2[0]),
    moved_up(sums.near2, sums.near3[0]),
    moved_up(sums.near3, vec4f()),
    moved_up(sums.far0, sums.far1[0]),
    moved_up(sums.far1, sums.far2[0]),
    moved_up(sums.far2, sums.far3[0]),
    moved_up(sums.far3, vec4f()),
  );
}
