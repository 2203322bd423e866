import type { PickleCursor } from "./pickle-cursor.ts";
import { describeValue, type PickleDict, type PickleValue } from "./pickle-values.ts";

/** What a pickle may refer to beside plain data. Each throws, with the cursor's errors, what it does not know. */
export interface PickleWorld {
  global(name: string, cursor: PickleCursor): PickleValue;
  call(callee: PickleValue, given: readonly PickleValue[], cursor: PickleCursor): PickleValue;
  /** What stands for an object of a class. */
  object(callee: PickleValue, cursor: PickleCursor): PickleValue;
  persistent(id: PickleValue, cursor: PickleCursor): PickleValue;
}

const maxStack = 50_000;

/** The stack and memo that the opcodes work on. */
export class PickleMachine {
  readonly cursor: PickleCursor;
  readonly world: PickleWorld;
  readonly #stack: PickleValue[] = [];
  /** Stack heights at the open marks. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(cursor: PickleCursor, world: PickleWorld) {
    this.cursor = cursor;
    this.world = world;
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= maxStack) throw this.cursor.refused(`it stacks more than ${maxStack} values`);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    if (value === undefined) throw this.cursor.damaged("it takes a value from an empty stack");
    return value;
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== "string") throw this.cursor.damaged(`a text is wanted where ${describeValue(value)} stands`);
    return value;
  }

  popTuple(): PickleValue[] {
    const value = this.pop();
    if (typeof value === "object" && value?.kind === "tuple") return value.items;
    throw this.cursor.damaged(`a tuple is wanted where ${describeValue(value)} stands`);
  }

  /** The `count` uppermost values, in the order they came. */
  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).toReversed();
  }

  mark(): void {
    if (this.#marks.length >= maxStack) throw this.cursor.refused(`it holds more than ${maxStack} marks`);
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last mark, which is closed. */
  popToMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.cursor.damaged("it closes a mark that it never set");
    return this.#stack.splice(height);
  }

  /** Appends to the list on top of the stack. What an object is given is dropped. */
  append(items: readonly PickleValue[]): void {
    if (this.#onObject()) return;
    const top = this.pop();
    if (typeof top !== "object" || top?.kind !== "list") {
      throw this.cursor.refused(`it appends to ${describeValue(top)}`);
    }
    for (const item of items) top.items.push(item);
    this.#stack.push(top);
  }

  /** Adds keys and values, in turns, to the dict on top of the stack: those whose key is a text. */
  setItems(pairs: readonly PickleValue[]): void {
    if (pairs.length % 2 !== 0) throw this.cursor.damaged("a key has no value");
    if (this.#onObject()) return;
    const dict = this.#topDict("it sets items of");
    for (let index = 0; index < pairs.length; index += 2) {
      const [key, value = null] = pairs.slice(index, index + 2);
      // An optimizer's state is kept by number.
      if (typeof key === "string") dict.entries.set(key, value);
    }
  }

  /** BUILD: attributes of an object or an OrderedDict, such as a state dict's _metadata, are dropped. */
  build(): void {
    const state = this.pop();
    if (this.#onObject()) return;
    if (typeof state !== "object" || state?.kind !== "dict") {
      throw this.cursor.refused(`it uses the pickle opcode BUILD with ${describeValue(state)}`);
    }
    this.#topDict("it uses the pickle opcode BUILD on");
  }

  /** Whether an object lies on top of the stack. */
  #onObject(): boolean {
    const top = this.pop();
    this.#stack.push(top);
    return typeof top === "object" && top?.kind === "object";
  }

  #topDict(doing: string): PickleDict {
    const top = this.pop();
    if (typeof top !== "object" || top?.kind !== "dict") {
      throw this.cursor.refused(`${doing} ${describeValue(top)}`);
    }
    this.#stack.push(top);
    return top;
  }

  /** Keeps the top of the stack under a number; without one, under the next. */
  put(number = this.#memo.size): void {
    const top = this.pop();
    this.#memo.set(number, top);
    this.#stack.push(top);
  }

  get(number: number): void {
    const value = this.#memo.get(number);
    if (value === undefined) throw this.cursor.damaged(`it recalls value ${number}, which it never kept`);
    this.push(value);
  }
}
