/** Mulberry32: the same numbers on every machine. Returns integers below `below`. */
export function randomFrom(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A call tree as a program has one: a few callees a function, stacks of `depth` at most that share their beginnings. */
export class StackMaker {
  constructor(seed, functions, depth) {
    this.random = randomFrom(seed)
    this.depth = depth
    this.callees = Array.from({ length: functions }, () => Array.from({ length: 3 }, () => this.random(functions)))
    this.stack = [0]
  }

  /** The stack of the next sample, outermost first: the one before with its end replaced. */
  next() {
    const kept = Math.max(1, this.stack.length - this.random(8))
    this.stack.length = kept
    for (let more = this.random(8); more > 0 && this.stack.length < this.depth; more--) {
      this.stack.push(this.callees[this.stack.at(-1)][this.random(3)])
    }
    return this.stack
  }
}
