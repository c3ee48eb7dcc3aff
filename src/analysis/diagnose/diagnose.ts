import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'
import { type Headline, headline } from '../bottleneck.js'
import { measure } from '../costs.js'
import { type Compensation, compensate } from '../overhead/compensate.js'
import { roughOverhead } from '../overhead/overhead.js'
import { whatIfModel } from '../what-if/model.js'
import { type Chain, expensiveChain } from './chain.js'
import { findChatty } from './find-chatty.js'
import { findGc, findSyncIo } from './find-engine.js'
import { findHotLeaf } from './find-hot-leaf.js'
import { findImportTime } from './find-import-time.js'
import { findKnownDear } from './find-known-dear.js'
import { findNPlusOne } from './find-n-plus-one.js'
import { findChurn, findOverhead, findQuality } from './find-quality.js'
import { findRecursion } from './find-recursion.js'
import { findRepeatedWork } from './find-repeated-work.js'
import { findWaiting } from './find-waiting.js'
import type { Finding } from './finding.js'
import { KNOWN_DEAR } from './rules/known-dear.js'
import type { RuleEntry } from './rules/rule-entry.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isBuiltin, isNoCode, ownWork, type View, viewOf } from './view.js'
import { type CallerShares, callerShares } from './view-callers.js'
import { withoutLoading } from './without-loading.js'

export interface DiagnoseOptions {
  /** Index of the value type; the profile's default value when absent. */
  readonly value?: number | undefined
  /**
   * What remains of {@link withoutLoading} without the profiler's costs; by default what rough constants leave, null for
   * nothing subtracted.
   */
  readonly compensation?: Compensation | null | undefined
  /** Rules of the user's own. */
  readonly rules?: readonly RuleEntry[]
}

/** What an experienced colleague would see in a profile. */
export interface Diagnosis {
  readonly view: View
  readonly chain: Chain
  /** What the profile says first; its numbers are as measured. */
  readonly headline: Headline
  /** Who does the work: mostly the bottleneck of the headline, else whoever has most own time. */
  readonly worker: FunctionIndex | null
  readonly callers: CallerShares | null
  /** About the profile first, then by what they save. */
  readonly findings: readonly Finding[]
  /** No finding of high confidence about the program. */
  readonly isHealthy: boolean
  /** What a profile of this kind cannot show. */
  readonly invisible: readonly string[]
}

/** From this share on, the project's dearest function is who does the work. */
const WORKS = 0.1

/** Rules that speak of the profile, not of the program. */
const ABOUT_PROFILE: readonly string[] = ['overhead', 'data-quality']

/** Looks for the bottleneck and for known kinds of problems. Linear in the profile, but for a few ways up of dear calls. */
export function diagnose(profile: Profile, options: DiagnoseOptions = {}): Diagnosis {
  const untied = withoutLoading(profile)
  const compensation = options.compensation === undefined ? roughly(untied, options.value) : options.compensation
  const view = viewOf(whatIfModel(untied, { value: options.value, compensation }))
  const top = headline(profile, options.value)
  const worker = workerOf(view, top)
  const rules = options.rules ?? []
  const findings = ranked(view, rules, [
    ...findQuality(view),
    ...findOverhead(view),
    ...findWaiting(view),
    ...findNPlusOne(view),
    ...findKnownDear(view, KNOWN_DEAR, true),
    ...findKnownDear(view, rules, false),
    ...findRecursion(view),
    ...findRepeatedWork(view),
    ...findImportTime(view),
    ...findChatty(view),
    ...findGc(view),
    ...findSyncIo(view),
    ...findHotLeaf(view),
    ...findChurn(view),
  ])
  return {
    view,
    chain: expensiveChain(view),
    headline: top,
    worker,
    callers: worker === null ? null : callerShares(view, worker),
    findings,
    isHealthy: !findings.some(({ rule, confidence }) => confidence === 'high' && !ABOUT_PROFILE.includes(rule)),
    invisible: invisibleIn(view),
  }
}

/** The function of the headline, unless the project hardly works itself: then any, with the built-ins that work for it. */
function workerOf(view: View, { bottleneck }: Headline): FunctionIndex | null {
  if (bottleneck === null || (bottleneck.share ?? 1) >= WORKS) return bottleneck?.function ?? null
  let worker = bottleneck.function
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (isBuiltin(view, fn) || isNoCode(view, fn)) continue
    if (ownWork(view, fn) > ownWork(view, worker)) worker = fn
  }
  return worker
}

function roughly(profile: Profile, value: number | undefined): Compensation | null {
  const overhead = roughOverhead(profile)
  return overhead === null ? null : compensate(measure(profile, value), overhead)
}

/** Without what says less than another finding about the same function, in the order of a report. */
function ranked(view: View, rules: readonly RuleEntry[], findings: readonly Finding[]): Finding[] {
  const { shown, severity } = THRESHOLDS
  const kept = findings.filter((finding) => {
    // What users look for is for them to say.
    if (rules.some(({ id }) => id === finding.rule)) return true
    if (finding.score < shown) return false
    if (ABOUT_PROFILE.includes(finding.rule) || finding.severity !== 'low') return true
    return finding.share >= severity.low
  })
  const about = (finding: Finding): number => (ABOUT_PROFILE.includes(finding.rule) ? 0 : 1)
  const LEVELS = ['high', 'medium', 'low']
  return kept
    .filter((finding) => !kept.some((other) => says(view, other, finding)))
    .sort(
      (a, b) =>
        about(a) - about(b) ||
        LEVELS.indexOf(a.confidence) - LEVELS.indexOf(b.confidence) ||
        weightOf(b) - weightOf(a) ||
        (a.rule < b.rule ? -1 : 1),
    )
}

function weightOf({ saving, share }: Finding): number {
  return saving === null ? share : saving.high
}

/** Rules that explain a cost better than others of it. */
const MORE_SPECIFIC: Readonly<Record<string, readonly string[]>> = {
  'n-plus-one': ['cachable', 'fan-in', 'waiting'],
  'known-dear': ['cachable', 'fan-in', 'chatty-wrapper', 'n-plus-one'],
  recursion: ['hot-leaf', 'cachable', 'fan-in'],
  'fan-in': ['cachable', 'n-plus-one'],
}

/** Whether `better` already says what `finding` says: a better rule, about the same function or one right around it. */
function says(view: View, better: Finding, finding: Finding): boolean {
  if (better === finding || better.score < finding.score || better.target === null || finding.target === null)
    return false
  const isSame = better.target === finding.target || better.loopOwner === finding.target
  const isBetter = MORE_SPECIFIC[better.rule]?.includes(finding.rule) ?? false
  if (isBetter && (isSame || view.total[finding.target]! <= view.total[better.target]! * 1.001)) return true
  return (
    better.rule === finding.rule && better.rule === 'fan-in' && view.total[finding.target]! < view.total[better.target]!
  )
}

function invisibleIn({ profile, isCounted }: View): string[] {
  const lines: string[] = []
  if (!isCounted)
    lines.push('how often functions are called: samples hold no counts, so that requests in a loop do not show')
  if (profile.source.language === 'javascript') {
    lines.push('what is awaited: one request after the other looks idle in a CPU profile')
    lines.push('who allocates: garbage collection shows whom it interrupts')
  } else if (isCounted) lines.push('other threads, and what happens inside of built-ins and services')
  if (profile.functions.distinctArgs === null)
    lines.push('whether arguments repeat: count distinct ones before adding a cache')
  return lines
}
