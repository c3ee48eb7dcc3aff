import { bisect } from './bisect.js'
import { incompleteBeta } from './incomplete-beta.js'
import { normalQuantile, normalTail } from './normal.js'

/** With more degrees of freedom a t distribution is the normal one to six digits. */
const NORMAL_FROM = 1e6

/** P(T > t) of Student's t with `df` > 0 degrees of freedom, which need not be whole and can be Infinity. */
export function studentTail(t: number, df: number): number {
  if (df > NORMAL_FROM) return normalTail(t)
  if (t === 0) return 0.5
  const beyond = incompleteBeta(df / 2, 0.5, 1 / (1 + (t * t) / df)) / 2
  return t > 0 ? beyond : 1 - beyond
}

/** The t with P(T ≤ t) = p, for p inside 0..1. */
export function studentQuantile(p: number, df: number): number {
  if (df > NORMAL_FROM) return normalQuantile(p)
  if (p < 0.5) return -studentQuantile(1 - p, df)
  if (p === 0.5) return 0
  const tail = 1 - p
  let high = 1
  while (studentTail(high, df) > tail && high < 1e150) high *= 2
  return bisect(0, high, (t) => studentTail(t, df) > tail)
}
