type Progress = (doneBytes: number) => void;

/** SHA-256 of a Blob. progress: called after every slice; what it throws ends the reading. */
export async function sha256Of(blob: Blob, progress: Progress = () => {}): Promise<string> {
  return await hashBlob(new Hash(sha256), blob, progress);
}

/** Git's SHA-1 of a file: that of "blob <size>", a zero byte, and the content. progress: as of sha256Of. */
export async function gitHash(blob: Blob, progress: Progress = () => {}): Promise<string> {
  const hash = new Hash(sha1);
  hash.update(new TextEncoder().encode(`blob ${blob.size}\0`));
  return await hashBlob(hash, blob, progress);
}

async function hashBlob(hash: Hash, blob: Blob, progress: Progress): Promise<string> {
  for (let begin = 0; begin < blob.size; begin += sliceBytes) {
    hash.update(new Uint8Array(await blob.slice(begin, begin + sliceBytes).arrayBuffer()));
    progress(Math.min(blob.size, begin + sliceBytes));
  }
  return hash.digest();
}

const sliceBytes = 4 * 2 ** 20;

interface Algorithm {
  readonly initial: readonly number[];
  /** Words of the message schedule. */
  readonly scheduleLength: number;
  readonly compress: (state: Uint32Array, words: Uint32Array) => void;
}

/**
 * SHA-1 or SHA-256 of bytes in pieces of any length: WebCrypto wants all of them in memory at once, which 1.3 GB are not
 * to be, and no package that is kept here has it.
 *
 * Source: FIPS 180-4.
 */
class Hash {
  readonly #algorithm: Algorithm;
  readonly #state: Uint32Array;
  readonly #words: Uint32Array;
  readonly #rest = new Uint8Array(64);
  #restLength = 0;
  #byteCount = 0;

  constructor(algorithm: Algorithm) {
    this.#algorithm = algorithm;
    this.#state = Uint32Array.from(algorithm.initial);
    this.#words = new Uint32Array(algorithm.scheduleLength);
  }

  update(bytes: Uint8Array): void {
    this.#byteCount += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(64 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < 64) return;
      this.#block(this.#rest, 0);
      this.#restLength = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#restLength = bytes.length - at;
  }

  /** Ends the message; hexadecimal, lower case. */
  digest(): string {
    const bits = BigInt(this.#byteCount) * 8n;
    const padding = new Uint8Array(((119 - (this.#byteCount % 64)) % 64) + 9);
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
    this.update(padding);
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  #block(bytes: Uint8Array, at: number): void {
    const words = this.#words;
    for (let index = 0, byte = at; index < 16; index++, byte += 4) {
      words[index] =
        ((bytes[byte] ?? 0) << 24) |
        ((bytes[byte + 1] ?? 0) << 16) |
        ((bytes[byte + 2] ?? 0) << 8) |
        (bytes[byte + 3] ?? 0);
    }
    this.#algorithm.compress(this.#state, words);
  }
}

const sha1: Algorithm = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0],
  scheduleLength: 80,
  compress(state, w) {
    for (let t = 16; t < 80; t++) {
      const mixed = (w[t - 3] ?? 0) ^ (w[t - 8] ?? 0) ^ (w[t - 14] ?? 0) ^ (w[t - 16] ?? 0);
      w[t] = (mixed << 1) | (mixed >>> 31);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let t = 0; t < 80; t++) {
      const f = t < 20 ? (b & c) ^ (~b & d) : t >= 40 && t < 60 ? (b & c) ^ (b & d) ^ (c & d) : b ^ c ^ d;
      const k = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const next = (((a << 5) | (a >>> 27)) + f + e + k + (w[t] ?? 0)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    addTo(state, [a, b, c, d, e]);
  },
};

const sha256: Algorithm = {
  initial: [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
  scheduleLength: 64,
  compress(state, w) {
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15] ?? 0;
      const y = w[t - 2] ?? 0;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = ((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[t] ?? 0) + (w[t] ?? 0)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    addTo(state, [a, b, c, d, e, f, g, h]);
  },
};

function addTo(state: Uint32Array, values: readonly number[]): void {
  for (const [index, value] of values.entries()) state[index] = ((state[index] ?? 0) + value) | 0;
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = cubeRootBits(64);

function cubeRootBits(count: number): Uint32Array {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  }
  // floor(cbrt(p) · 2³²) is the integer cube root of p · 2⁹⁶; its low 32 bits are the fraction.
  return Uint32Array.from(primes, (prime) => Number(BigInt.asUintN(32, cubeRoot(prime << 96n))));
}

function cubeRoot(value: bigint): bigint {
  let [low, high] = [0n, 1n << 40n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}
