import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { type LineContext, lineText } from './line-text.js'
import { asideText, callersText, chainText, healthyText, savingText, workText } from './sentences.js'

/** Findings that are shown: with all else, 60 lines at most. */
const FINDINGS = 6
const EVIDENCE = 2

/** The diagnosis to paste into an issue, or to hand on: one cause a block, what proves it, what to run next. */
export function* diagnosisMarkdown(diagnosis: Diagnosis, context: LineContext): Generator<string> {
  const { findings, invisible } = diagnosis
  yield `**${escapeForMarkdown(healthyText(diagnosis) ?? workText(diagnosis))}**`
  yield ''
  yield `- chain: ${escapeForMarkdown(chainText(diagnosis))}`
  if (healthyText(diagnosis) !== null) yield `- work: ${escapeForMarkdown(workText(diagnosis))}`
  const callers = callersText(diagnosis)
  if (callers !== null) yield `- callers: ${escapeForMarkdown(callers)}`
  const aside = asideText(diagnosis)
  if (aside !== null) yield `- nobody's: ${escapeForMarkdown(aside)}`
  for (const finding of findings.slice(0, FINDINGS)) {
    const { rule, severity, confidence, title, evidence, advice, verify } = finding
    yield ''
    yield `**${rule}** (severity ${severity}, confidence ${confidence}): ${escapeForMarkdown(lineText(title, context))}`
    for (const line of evidence.slice(0, EVIDENCE)) yield `- evidence: ${escapeForMarkdown(lineText(line, context))}`
    const saving = savingText(diagnosis, finding)
    if (saving !== null) yield `- ${escapeForMarkdown(saving)}`
    yield `- advice: ${escapeForMarkdown(lineText(advice, context))}`
    if (verify !== null) yield `- next: \`${lineText(verify, context).replaceAll('`', "'")}\``
  }
  if (findings.length > FINDINGS) yield `\n${findings.length - FINDINGS} more findings: --format json`
  if (invisible.length === 0) return
  yield ''
  yield 'Not visible in this profile:'
  for (const line of invisible) yield `- ${line}`
}
