import { Allocator } from '../limits.js'
import { calleesOf, callersOf } from '../model/adjacency.js'
import { leafFunctions } from '../model/leaf-functions.js'
import { describeFunction } from '../model/modules/describe-function.js'
import type { Category, Scope } from '../model/modules/description.js'
import type { ExactNumber } from '../model/numbers.js'
import type { Profile } from '../model/profile.js'
import { type EdgeIndex, type FunctionIndex, NONE } from '../model/tables.js'
import { costColumns, countAt, type Measure, measure, perCall, shareOf, valueAt } from './costs.js'
import { outsideCalls } from './edge-rows.js'
import { functionsPresent } from './function-rows.js'
import { compareFunctions } from './function-text.js'

/** The function whose own code, with the built-ins that it calls directly, costs most. */
export interface Bottleneck {
  readonly function: FunctionIndex
  /** `project` unless the profile has no code of the project. */
  readonly scope: Scope
  /** Self of the function plus what its built-ins spent for it, in the unit of the value type. */
  readonly value: number
  /** `value` in the profile total. */
  readonly share: number | null
  readonly self: number
  readonly calls: ExactNumber | null
  /** `value` / calls. */
  readonly perCall: number | null
  /** The built-in that costs it most; null when it calls none that costs. */
  readonly builtin: { readonly function: FunctionIndex; readonly value: number; readonly share: number } | null
  readonly callers: BottleneckCallers
}

export interface BottleneckCallers {
  /** Functions that call it, itself left out. */
  readonly count: number
  /** Calls from none of the profile's functions; null when there are none or it cannot be told. */
  readonly outside: ExactNumber | null
  /** The one that calls most, or without counts causes most. */
  readonly main: {
    readonly function: FunctionIndex
    readonly calls: ExactNumber | null
    /** Of the calls of the bottleneck. */
    readonly callsShare: number | null
    /** Of the total of the bottleneck. */
    readonly totalShare: number | null
  } | null
}

/** A part of the profile that is no code: waiting, unattributed time, garbage collection. */
export interface SetAside {
  readonly function: FunctionIndex
  readonly category: Category
  readonly value: number
  readonly share: number | null
}

export interface Headline {
  readonly measure: Measure
  /** null when nothing in the profile costs anything. */
  readonly bottleneck: Bottleneck | null
  /** Largest first; those that cost nothing left out. */
  readonly setAside: readonly SetAside[]
  /** Of samples without a stack; null when it cannot be told. */
  readonly stacklessShare: number | null
}

const SCOPES: readonly Scope[] = ['project', 'packages', 'runtime']

/** What the profile's first sentence says. */
export function headline(profile: Profile, value?: number): Headline {
  const measured = measure(profile, value)
  const present = functionsPresent(profile)
  const setAside: SetAside[] = []
  const best = new Map<Scope, { readonly fn: FunctionIndex; readonly value: number }>()
  const { self } = costColumns(measured)
  for (let fn = 0; fn < profile.functions.length; fn++) {
    if (present?.[fn] === 0) continue
    const { category, scope } = describeFunction(profile, fn)
    if (isNoCode(category)) {
      const own = finite(valueAt(self, fn))
      if (category !== 'root' && own > 0) {
        setAside.push({ function: fn, category, value: own, share: shareOf(own, measured.total) })
      }
      continue
    }
    const cost = finite(valueAt(self, fn)) + builtinsOf(measured, fn).value
    const known = best.get(scope)
    if (
      known === undefined ||
      cost > known.value ||
      (cost === known.value && compareFunctions(profile, fn, known.fn) < 0)
    ) {
      best.set(scope, { fn, value: cost })
    }
  }
  const stacklessShare = shareOf(withoutStack(measured), measured.total)
  setAside.sort((a, b) => b.value - a.value || compareFunctions(profile, a.function, b.function))
  for (const scope of SCOPES) {
    const found = best.get(scope)
    if (found !== undefined && found.value > 0) {
      return { measure: measured, bottleneck: bottleneckAt(measured, found.fn, scope), setAside, stacklessShare }
    }
  }
  return { measure: measured, bottleneck: null, setAside, stacklessShare }
}

