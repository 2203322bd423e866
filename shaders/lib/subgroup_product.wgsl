// lib/subgroup_product.wgsl
//
//   product(...) = sum_k A[m,k] · B[k,n]  for 16 rows m and COLUMNS columns n a lane
//
//   A product in registers, without workgroup memory or barriers, for a workgroup that is one subgroup of LANES lanes. At
//   each k a lane reads A of rows of its own, and the subgroup spreads them: sixteen rows cost 16 / LANES reads, at least
//   one. All sums have a name, for an array with a running index would leave the registers.
//   The kernel behind it declares the overrides LANES (4, 8, 16 or 32) and COLUMNS (4 or 8), SUMS, which says whether the
//   rows of A are added up as well, and the functions a_at(place) and b_at(place), which read an element as f32.

// Rows 0 … 3, 4 … 7, 8 … 11 and 12 … 15 of a lane's first four columns; then of its second four, where it has eight; and
// the sums of the rows of A that it reads itself, as rows_of_lane has them.
struct Sums {
  near0: mat4x4f,
  near1: mat4x4f,
  near2: mat4x4f,
  near3: mat4x4f,
  far0: mat4x4f,
  far1: mat4x4f,
  far2: mat4x4f,
  far3: mat4x4f,
  rows: vec4f,
}

// Where a product's factors are: of a lane's rows and columns at the first k, and how far the next k lies.
struct Factors {
  a: vec4u,
  near: vec4u,
  far: vec4u,
  step_a: u32,
  step_b: u32,
}

// The rows of 16 that a lane reads itself.
fn rows_of_lane(lane: u32) -> vec4u {
  return lane % 16u + LANES * vec4u(0u, 1u, 2u, 3u);
}

fn quad0(x: f32) -> vec4f {
  return vec4f(subgroupBroadcast(x, 0u), subgroupBroadcast(x, 1u), subgroupBroadcast(x, 2u), subgroupBroadcast(x, 3u));
}

fn quad1(x: f32) -> vec4f {
  return vec4f(subgroupBroadcast(x, 4u), subgroupBroadcast(x, 5u), subgroupBroadcast(x, 6u), subgroupBroadcast(x, 7u));
}

fn quad2(x: f32) -> vec4f {
  return vec4f(subgroupBroadcast(x, 8u), subgroupBroadcast(x, 9u), subgroupBroadcast(x, 10u), subgroupBroadcast(x, 11u));
}

fn quad3(x: f32) -> vec4f {
  return vec4f(
    subgroupBroadcast(x, 12u),
    subgroupBroadcast(x, 13u),
    subgroupBroadcast(x, 14u),
    subgroupBroadcast(x, 15u),
  );
}

fn four_of_b(at: vec4u) -> vec4f {
  return vec4f(b_at(at.x), b_at(at.y), b_at(at.z), b_at(at.w));
}

// The sums over `count` k, in order.
fn product(factors: Factors, count: u32) -> Sums {
  var sums = Sums();
  var at_a = factors.a;
  var near = factors.near;
  var far = factors.far;
  for (var k = 0u; k < count; k++) {
    var own = vec4f(a_at(at_a.x), 0.0, 0.0, 0.0);
    let rows0 = quad0(own.x);
    var rows1 = vec4f();
    var rows2 = vec4f();
    var rows3 = vec4f();
    if (LANES == 4u) {
      own = vec4f(own.x, a_at(at_a.y), a_at(at_a.z), a_at(at_a.w));
      rows1 = quad0(own.y);
      rows2 = quad0(own.z);
      rows3 = quad0(own.w);
    } else if (LANES == 8u) {
      own.y = a_at(at_a.y);
      rows1 = quad1(own.x);
      rows2 = quad0(own.y);
      rows3 = quad1(own.y);
    } else {
      rows1 = quad1(own.x);
      rows2 = quad2(own.x);
      rows3 = quad3(own.x);
    }
    if (SUMS) { sums.rows += own; }
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
    at_a += factors.step_a;
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
    sums.rows,
  );
}
