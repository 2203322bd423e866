/**
 * Counter-based random numbers: a draw is a pure function of (seed, label, step, element), so any thread, on the CPU
 * or in WGSL, computes the same bits in any order and nothing has to be stored.
 *
 * Source: Salmon et al. 2011, Threefry-2x32 with 20 rounds. Twin of shaders/lib/threefry.wgsl.
 */

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/** One Threefry-2x32-20 block: key (k0, k1), counter (c0, c1), all u32. Returns two u32 words. */
export function threefry(k0: number, k1: number, c0: number, c1: number): readonly [number, number] {
  const keys = [k0 >>> 0, k1 >>> 0, (parity ^ k0 ^ k1) >>> 0] as const;
  let x = (c0 + keys[0]) >>> 0;
  let y = (c1 + keys[1]) >>> 0;
  for (let round = 0; round < 20; round++) {
    const rotation = rotations[round % 8] ?? 0;
    x = (x + y) >>> 0;
    y = (((y << rotation) | (y >>> (32 - rotation))) ^ x) >>> 0;
    if (round % 4 === 3) {
      const group = (round + 1) / 4;
      x = (x + (keys[group % 3] ?? 0)) >>> 0;
      y = (y + (keys[(group + 1) % 3] ?? 0) + group) >>> 0;
    }
  }
  return [x, y];
}

/** FNV-1a hash of a label, u32: names a stream of draws. */
export function labelHash(label: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The u32 drawn for one element: the first word of the block keyed (seed, label) at counter (element, step). */
export function drawBits(seed: number, label: string, step: number, element: number): number {
  return threefry(seed, labelHash(label), element, step)[0];
}

/** A draw in [0, 1) with 24 bits, exact in f32: what the shaders compare with a keep share. */
export function drawUniform(seed: number, label: string, step: number, element: number): number {
  return (drawBits(seed, label, step, element) >>> 8) * 2 ** -24;
}

/** A standard normal draw (Box-Muller over both words of one block). */
export function drawNormal(seed: number, label: string, step: number, element: number): number {
  const [first, second] = threefry(seed, labelHash(label), element, step);
  const radius = Math.sqrt(-2 * Math.log((first + 1) * 2 ** -32));
  return radius * Math.cos(2 * Math.PI * second * 2 ** -32);
}

/** A random order of 0 … count-1 (Fisher-Yates over draws of `label` at `step`). */
export function shuffledOrder(seed: number, label: string, step: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(((drawBits(seed, label, step, last) + 0.5) / 2 ** 32) * (last + 1));
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}
