const indexForm = /^(?:0|[1-9]\d*)$/;

/**
 * A list that makes an element each time it is asked for, so that a long one takes no room. `at` is called with
 * 0 … length - 1. Going through it with a loop or the methods of a list works as usual; nothing can be put into it.
 */
export function lazyList<T>(length: number, at: (index: number) => T): readonly T[] {
  const indexOf = (key: string | symbol): number =>
    typeof key === "string" && indexForm.test(key) && Number(key) < length ? Number(key) : -1;
  const nothing: readonly T[] = [];
  return new Proxy(nothing, {
    get(target, key, receiver): unknown {
      if (key === "length") return length;
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
