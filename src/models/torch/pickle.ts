import type { PickleCursor } from "./pickle-cursor.ts";
import { PickleMachine, type PickleWorld } from "./pickle-machine.ts";
import { forbiddenOpcodes, opcodes } from "./pickle-opcodes.ts";
import type { PickleValue } from "./pickle-values.ts";

/** Enough for 8,000 tensors; BERT-large has 391. */
const maxOperations = 400_000;

/**
 * Reads one pickle and leaves the cursor behind it. Plain data is built, everything else comes from `world`; no code is
 * ever run, and no step is larger than the pickle itself, so that a small file cannot grow.
 *
 * Errors: bad-tensors for an opcode or global that tensors do not need, by name, and for a damaged or endless pickle.
 * Source: Python's pickletools, protocols 2 to 5.
 */
export function readPickle(cursor: PickleCursor, world: PickleWorld): PickleValue {
  const machine = new PickleMachine(cursor, world);
  for (let count = 0; count < maxOperations; count++) {
    const code = cursor.byte();
    if (code === stop) return machine.pop();
    const run = opcodes.get(code);
    if (run === undefined) {
      const name = forbiddenOpcodes.get(code);
      if (name !== undefined) throw cursor.refused(`it uses the pickle opcode ${name}`);
      throw cursor.damaged(`0x${code.toString(16).padStart(2, "0")} is no pickle opcode`);
    }
    run(machine);
  }
  throw cursor.refused(`it takes more than ${maxOperations} steps to read`);
}

const stop = 0x2e;
