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

/**
 * How programs run: of a hundred calls so many go to the first of three callees, so many to the first two. A call tree of
 * `USUAL` has a row for five samples, as recordings of minutes have. In one of `SCATTERED` nothing repeats: more than
 * two rows a sample, which no program comes near.
 */
export const USUAL = [94, 99]
export const SCATTERED = [34, 67]

/** A call tree with three callees a function: stacks of `depth` at most that share their beginnings. */
export class StackMaker {
  constructor(seed, functions, depth, [first, second] = SCATTERED) {
    this.random = randomFrom(seed)
    this.depth = depth
    this.callees = Array.from({ length: functions }, () => Array.from({ length: 3 }, () => this.random(functions)))
    this.first = first
    this.second = second
    this.stack = [0]
  }

  /** The stack of the next sample, outermost first: the one before with its end replaced. */
  next() {
    const kept = Math.max(1, this.stack.length - this.random(8))
    this.stack.length = kept
    for (let more = this.random(8); more > 0 && this.stack.length < this.depth; more--) {
      this.stack.push(this.callees[this.stack.at(-1)][this.#choose()])
    }
    return this.stack
  }

  #choose() {
    const drawn = this.random(100)
    return drawn < this.first ? 0 : drawn < this.second ? 1 : 2
  }
}
