import { CallcostError } from '../errors.js'

export type SortKey =
  | 'total'
  | 'self'
  | 'calls'
  | 'primitive-calls'
  | 'self-per-call'
  | 'total-per-call'
  | 'name'
  | 'file'
  | 'module'

export const SORT_KEYS: readonly SortKey[] = [
  'total',
  'self',
  'calls',
  'primitive-calls',
  'self-per-call',
  'total-per-call',
  'name',
  'file',
  'module',
]

/** pstats' words. Its own two meanings of `percall` are two keys here; the word is the first of them. */
export const SORT_ALIASES: Readonly<Record<string, SortKey>> = {
  cumulative: 'total',
  cumtime: 'total',
  tottime: 'self',
  time: 'self',
  ncalls: 'calls',
  pcalls: 'primitive-calls',
  percall: 'self-per-call',
}

/** The sort key that a user names. */
export function parseSortKey(text: string): SortKey {
  const key =
    SORT_KEYS.find((known) => known === text) ?? (Object.hasOwn(SORT_ALIASES, text) ? SORT_ALIASES[text] : undefined)
  if (key !== undefined) return key
  throw new CallcostError('usage', `there is no sort key ${JSON.stringify(text)}`, {
    hint: `sort keys: ${SORT_KEYS.join(', ')}; aliases: ${Object.keys(SORT_ALIASES).join(', ')}`,
  })
}
