/** Groups runs, or anything that belongs to a method, in the order in which the methods first come. */
export function byMethod<T extends { readonly method: string }>(items: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.method);
    if (group === undefined) groups.set(item.method, [item]);
    else group.push(item);
  }
  return [...groups];
}
