/** What a shader's text declares, in the order of the text's binding numbers. */
export interface Declared {
  /** Storage buffers. */
  readonly bindings: readonly (readonly [name: string, access: string])[];
  /** Fields of the uniform struct. */
  readonly uniforms: readonly (readonly [name: string, type: string])[];
  /** Binding number of the uniform struct; null where there is none. */
  readonly uniformBinding: number | null;
  readonly overrides: readonly { readonly name: string; readonly hasDefault: boolean }[];
}

/** Reads the declarations of a kernel. Errors: Error, when binding numbers do not run from 0 without a gap. */
export function declaredIn(wgsl: string): Declared {
  const text = wgsl.replace(/\/\/.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, "");
  const variables = [
    ...text.matchAll(/@group\(0\)\s*@binding\((\d+)\)\s*var<([\w\s,]+)>\s*(\w+)\s*:\s*([\w<>,\s]+?)\s*;/g),
  ]
    .map(([, number = "", space = "", name = "", type = ""]) => ({ number: Number(number), space, name, type }))
    .sort((left, right) => left.number - right.number);
  variables.forEach(({ number }, place) => {
    if (number !== place) throw new Error(`Binding ${place} is missing or there twice.`);
  });
  const uniform = variables.find(({ space }) => space.trim() === "uniform");
  return {
    bindings: variables.filter((variable) => variable !== uniform).map(({ name, space }) => [name, accessOf(space)]),
    uniforms: uniform === undefined ? [] : fieldsOf(text, uniform.type),
    uniformBinding: uniform?.number ?? null,
    overrides: [...text.matchAll(/override\s+(\w+)[^;=]*(=)?[^;]*;/g)].map(([, name = "", equals]) => ({
      name,
      hasDefault: equals !== undefined,
    })),
  };
}

/** WGSL reads where nothing else is said. */
function accessOf(space: string): string {
  return space.split(",")[1]?.trim() ?? "read";
}

function fieldsOf(text: string, struct: string): readonly (readonly [string, string])[] {
  const body = new RegExp(`struct\\s+${struct}\\s*\\{([^}]*)\\}`).exec(text)?.[1] ?? "";
  return body
    .split(",")
    .map((field) => field.split(":").map((part) => part.trim()))
    .flatMap(([name, type]) => (name && type ? [[name, type] as const] : []));
}
