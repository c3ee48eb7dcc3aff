import { describeFunction } from '../model/modules/describe-function.js'
import type { Scope } from '../model/modules/description.js'
import type { Profile } from '../model/profile.js'
import type { FunctionIndex } from '../model/tables.js'
import { nameOfFunction, shownPlace } from './function-text.js'
import type { Pattern } from './pattern.js'

/** Which rows to show. Numbers never change by it. */
export interface RowSelection {
  /** Shown is what matches in `file:line(function)` or in its module. */
  readonly filter?: Pattern | undefined
  readonly exclude?: Pattern | undefined
  readonly scope?: Scope | undefined
  /** A module or package, with all that is below it. */
  readonly module?: string | undefined
}

/** function → 1 where it is selected; null when all are. Each function is looked at once. */
export function selectFunctions(profile: Profile, selection: RowSelection): Uint8Array | null {
  const { filter, exclude, scope, module } = selection
  if (filter === undefined && exclude === undefined && scope === undefined && module === undefined) return null
  const { length } = profile.functions
  const selected = new Uint8Array(length)
  for (let fn = 0; fn < length; fn++) {
    const description = describeFunction(profile, fn)
    if (scope !== undefined && description.scope !== scope) continue
    if (module !== undefined && !isWithin(description, module)) continue
    if (filter !== undefined && !matches(profile, fn, description.module, filter)) continue
    if (exclude !== undefined && matches(profile, fn, description.module, exclude)) continue
    selected[fn] = 1
  }
  return selected
}

function isWithin(
  described: { readonly module: string | null; readonly package: string | null },
  name: string,
): boolean {
  const { module } = described
  if (described.package === name || module === name) return true
  return module?.startsWith(`${name}.`) === true || module?.startsWith(`${name}/`) === true
}

function matches(profile: Profile, fn: FunctionIndex, module: string | null, pattern: Pattern): boolean {
  if (pattern.test(shownPlace(profile, fn))) return true
  // A built-in is also found as the file has it: <method 'execute' of …>.
  return (module !== null && pattern.test(module)) || pattern.test(nameOfFunction(profile, fn))
}
