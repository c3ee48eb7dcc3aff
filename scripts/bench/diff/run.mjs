// `node scripts/bench/diff/run.mjs [--half tune|report] [--folder FOLDER]`: how well the diff finds who is to blame, and
// how often it cries wolf, on the recorded runs. Needs a built callcost. Measures no time.
import { parseArgs } from 'node:util'
import { BASELINES, baselineRank } from './baselines.mjs'
import { loadCases, loadRepeated, repeatedPairs } from './cases.mjs'
import { alarmsOf, compare, matchCounts, rankOf } from './engine.mjs'
import { REFACTOR_KINDS, REGRESSION_KINDS } from './variants.mjs'

const ENGINE = 'callcost diff'
const ORDERS = ['interleaved', 'random', 'blocked']
const SIZES = [5, 3]
const PAIRS_PER_PROGRAM = 12

/** Columns over all kinds of edits. Nobody can know whether a function or its only caller made a call dearer. */
const SUMMARIES = {
  all: () => true,
  undisturbed: ({ disturbed }) => !disturbed,
  disturbed: ({ disturbed }) => disturbed,
  'can be known': ({ findable }) => findable,
}

const { values: options } = parseArgs({ options: { half: { type: 'string' }, folder: { type: 'string' } } })
const wanted = options.folder === undefined ? {} : { folder: options.folder }
for (const half of options.half === undefined ? ['tune', 'report'] : [options.half]) await printHalf(half)

async function printHalf(half) {
  const ranks = []
  const neutral = []
  const matches = []
  for await (const one of loadCases({ ...wanted, half })) {
    const result = compare(one)
    matches.push({ kind: one.kind, ...matchCounts(result.diff, one.truth) })
    if (one.truth.guilty === null) {
      neutral.push({ kind: one.kind, alarms: alarmsOf(result) })
      continue
    }
    const findable = one.kind !== 'argument' || one.truth.edge.otherCallers > 0
    const add = (method, rank) => ranks.push({ kind: one.kind, disturbed: one.truth.disturbed, method, rank, findable })
    for (const baseline of BASELINES) add(baseline.name, baselineRank(one, baseline))
    add(ENGINE, rankOf(result.causes, one.truth))
  }
  const same = []
  for await (const { seed, disturbed, runs } of loadRepeated({ ...wanted, half })) {
    for (const size of SIZES) {
      for (const order of ORDERS) {
        for (const pair of repeatedPairs(runs, { size, count: PAIRS_PER_PROGRAM, order, seed: seed * 100 + size })) {
          const key = `${size} against ${size}, ${order}${disturbed ? ', disturbed' : ''}`
          same.push({ key, alarms: alarmsOf(compare(pair)) })
        }
      }
    }
  }
  console.log(`\n# ${half} half\n`)
  printRanks(ranks)
  printAlarms(
    'neutral edit',
    REFACTOR_KINDS,
    neutral.map(({ kind, alarms }) => ({ key: kind, alarms })),
  )
  printAlarms('program against itself', [...new Set(same.map(({ key }) => key))].sort(), same)
  printMatches(matches)
}

/** Top-1 / top-3 of the guilty function. */
function printRanks(ranks) {
  const columns = [...REGRESSION_KINDS, ...Object.keys(SUMMARIES)]
  const inColumn = (column) => SUMMARIES[column] ?? ((one) => one.kind === column)
  const first = ranks.filter(({ method }) => method === BASELINES[0].name)
  const heads = columns.map((column) => `${column} (${first.filter(inColumn(column)).length})`)
  const rows = [...new Set(ranks.map(({ method }) => method))].map((method) => [
    method,
    ...columns.map((column) => {
      const own = ranks.filter((one) => one.method === method).filter(inColumn(column))
      const top = (places) => own.filter(({ rank }) => rank > 0 && rank <= places).length / own.length
      return `${share(top(1))}/${share(top(3))}`
    }),
  ])
  printTable(['top-1/top-3', ...heads], rows)
}

/** How many comparisons, in which nothing changed, raise an alarm. */
function printAlarms(title, keys, results) {
  const rows = keys.map((key) => {
    const own = results.filter((one) => one.key === key)
    const kinds = Object.keys(own[0]?.alarms ?? {})
    return [
      key,
      own.length,
      ...kinds.map((kind) => share(own.filter(({ alarms }) => alarms[kind]).length / own.length)),
    ]
  })
  printTable([title, 'comparisons', ...Object.keys(results[0]?.alarms ?? {})], rows)
}

function printMatches(matches) {
  const levels = new Map()
  let missed = 0
  for (const one of matches) {
    missed += one.missed
    for (const [level, { pairs, wrong }] of one.levels) {
      const sum = levels.get(level) ?? { pairs: 0, wrong: 0 }
      levels.set(level, { pairs: sum.pairs + pairs, wrong: sum.wrong + wrong })
    }
  }
  const rows = [...levels].map(([level, { pairs, wrong }]) => [level, pairs, wrong, share(wrong / pairs)])
  printTable(['matched by', 'pairs', 'wrong', 'share'], [...rows, ['not matched', missed, '', '']])
}

function share(value) {
  return Number.isNaN(value) ? '-' : value.toFixed(2)
}

function printTable(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  console.log([line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n'))
  console.log()
}
