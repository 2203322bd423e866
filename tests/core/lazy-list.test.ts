import { expect, test } from "vitest";
import { lazyList } from "../../src/core/lazy-list.ts";

test("a lazy list is like any list, whichever way it is gone through", () => {
  const asked: number[] = [];
  const list = lazyList(4, (index) => {
    asked.push(index);
    return index * index;
  });
  const plain = [0, 1, 4, 9];
  expect([list.length, Array.isArray(list), list[2], list.at(-1), list[4], list.at(-5)]).toEqual([
    4,
    true,
    4,
    9,
    undefined,
    undefined,
  ]);
  // Nothing is made but what is asked for, and it is made each time.
  expect(asked).toEqual([2, 3]);
  expect(list).toEqual(plain);
  expect(list).not.toEqual([0, 1, 4]);
  expect([...list, ...list.entries()]).toEqual([...plain, ...plain.entries()]);
  expect([list.map(String), list.filter((value) => value % 2 === 1), list.slice(1, 3)]).toEqual([
    ["0", "1", "4", "9"],
    [1, 9],
    [1, 4],
  ]);
  expect([
    list.some((value) => value === 9),
    list.every((value) => value < 9),
    list.indexOf(4),
    3 in list,
    4 in list,
  ]).toEqual([true, false, 2, true, false]);
  expect([JSON.stringify(list), Object.keys(list), [list].flat(), [-1].concat(list)]).toEqual([
    "[0,1,4,9]",
    ["0", "1", "2", "3"],
    plain,
    [-1, ...plain],
  ]);
});

test("what goes through all of it makes each element once, and stops where it knows enough", () => {
  const asked: number[] = [];
  const list = lazyList(5, (index) => {
    asked.push(index);
    return index;
  });
  const seen = (): readonly number[] => asked.splice(0);
  const pairs: unknown[] = [];
  expect([list.some((value, at) => value === 2 && at === 2), seen()]).toEqual([true, [0, 1, 2]]);
  expect([list.every((value, at) => value === at && at < 3), seen()]).toEqual([false, [0, 1, 2, 3]]);
  for (const [at, value] of list.entries()) pairs.push([at, value]);
  expect([pairs, seen()]).toEqual([[...[0, 1, 2, 3, 4].entries()], [0, 1, 2, 3, 4]]);
  for (const value of list) if (value === 1) break;
  expect([list.at(-5), list.at(5), list.at(-6), seen()]).toEqual([0, undefined, undefined, [0, 1, 0]]);
});

test("an empty one, and one that somebody wants to change", () => {
  expect(lazyList(0, () => 1)).toEqual([]);
  const list = lazyList(2, () => 1) as number[];
  expect(() => list.push(1)).toThrow(TypeError);
  expect(() => (list[0] = 2)).toThrow(TypeError);
  expect(() => list.pop()).toThrow(TypeError);
  expect(list).toEqual([1, 1]);
});
