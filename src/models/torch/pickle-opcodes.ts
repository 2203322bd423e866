import type { PickleMachine } from "./pickle-machine.ts";

/** What each opcode that tensors need, or what lies beside them, does. Source: Python's pickletools; names there. */
export const opcodes: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  [0x80, protocol],
  [0x95, (m: PickleMachine) => m.cursor.need(m.cursor.u64())], // FRAME
  [0x28, (m: PickleMachine) => m.mark()], // MARK
  [0x4e, (m: PickleMachine) => m.push(null)], // NONE
  [0x88, (m: PickleMachine) => m.push(true)], // NEWTRUE
  [0x89, (m: PickleMachine) => m.push(false)], // NEWFALSE
  [0x4a, (m: PickleMachine) => m.push(m.cursor.i32())], // BININT
  [0x4b, (m: PickleMachine) => m.push(m.cursor.byte())], // BININT1
  [0x4d, (m: PickleMachine) => m.push(m.cursor.u16())], // BININT2
  [0x8a, (m: PickleMachine) => m.push(m.cursor.long(m.cursor.byte()))], // LONG1
  [0x47, (m: PickleMachine) => m.push(m.cursor.f64())], // BINFLOAT
  [0x55, (m: PickleMachine) => m.push(m.cursor.text(m.cursor.byte()))], // SHORT_BINSTRING
  [0x8c, (m: PickleMachine) => m.push(m.cursor.text(m.cursor.byte()))], // SHORT_BINUNICODE
  [0x58, (m: PickleMachine) => m.push(m.cursor.text(m.cursor.u32()))], // BINUNICODE
  [0x8d, (m: PickleMachine) => m.push(m.cursor.text(m.cursor.u64()))], // BINUNICODE8
  [0x5d, (m: PickleMachine) => m.push({ kind: "list", items: [] })], // EMPTY_LIST
  [0x61, (m: PickleMachine) => m.append(m.popMany(1))], // APPEND
  [0x65, (m: PickleMachine) => m.append(m.popToMark())], // APPENDS
  [0x7d, (m: PickleMachine) => m.push({ kind: "dict", entries: new Map() })], // EMPTY_DICT
  [0x73, (m: PickleMachine) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m: PickleMachine) => m.setItems(m.popToMark())], // SETITEMS
  [0x29, (m: PickleMachine) => m.push({ kind: "tuple", items: [] })], // EMPTY_TUPLE
  [0x85, (m: PickleMachine) => m.push({ kind: "tuple", items: m.popMany(1) })], // TUPLE1
  [0x86, (m: PickleMachine) => m.push({ kind: "tuple", items: m.popMany(2) })], // TUPLE2
  [0x87, (m: PickleMachine) => m.push({ kind: "tuple", items: m.popMany(3) })], // TUPLE3
  [0x74, (m: PickleMachine) => m.push({ kind: "tuple", items: m.popToMark() })], // TUPLE
  [0x71, (m: PickleMachine) => m.put(m.cursor.byte())], // BINPUT
  [0x72, (m: PickleMachine) => m.put(m.cursor.u32())], // LONG_BINPUT
  [0x94, (m: PickleMachine) => m.put()], // MEMOIZE
  [0x68, (m: PickleMachine) => m.get(m.cursor.byte())], // BINGET
  [0x6a, (m: PickleMachine) => m.get(m.cursor.u32())], // LONG_BINGET
  [0x63, (m: PickleMachine) => pushGlobal(m, m.cursor.line(), m.cursor.line())], // GLOBAL
  [0x93, stackGlobal],
  [0x52, reduce],
  [0x51, (m: PickleMachine) => m.push(m.world.persistent(m.pop(), m.cursor))], // BINPERSID
  [0x62, (m: PickleMachine) => m.build()], // BUILD
  [0x8b, (m: PickleMachine) => m.push(m.cursor.long(m.cursor.u32()))], // LONG4
  [0x42, (m: PickleMachine) => pushBytes(m, m.cursor.u32())], // BINBYTES
  [0x43, (m: PickleMachine) => pushBytes(m, m.cursor.byte())], // SHORT_BINBYTES
  [0x8e, (m: PickleMachine) => pushBytes(m, m.cursor.u64())], // BINBYTES8
  [0x8f, (m: PickleMachine) => m.push({ kind: "object", name: "set" })], // EMPTY_SET
  [0x90, (m: PickleMachine) => m.append(m.popToMark())], // ADDITEMS
  [0x91, frozenSet],
  [0x81, newObject],
]);

/** Opcodes of Python's that tensors do not need, so that a refusal can name them. */
export const forbiddenOpcodes: ReadonlyMap<number, string> = new Map([
  [0x30, "POP"],
  [0x31, "POP_MARK"],
  [0x32, "DUP"],
  [0x46, "FLOAT"],
  [0x49, "INT"],
  [0x4c, "LONG"],
  [0x53, "STRING"],
  [0x54, "BINSTRING"],
  [0x56, "UNICODE"],
  [0x96, "BYTEARRAY8"],
  [0x97, "NEXT_BUFFER"],
  [0x98, "READONLY_BUFFER"],
  [0x6c, "LIST"],
  [0x64, "DICT"],
  [0x67, "GET"],
  [0x70, "PUT"],
  [0x50, "PERSID"],
  [0x69, "INST"],
  [0x6f, "OBJ"],
  [0x92, "NEWOBJ_EX"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
]);

function protocol({ cursor }: PickleMachine): void {
  const version = cursor.byte();
  if (version > 5) throw cursor.damaged(`it is of protocol ${version}; 2 to 5 are read`);
}

function pushGlobal(machine: PickleMachine, module: string, name: string): void {
  machine.push(machine.world.global(`${module}.${name}`, machine.cursor));
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.popText();
  pushGlobal(machine, machine.popText(), name);
}

function pushBytes(machine: PickleMachine, byteCount: number): void {
  machine.cursor.pass(byteCount);
  machine.push({ kind: "object", name: "bytes" });
}

function frozenSet(machine: PickleMachine): void {
  machine.popToMark();
  machine.push({ kind: "object", name: "frozenset" });
}

function newObject(machine: PickleMachine): void {
  machine.popTuple();
  machine.push(machine.world.object(machine.pop(), machine.cursor));
}

function reduce(machine: PickleMachine): void {
  const given = machine.popTuple();
  machine.push(machine.world.call(machine.pop(), given, machine.cursor));
}
