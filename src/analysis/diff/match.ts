import { Allocator } from '../../limits.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { Profile } from '../../model/profile.js'
import { StringInterner } from '../../model/strings.js'
import { type FunctionIndex, NONE } from '../../model/tables.js'

/**
 * How a function before was found again after. `exact`: same name, module and line. `name`: same name and module, the
 * line moved. Both are safe to judge by; a function without a partner is `none`.
 */
export type MatchLevel = 'exact' | 'name' | 'none'

/** Which function of the one profile is which of the other. A row is one function of the program, before, after or both. */
export interface MatchTable {
  readonly length: number
  /** row → function before; {@link NONE} for a new one. */
  readonly before: Int32Array
  /** row → function after; {@link NONE} for one that is gone. */
  readonly after: Int32Array
  level(row: number): MatchLevel
}

/**
 * Matches the functions of two profiles by module, file and name. Lines only order functions that share all three
 * (lambdas, closures): the first before is the first after, and so on; code that moved down a file stays itself.
 */
export function matchFunctions(before: Profile, after: Profile): MatchTable {
  const allocator = new Allocator()
  const keys = new StringInterner(allocator)
  const rowsBefore = sortedByKey(before, keys)
  const rowsAfter = sortedByKey(after, keys)
  const most = rowsBefore.order.length + rowsAfter.order.length
  const matched = { before: allocator.int32(most), after: allocator.int32(most) }
  let length = 0
  const add = (functionBefore: FunctionIndex, functionAfter: FunctionIndex): void => {
    matched.before[length] = functionBefore
    matched.after[length++] = functionAfter
  }

  let atBefore = 0
  let atAfter = 0
  while (atBefore < rowsBefore.order.length || atAfter < rowsAfter.order.length) {
    const functionBefore = rowsBefore.order[atBefore] ?? NONE
    const functionAfter = rowsAfter.order[atAfter] ?? NONE
    const keyBefore = functionBefore === NONE ? Number.POSITIVE_INFINITY : rowsBefore.key[functionBefore]!
    const keyAfter = functionAfter === NONE ? Number.POSITIVE_INFINITY : rowsAfter.key[functionAfter]!
    if (keyBefore <= keyAfter) atBefore++
    if (keyAfter <= keyBefore) atAfter++
    add(keyBefore <= keyAfter ? functionBefore : NONE, keyAfter <= keyBefore ? functionAfter : NONE)
  }

  const table = { before: matched.before.subarray(0, length), after: matched.after.subarray(0, length) }
  return {
    length,
    ...table,
    level: (row) => {
      const a = table.before[row]!
      const b = table.after[row]!
      if (a === NONE || b === NONE) return 'none'
      return before.functions.line[a] === after.functions.line[b] ? 'exact' : 'name'
    },
  }
}

interface KeyedFunctions {
  /** function → its key; equal keys are the same function as far as names tell. */
  readonly key: Int32Array
  /** Functions by key, and by line, column and row within one. */
  readonly order: Int32Array
}

function sortedByKey(profile: Profile, keys: StringInterner): KeyedFunctions {
  const { functions } = profile
  const allocator = new Allocator()
  const key = allocator.int32(functions.length)
  const order = allocator.int32(functions.length)
  for (let func = 0; func < functions.length; func++) {
    key[func] = keys.internText(identity(profile, func))
    order[func] = func
  }
  const { line, column } = functions
  order.sort((a, b) => key[a]! - key[b]! || line[a]! - line[b]! || column[a]! - column[b]! || a - b)
  return { key, order }
}

/** Memory addresses in names, as in `<built-in method __new__ of type object at 0x7f…>`, differ from run to run. */
const ADDRESS = / at 0x[0-9a-f]+/gi

/** What a function is called wherever the checkout lies: scope, module (or file where no module is known) and name. */
function identity(profile: Profile, func: FunctionIndex): string {
  const { functions, strings } = profile
  const { scope, module } = describeFunction(profile, func)
  const name = strings.text(functions.name[func]!).replace(ADDRESS, '')
  const file = functions.file[func]!
  // Built-ins have no file, and which module they show depends on the version; their name is unique.
  const place = file === NONE ? '' : (module ?? strings.text(file))
  return `${scope}\0${place}\0${name}`
}
