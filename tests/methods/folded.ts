import type { Scope } from "../../src/nn/scope.ts";

/**
 * A scope whose dispatches of more than one workgroup are folded into rows of two, the last row partly beyond the end:
 * what gridOf() does above 65,535 workgroups, without the memory that so many take.
 */
export function folded(s: Scope): Scope {
  const { rec } = s;
  return {
    ...s,
    rec: {
      run: (kernel, buffers, uniforms, [x]) => rec.run(kernel, buffers, uniforms, [2, Math.ceil((x + 1) / 2), 1]),
      copy: (src, dst, part) => rec.copy(src, dst, part),
      clear: (dst) => rec.clear(dst),
      submit: () => rec.submit(),
      phase: (phase) => rec.phase(phase),
    },
  };
}

/** `folded`, but for the one workgroup that picks a digit: it must not run twice. */
export function foldedCounts(s: Scope): Scope {
  const { rec } = folded(s);
  return {
    ...s,
    rec: {
      run: (kernel, buffers, uniforms, grid) =>
        (kernel.name === "radix_pick" ? s.rec : rec).run(kernel, buffers, uniforms, grid),
      copy: (src, dst, part) => rec.copy(src, dst, part),
      clear: (dst) => rec.clear(dst),
      submit: () => rec.submit(),
      phase: (phase) => rec.phase(phase),
    },
  };
}
