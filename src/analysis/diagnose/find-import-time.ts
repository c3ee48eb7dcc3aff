import type { FunctionIndex } from '../../model/tables.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { line } from './line.js'
import { makeFinding } from './make-finding.js'
import { IMPORTS } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isProject, nameIn, shareIn, type View } from './view.js'

/** Time in loading modules, at the start mostly. */
export function findImportTime(view: View): Finding[] {
  const { minShare, sure } = THRESHOLDS.importTime
  if (view.profile.source.language === 'javascript') return []
  const imports = new FrameMatcher(view.profile, IMPORTS)
  let loader = -1
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (imports.has(fn) && (loader < 0 || view.total[fn]! > view.total[loader]!)) loader = fn
  }
  if (loader < 0) return []
  const cost = view.total[loader]!
  const share = shareIn(view, cost)
  if (share < minShare) return []
  const modules = loadedModules(view)
  const ours = modules.filter((fn) => isProject(view, fn)).sort((a, b) => ownOfModule(view, b) - ownOfModule(view, a))
  let own = 0
  for (const fn of ours) own += ownOfModule(view, fn)
  // Modules of the project that work while they are loaded are to blame themselves; else it is how much is loaded.
  const target = own > 0.5 * cost ? ours[0]! : loader
  return [
    makeFinding(view, {
      rule: 'import-time',
      title: line`loading modules takes ${{ share }} of the time`,
      target,
      cost,
      score: share >= sure ? 0.85 : 0.6,
      saving: { low: 0.5 * cost, high: cost },
      bound: { saving: cost, speedup: view.whole > cost ? view.whole / (view.whole - cost) : null },
      evidence: [
        line`${{ value: cost }} in imports${view.isCounted ? line`, ${{ count: view.calls[loader]! }} modules asked for` : []}`,
        line`dearest: ${modules.slice(0, 3).flatMap((fn, at) => [at === 0 ? '' : ', ', { place: fn }, ' ', { value: view.total[fn]! }])}`,
      ],
      advice: line`import what is seldom needed where it is needed; matters for commands and tests, not for servers`,
      verify: ['python -X importtime PROGRAM'],
    }),
  ]
}

/** Modules that something loads, dearest first. */
function loadedModules(view: View): FunctionIndex[] {
  const { edges } = view.measure.graph
  const found: FunctionIndex[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (nameIn(view, fn) !== '<module>' || shareIn(view, view.total[fn]!) < 0.02) continue
    // The program itself is run by exec, as modules are; but it is what all the rest is in.
    if (view.total[fn]! >= 0.98 * view.whole) continue
    if (view.callers.of(fn).some((edge) => edges.caller[edge] !== fn)) found.push(fn)
  }
  return found.sort((a, b) => view.total[b]! - view.total[a]!)
}

/** What a module does while it is loaded, without the modules that it loads. */
function ownOfModule(view: View, fn: FunctionIndex): number {
  const { edges } = view.measure.graph
  const imports = new FrameMatcher(view.profile, [
    ...IMPORTS,
    'importlib._bootstrap.*',
    'built-in method builtins.__import__',
  ])
  let own = view.total[fn]!
  for (const edge of view.callees.of(fn)) {
    if (imports.has(edges.callee[edge]!)) own -= view.edgeTotal[edge]!
  }
  return Math.max(0, own)
}
