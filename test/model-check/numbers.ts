/** A list of 32-bit numbers that grows: a tenth of the memory of an array of objects. */
export class Numbers {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Int32Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }
}

/** Tuples of numbers, each once, known by their place: the visited set of the search. */
export class Tuples {
  private readonly flat = new Numbers();
  private slots = new Int32Array(1 << 12).fill(-1);
  size = 0;

  constructor(private readonly width: number) {}

  /** The tuple's place, and whether it is new. */
  add(tuple: readonly number[]): { id: number; isNew: boolean } {
    if (this.size * 2 > this.slots.length) this.grow();
    let slot = this.slotOf(tuple);
    for (; this.slots[slot] !== -1; slot = (slot + 1) & (this.slots.length - 1)) {
      const id = this.slots[slot]!;
      if (this.equals(id, tuple)) return { id, isNew: false };
    }
    const id = this.size++;
    this.slots[slot] = id;
    for (let i = 0; i < this.width; i++) this.flat.push(tuple[i]!);
    return { id, isNew: true };
  }

  at(id: number, member: number): number {
    return this.flat.at(id * this.width + member);
  }

  private equals(id: number, tuple: readonly number[]): boolean {
    for (let i = 0; i < this.width; i++) if (this.at(id, i) !== tuple[i]) return false;
    return true;
  }

  private slotOf(tuple: readonly number[]): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.width; i++) hash = Math.imul(hash ^ tuple[i]!, 0x01000193) ^ (hash >>> 13);
    return (hash ^ (hash >>> 16)) & (this.slots.length - 1);
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let id = 0; id < this.size; id++) {
      const tuple = Array.from({ length: this.width }, (_, i) => this.at(id, i));
      let slot = this.slotOf(tuple);
      while (this.slots[slot] !== -1) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = id;
    }
  }
}
