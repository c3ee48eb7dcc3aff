import type { CheckResult } from '../../analysis/assertions/check.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { escapeForTerminal } from '../../encode/terminal.js'
import { lineChunks } from '../../render/line-chunks.js'
import { checkJson } from './json.js'
import { assertedText, callerText, functionsText, measuredText, verdictText } from './values.js'

export type CheckFormat = 'text' | 'json' | 'markdown'

export interface CheckReport {
  readonly result: CheckResult
  /** Names of the inputs, as the user gave them. */
  readonly runs: readonly string[]
  readonly base: string | null
  readonly exitCode: number
}

const MARKS = { pass: 'pass', warn: 'WARN', fail: 'FAIL' } as const

/** The report on a check in one of the formats, in pieces of UTF-8. */
export function checkReport(report: CheckReport, format: CheckFormat): Iterable<Uint8Array> {
  if (format === 'json') return checkJson(report)
  return lineChunks(format === 'markdown' ? markdown(report) : text(report))
}

/** What failed with its callers, what held on one line, and the verdict last, where a log ends. */
function* text({ result, runs }: CheckReport): Generator<string> {
  for (const one of result.assertions) {
    const { assertion, verdict, limit, note, callers } = one
    yield `${MARKS[verdict]}  ${escapeForTerminal(`${assertion.text}${measuredText(one, runs.length)}`)}`
    if (verdict === 'pass') continue
    const isWhole = one.comparison === null || one.comparison === assertion.text
    if (!isWhole) yield `      ${escapeForTerminal(one.comparison ?? '')} does not hold`
    if (limit !== null) yield `      the limit is ${assertedText(one, limit)}`
    if (note !== null) yield `      ${escapeForTerminal(note)}`
    const several = functionsText(one)
    if (several !== null) yield `      ${several}`
    for (const call of callers) yield `      called by ${callerText(one, call, result.unit)}`
  }
  yield verdictText(result)
}

function* markdown({ result }: CheckReport): Generator<string> {
  yield `**callcost check: ${escapeForMarkdown(verdictText(result).replace('verdict: ', ''))}**`
  yield ''
  yield '| | assertion | value | limit | called by |'
  yield '| --- | --- | ---: | ---: | --- |'
  for (const one of result.assertions) {
    const { assertion, verdict, value, limit, note, callers } = one
    const cells = [
      MARKS[verdict],
      `${assertion.text}${note === null || verdict === 'pass' ? '' : ` (${note})`}`,
      value === null ? '' : assertedText(one, value),
      limit === null ? '' : assertedText(one, limit),
      callers.map((call) => callerText(one, call, result.unit)).join('; '),
    ]
    yield `| ${cells.map(escapeForMarkdown).join(' | ')} |`
  }
}
