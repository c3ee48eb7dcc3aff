import { BLAME_KINDS, type Blame } from '../../../src/analysis/diff/blame/blame.js'
import { NONE } from '../../../src/model/tables.js'

/** The terms that are not 0 in words: `kind row → callee`. */
export function words(result: Blame, names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (let term = 0; term < result.length; term++) {
    if (result.delta[term] === 0) continue
    const callee = result.callee[term]!
    const name = `${BLAME_KINDS[result.kind[term]!]} ${names[result.row[term]!]}`
    found[callee === NONE ? name : `${name} → ${names[callee]}`] = result.delta[term]!
  }
  return found
}
