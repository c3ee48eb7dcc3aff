import type { Diff } from '../../analysis/diff/diff.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { markdownLines } from '../../render/markdown.js'
import { causeText } from './cause-text.js'
import { gateValue, verdictText } from './gates.js'
import { growthLines } from './growth-text.js'
import type { GateResults } from './json.js'
import { type ChangedRows, diffTable } from './rows.js'
import { headlineText, mainCauses, shiftLines, trustText } from './story.js'

/** By this a bot finds its comment again, to write over it. */
const MARKER = '<!-- callcost-diff -->'

/** Gates that are shown one by one; all of them would not fit a comment. */
const GATES = 3

/** The diff as a comment on a pull request: 25 lines at most with the default rows. */
export function* diffMarkdown(
  diff: Diff,
  rows: ChangedRows,
  { list }: GateResults,
  scale: number | null,
): Iterable<string> {
  yield MARKER
  const trust = trustText(diff)
  const head = `**${escapeForMarkdown(headlineText(diff))}**`
  yield trust === null ? head : `${head}: ${escapeForMarkdown(trust)}`
  if (list.length > 0) {
    yield ''
    yield `**${verdictText(list)}**`
    const worst = [...list].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    for (const gate of worst.slice(0, GATES)) {
      yield `- ${gate.verdict}: \`${gate.rule.text.replaceAll('`', "'")}\`, got ${escapeForMarkdown(gateValue(diff, gate))}`
    }
  }
  const causes = mainCauses(diff)
  if (causes.length > 0) {
    yield ''
    yield '| effect | share of change | cause | evidence |'
    yield '| ---: | ---: | :--- | :--- |'
    for (const cause of causes) {
      const { effect, share, what, counts, each } = causeText(diff, cause)
      yield `| ${[effect, share, what, each === '' ? counts : `${counts} × ${each.replace(' each', '')}`].map(escapeForMarkdown).join(' | ')} |`
    }
  }
  for (const line of shiftLines(diff).slice(0, 1)) yield `\n${escapeForMarkdown(line)}`
  if (scale !== null) {
    yield ''
    for (const line of growthLines(diff, scale)) yield `- ${escapeForMarkdown(line)}`
  }
  if (rows.length === 0) return
  yield ''
  yield* markdownLines(diffTable(diff, rows))
  if (rows.length < rows.changed) yield `\n${rows.length} of ${rows.changed} changed functions`
}

const ORDER = ['fail', 'inconclusive', 'warn', 'pass']
