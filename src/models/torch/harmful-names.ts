/** Modules that reach for the machine, where they lead a name. */
const modules: ReadonlySet<string> = new Set(
  (
    "_io _pickle code commands ctypes dill importlib io marshal multiprocessing nt operator pickle posixpath pty pydoc " +
    "requests runpy shutil signal socket ssl sys tempfile timeit urllib webbrowser"
  ).split(" "),
);
/** Parts of a name that belong in no file of weights, wherever they stand. */
const anywhere: ReadonlySet<string> = new Set(
  "attrgetter eval exec execfile getattr hub methodcaller os popen posix subprocess system".split(" "),
);
/** What the builtins hold of plain data. */
const plain: ReadonlySet<string> = new Set(
  "bool bytearray bytes complex dict float frozenset int list object range set slice str tuple type".split(" "),
);

/** Whether a Python name, with its module, is one that files made to do harm use. Nothing is run either way. */
export function isHarmful(name: string): boolean {
  const [first = "", ...others] = name.split(".");
  if (first === "builtins" || first === "__builtin__") return others.length !== 1 || !plain.has(others[0] ?? "");
  if (first === "__main__") return others.some((part) => anywhere.has(part) || part.startsWith("__"));
  return modules.has(first) || [first, ...others].some((part) => anywhere.has(part) || part.startsWith("__"));
}