function withoutStack({ profile, value }: Measure): number {
  const column = profile.samples?.values[value]
  const leaf = column ? leafFunctions(profile, new Allocator()) : null
  let sum = 0
  if (!column || leaf === null) return sum
  for (let sample = 0; sample < leaf.length; sample++) {
    if (leaf[sample] === NONE) sum += finite(valueAt(column, sample))
  }
  return sum
}

function isNoCode(category: Category): boolean {
  return category === 'idle' || category === 'program' || category === 'gc' || category === 'root'
}

function bottleneckAt(measured: Measure, fn: FunctionIndex, scope: Scope): Bottleneck {
  const self = finite(valueAt(costColumns(measured).self, fn))
  const { value: below, dearest } = builtinsOf(measured, fn)
  const value = self + below
  const calls = countAt(measured.graph.calls, fn)
  return {
    function: fn,
    scope,
    value,
    share: shareOf(value, measured.total),
    self,
    calls,
    perCall: perCall(value, calls),
    builtin: dearest === null ? null : { ...dearest, share: dearest.value / value },
    callers: callersOfBottleneck(measured, fn, calls),
  }
}

interface Builtins {
  readonly value: number
  readonly dearest: { readonly function: FunctionIndex; readonly value: number } | null
}

/** What the built-ins that `fn` calls directly spend for it. */
function builtinsOf(measured: Measure, fn: FunctionIndex): Builtins {
  const { profile, graph } = measured
  const { category } = describeFunction(profile, fn)
  let value = 0
  let dearest: Builtins['dearest'] = null
  if (isBuiltin(category)) return { value, dearest }
  for (const edge of calleesOf(graph).of(fn)) {
    const callee = graph.edges.callee[edge]!
    if (!isBuiltin(describeFunction(profile, callee).category)) continue
    const cost = selfForCaller(measured, edge)
    if (cost <= 0) continue
    value += cost
    if (
      dearest === null ||
      cost > dearest.value ||
      (cost === dearest.value && compareFunctions(profile, callee, dearest.function) < 0)
    ) {
      dearest = { function: callee, value: cost }
    }
  }
  return { value, dearest }
}

function isBuiltin(category: Category): boolean {
  return category === 'builtin' || category === 'native' || category === 'regexp'
}

/**
 * Self of an edge's callee in calls from its caller. Where the source does not say: its total, when the callee calls
 * nobody itself; all of its self, when nobody else calls it; else 0, because a guess is no finding.
 */
function selfForCaller({ graph, value }: Measure, edge: EdgeIndex): number {
  const own = valueAt(graph.edges.self[value] ?? null, edge)
  if (own !== null) return finite(own)
  const callee = graph.edges.callee[edge]!
  const total = valueAt(graph.edges.total[value] ?? null, edge)
  if (total !== null && calleesOf(graph).of(callee).length === 0) return finite(total)
  return callersOf(graph).of(callee).length === 1 ? finite(valueAt(graph.self[value] ?? null, callee)) : 0
}

function callersOfBottleneck(measured: Measure, fn: FunctionIndex, calls: ExactNumber | null): BottleneckCallers {
  const { graph, value, profile } = measured
  const total = valueAt(graph.total[value] ?? null, fn)
  let count = 0
  let main: BottleneckCallers['main'] = null
  let mainWeight = Number.NEGATIVE_INFINITY
  for (const edge of callersOf(graph).of(fn)) {
    const caller = graph.edges.caller[edge]!
    if (caller === fn) continue
    count++
    const edgeCalls = countAt(graph.edges.calls, edge)
    const edgeTotal = valueAt(graph.edges.total[value] ?? null, edge)
    const weight = Number(edgeCalls ?? edgeTotal ?? 0)
    if (weight < mainWeight) continue
    if (weight === mainWeight && main !== null && compareFunctions(profile, caller, main.function) > 0) continue
    mainWeight = weight
    main = {
      function: caller,
      calls: edgeCalls,
      callsShare: shareOf(edgeCalls, calls),
      totalShare: shareOf(edgeTotal, total),
    }
  }
  return { count, outside: outsideCalls(measured, Int32Array.of(fn))?.calls ?? null, main }
}

/** A number to reckon with; what is unknown or not finite counts for nothing. */
function finite(value: ExactNumber | null): number {
  const number = value === null ? 0 : Number(value)
  return Number.isFinite(number) ? number : 0
}
