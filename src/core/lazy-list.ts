const indexForm = /^(?:0|[1-9]\d*)$/;

/**
 * A list that makes an element each time it is asked for, so that a long one takes no room. `at` is called with
 * 0 … length - 1. Going through it with a loop or the methods of a list works as usual; nothing can be put into it.
 *
 * A long one is best gone through by its at(), some(), every(), entries() or for … of: list[index] makes a text of every
 * index, which lies in memory until all garbage is collected.
 */
export function lazyList<T>(length: number, at: (index: number) => T): readonly T[] {
  const quick = quickMethods(length, at);
  const indexOf = (key: string | symbol): number =>
    typeof key === "string" && indexForm.test(key) && Number(key) < length ? Number(key) : -1;
  const nothing: readonly T[] = [];
  return new Proxy(nothing, {
    get(target, key, receiver): unknown {
      if (key === "length") return length;
      if (quick.has(key)) return quick.get(key);
      const index = indexOf(key);
      return index < 0 ? Reflect.get(target, key, receiver) : at(index);
    },
    has: (target, key) => indexOf(key) >= 0 || Reflect.has(target, key),
    ownKeys: () => [...Array.from({ length }, (_, index) => String(index)), "length"],
    getOwnPropertyDescriptor(target, key) {
      if (key === "length") return { value: length, writable: true, enumerable: false, configurable: false };
      const index = indexOf(key);
      if (index < 0) return Reflect.getOwnPropertyDescriptor(target, key);
      return { value: at(index), writable: false, enumerable: true, configurable: true };
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  });
}

/** Those methods of a list that need no text of an index. */
function quickMethods(length: number, at: (index: number) => unknown): ReadonlyMap<string | symbol, unknown> {
  function* entries(): Generator<[number, unknown]> {
    for (let index = 0; index < length; index++) yield [index, at(index)];
  }
  function* values(): Generator {
    for (let index = 0; index < length; index++) yield at(index);
  }
  const some = (test: (value: unknown, index: number) => boolean): boolean => {
    for (let index = 0; index < length; index++) if (test(at(index), index)) return true;
    return false;
  };
  const every = (test: (value: unknown, index: number) => boolean): boolean => !some((...given) => !test(...given));
  const elementAt = (place: number): unknown => {
    const index = place < 0 ? length + place : place;
    return index >= 0 && index < length ? at(index) : undefined;
  };
  return new Map<string | symbol, unknown>([
    ["at", elementAt],
    ["some", some],
    ["every", every],
    ["entries", entries],
    [Symbol.iterator, values],
  ]);
}
