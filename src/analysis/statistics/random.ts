/** The next random number: 32 bits, 0 to 2^32 − 1. */
export type Random = () => number

/**
 * Marsaglia's xorshift128 (2003) from four 32-bit words that are not all 0. For resampling, where the same seed has to
 * give the same report on every machine; not for secrets.
 */
export function xorshift128(x: number, y: number, z: number, w: number): Random {
  return () => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    return w >>> 0
  }
}

/** A generator from one 32-bit number. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  // The mixing step of splitmix32 spreads near seeds over far states.
  const word = (): number => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  return xorshift128(word(), word(), word(), word() | 1)
}

/** A random whole number from 0 to `below` − 1. */
export function randomBelow(random: Random, below: number): number {
  return Math.floor((random() / 2 ** 32) * below)
}
