import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import type { Finding } from '../../analysis/diagnose/finding.js'
import { fitToWidth } from '../../encode/terminal.js'
import { type LineContext, lineText } from './line-text.js'
import { asideText, callersText, chainText, healthyText, savingText, workText } from './sentences.js'

const WIDTH = 100
const LINES = 24

/** A screen: the chain, the worker, its callers, then the findings that fit. */
export function* diagnosisText(diagnosis: Diagnosis, context: LineContext): Generator<string> {
  const { findings } = diagnosis
  const head = headLines(diagnosis)
  yield* head
  let left = LINES - head.length
  let shown = 0
  for (const finding of findings) {
    const block = blockOf(diagnosis, finding, shown + 1, context)
    const isLast = shown === findings.length - 1
    if (block.length + (isLast ? 0 : 1) > left) break
    yield* block
    left -= block.length
    shown++
  }
  const rest = findings.length - shown
  if (rest > 0) yield `${rest} more ${rest === 1 ? 'finding' : 'findings'}: --format markdown or json shows all`
}

function headLines(diagnosis: Diagnosis): string[] {
  const healthy = healthyText(diagnosis)
  const callers = callersText(diagnosis)
  const aside = asideText(diagnosis)
  return [
    ...(healthy === null ? [] : [healthy]),
    ...wrapped(`chain: ${chainText(diagnosis)}`, '       ', 2),
    ...wrapped(`work: ${workText(diagnosis)}`, '      ', 3),
    ...(callers === null ? [] : wrapped(`callers: ${callers}`, '         ', 2)),
    ...(aside === null ? [] : [fitToWidth(`nobody's: ${aside}`, WIDTH)]),
  ]
}

function blockOf(diagnosis: Diagnosis, finding: Finding, number: number, context: LineContext): string[] {
  const { severity, confidence, rule, title, evidence, advice, verify } = finding
  const saving = savingText(diagnosis, finding)
  return [
    ...wrapped(`${number}. ${rule} (${severity}, confidence ${confidence}): ${lineText(title, context)}`, '   ', 2),
    ...evidence.slice(0, 1).flatMap((line) => wrapped(`   ${lineText(line, context)}`, '     ', 2)),
    ...wrapped(`   ${saving === null ? '' : `${saving}; `}${lineText(advice, context)}`, '     ', 3),
    ...(verify !== null && confidence === 'high' ? commandLines(`   $ ${lineText(verify, context)}`) : []),
  ]
}

/** A command is whole, or it is none: what does not fit goes on behind a backslash. */
function commandLines(text: string): string[] {
  const at = text.lastIndexOf(' ', WIDTH - 2)
  if (text.length <= WIDTH || at <= 5) return [text]
  return [`${text.slice(0, at)} \\`, `     ${text.slice(at + 1)}`]
}

/** A line broken at spaces, with `indent` before all but the first; what needs more than `most` lines is cut. */
function wrapped(text: string, indent: string, most: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > WIDTH && lines.length < most - 1) {
    const at = rest.lastIndexOf(' ', WIDTH)
    if (at <= indent.length) break
    lines.push(rest.slice(0, at))
    rest = indent + rest.slice(at + 1)
  }
  lines.push(fitToWidth(rest, WIDTH))
  return lines
}
