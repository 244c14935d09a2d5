/** Values known by a small number, so that a joint state is a handful of numbers. */
export class Interned<T> {
  private readonly ids = new Map<string, number>();
  private readonly values: T[] = [];

  constructor(private readonly keyOf: (value: T) => string) {}

  id(value: T): number {
    const key = this.keyOf(value);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.values.length;
      this.ids.set(key, id);
      this.values.push(value);
    }
    return id;
  }

  at(id: number): T {
    return this.values[id]!;
  }

  get size(): number {
    return this.values.length;
  }
}
