import { describeFunction } from '../model/modules/describe-function.js'
import { addExact, type ExactNumber } from '../model/numbers.js'
import type { EdgeRows } from './edge-rows.js'
import { compareTexts } from './function-text.js'
import { CATEGORY_NAMES } from './groups.js'

/** What one module has to do with the functions that were asked for. */
export interface CallerModule {
  /** null for code that is in no module; `label` then says what it is. */
  readonly module: string | null
  readonly label: string
  /** How many of its functions are callers. */
  readonly callers: number
  readonly calls: ExactNumber | null
  /** Sum of the totals of the edges; null when one is unknown. */
  readonly total: ExactNumber | null
}

/** The callers of the functions by module, most calls first. Functions that call themselves are no callers of theirs. */
export function callerModules(rows: EdgeRows): CallerModule[] {
  const { profile } = rows.measure
  const modules = new Map<string, { -readonly [key in keyof CallerModule]: CallerModule[key] }>()
  const isMatched = new Uint8Array(profile.functions.length)
  for (const fn of rows.matched) isMatched[fn] = 1
  const isSeen = new Uint8Array(profile.functions.length)
  for (let index = 0; index < rows.length; index++) {
    const { caller, calls, total } = rows.row(index)
    if (isMatched[caller] === 1) continue
    const { module, category } = describeFunction(profile, caller)
    const label = module ?? CATEGORY_NAMES[category]
    const known = modules.get(label)
    const isNew = isSeen[caller] === 0
    isSeen[caller] = 1
    if (known === undefined) {
      modules.set(label, { module, label, callers: 1, calls, total })
      continue
    }
    if (isNew) known.callers++
    known.calls = known.calls === null || calls === null ? null : addExact(known.calls, calls)
    known.total = known.total === null || total === null ? null : addExact(known.total, total)
  }
  return [...modules.values()].sort(
    (a, b) => Number(b.calls ?? b.total ?? 0) - Number(a.calls ?? a.total ?? 0) || compareTexts(a.label, b.label),
  )
}
