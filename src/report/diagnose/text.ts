import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import { fitToWidth } from '../../encode/terminal.js'
import { type LineContext, lineText } from './line-text.js'
import { asideText, callersText, chainText, healthyText, savingText, workText } from './sentences.js'

const WIDTH = 100
const LINES = 24

/** A screen: the chain, the worker, its callers, then the findings that fit. */
export function* diagnosisText(diagnosis: Diagnosis, context: LineContext): Generator<string> {
  const lines = head(diagnosis)
  const blocks = diagnosis.findings.map((finding, at) => {
    const { severity, confidence, rule, title, evidence, advice, verify } = finding
    const block = [
      ...wrapped(`${at + 1}. ${rule} (${severity}, confidence ${confidence}): ${lineText(title, context)}`, '   '),
      ...evidence.slice(0, 1).flatMap((line) => wrapped(`   ${lineText(line, context)}`, '     ', 2)),
    ]
    const saving = savingText(diagnosis, finding)
    block.push(...wrapped(`   ${saving === null ? '' : `${saving}; `}${lineText(advice, context)}`, '     ', 2))
    if (verify !== null && confidence === 'high') block.push(fitToWidth(`   $ ${lineText(verify, context)}`, WIDTH))
    return block
  })
  let shown = 0
  for (const block of blocks) {
    const rest = blocks.length - shown - 1
    if (lines.length + block.length + (rest > 0 ? 1 : 0) > LINES) break
    lines.push(...block)
    shown++
  }
  if (shown < blocks.length) {
    const rest = blocks.length - shown
    lines.push(`${rest} more ${rest === 1 ? 'finding' : 'findings'}: --format markdown or json shows all`)
  }
  yield* lines
}

function head(diagnosis: Diagnosis): string[] {
  const healthy = healthyText(diagnosis)
  const lines = healthy === null ? [] : [healthy]
  lines.push(...wrapped(`chain: ${chainText(diagnosis)}`, '       ', 2))
  lines.push(...wrapped(`work: ${workText(diagnosis)}`, '      ', 3))
  const callers = callersText(diagnosis)
  if (callers !== null) lines.push(...wrapped(`callers: ${callers}`, '         ', 2))
  const aside = asideText(diagnosis)
  if (aside !== null) lines.push(fitToWidth(`nobody's: ${aside}`, WIDTH))
  return lines
}

/** A line broken at spaces, with `indent` before all but the first; what needs more than `most` lines is cut. */
function wrapped(text: string, indent: string, most = 2): string[] {
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
