import type { FunctionIndex } from '../../model/tables.js'
import type { BoundEdit } from '../what-if/bind-edit.js'
import { type Bound, boundOf } from '../what-if/what-if.js'
import type { Finding, Level, Saving } from './finding.js'
import { command, type Line } from './line.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { shareIn, type View } from './view.js'

interface Given {
  readonly rule: string
  readonly entry?: string | null
  readonly title: Line
  readonly target?: FunctionIndex | null
  readonly loopOwner?: FunctionIndex | null
  /** What it costs, in the unit of the value type. */
  readonly cost: number
  /** What it costs, where that is no part of the busy time. */
  readonly share?: number
  readonly score: number
  readonly saving?: Saving | null
  /** What would be mended: their bound is that of the finding. */
  readonly edits?: readonly BoundEdit[]
  /** The bound, where no edit says it. */
  readonly bound?: Bound
  readonly severity?: Level
  readonly evidence: readonly Line[]
  readonly advice: Line
  readonly verify?: Line | null
}

/** The command that says what an edit of a function saves, by the numbers that the finding is by. */
export function whatIfCommand({ model }: View, fn: FunctionIndex, change: string): Line {
  const compensate = model.compensation === null ? [] : [['--compensate']]
  return command('whatif', ['--edit'], [{ fn }, `:${change}`], ...compensate)
}

/** A finding with its levels, and the bound on what mending it can save. */
export function makeFinding(view: View, given: Given): Finding {
  const { severity, confidence } = THRESHOLDS
  const share = given.share ?? shareIn(view, given.cost)
  const saving = given.saving ?? null
  const weight = saving === null ? share : shareIn(view, saving.high)
  const score = Math.round(Math.min(1, Math.max(0, given.score)) * 100) / 100
  return {
    rule: given.rule,
    entry: given.entry ?? null,
    title: given.title,
    severity: given.severity ?? (weight >= severity.high ? 'high' : weight >= severity.medium ? 'medium' : 'low'),
    score,
    confidence: score >= confidence.high ? 'high' : score >= confidence.medium ? 'medium' : 'low',
    target: given.target ?? null,
    loopOwner: given.loopOwner ?? null,
    share,
    saving,
    bound: given.edits === undefined ? (given.bound ?? null) : boundOf(view.model, given.edits),
    evidence: given.evidence,
    advice: given.advice,
    verify: given.verify ?? null,
  }
}
