// What a diagnosis says, held against the truth.json of the program.

/** Rules that have a program with that fault. */
export const RULES = [
  'n-plus-one',
  'hot-leaf',
  'cachable',
  'chatty-wrapper',
  'fan-in',
  'recursion',
  'import-time',
  'known-dear',
  'gc',
  'sync-io',
  'overhead',
  'waiting',
]

/** What should be found in a variant: `expected`, `allowed` (may speak), all other rules should be silent. */
export function expectationOf(truth, variant) {
  const isBad = variant === 'bad'
  if (!isBad) return { expected: [], allowed: truth.allowedGood ?? [] }
  const forbidden = truth.rulesForbidden ?? []
  const others = (truth.others ?? []).map(({ rule }) => rule)
  const expected = truth.rulesExpected.filter((rule) => rule !== 'growth')
  // What truth.json is silent about may be said of a program with a fault: findings overlap. The profiler's part always.
  const allowed = ['overhead', 'data-quality', 'hot-leaf', ...others].filter((rule) => !forbidden.includes(rule))
  return { expected, allowed: [...expected, ...allowed] }
}

/** Whether a finding names the function, and the owner of the loop, that truth.json names. */
export function namesRight(truth, { function: name, loopOwner }) {
  const names = [truth.function, ...(truth.functionAlso ?? [])].filter((known) => known !== null)
  return {
    function: names.length === 0 || names.includes(name),
    owner: truth.loopOwner === null || truth.loopOwner === undefined ? null : loopOwner === truth.loopOwner,
  }
}
