import { CallcostError, quote } from '../../errors.js'
import { type Args, defineCommand } from '../command.js'
import { PROFILE_OPTIONS, REPORT_OPTIONS } from '../options.js'

const OPTIONS = {
  ...PROFILE_OPTIONS,
  before: { kind: 'list', value: 'FILE...', complete: 'file', many: true, describe: 'Take these files as runs before' },
  after: { kind: 'list', value: 'FILE...', complete: 'file', many: true, describe: 'Take these files as runs after' },
  'fail-on': {
    kind: 'list',
    value: 'RULE',
    describe: 'End with exit code 1 when this got worse, as in program>5%, self>10%, total(f)>20ms, calls(db.*)>0',
  },
  'warn-on': { kind: 'list', value: 'RULE', describe: 'Say so when this got worse' },
  'fail-on-inconclusive': { kind: 'flag', describe: 'End with exit code 3 when noise hides whether a rule is kept' },
  explain: {
    kind: 'text',
    value: 'FUNC',
    describe: 'Say why the total of one function changed: calls, its own code, or what it calls',
  },
  rewrite: {
    kind: 'list',
    value: 'S/OLD/NEW/',
    describe: 'Replace OLD, a regular expression, in files and names of both sides before they are compared',
  },
  map: { kind: 'list', value: 'A=B', describe: 'Take function A before for function B after; FILE:NAME or NAME' },
  scale: {
    kind: 'text',
    value: 'S',
    describe: 'Tell what grows faster than its input, which was S times larger after',
  },
  'allow-incomparable': { kind: 'flag', describe: 'Compare what measures differently, such as wall and CPU time' },
  limit: {
    kind: 'number',
    value: 'N',
    describe: 'Show N functions, 0 for all (default 12 in text, 5 in markdown, all in json and csv)',
  },
  ...REPORT_OPTIONS,
} as const

export const diff = defineCommand({
  name: 'diff',
  describe: 'Show what changed between two profiles, because of whom, and whether it is noise',
  operands: [
    { name: 'BEFORE', optional: true },
    { name: 'AFTER', optional: true },
  ],
  options: OPTIONS,
  examples: [
    ['callcost diff before.prof after.prof', 'See whether the fix helped, and why'],
    ['callcost diff --before main-*.prof --after branch-*.prof', 'Tell news from noise, with several runs a side'],
    ['callcost diff small.prof large.prof --scale 2', 'Find what is quadratic, with twice the input in the second run'],
    [
      "callcost diff main.prof branch.prof --fail-on 'calls(fetch_category)>0' --format markdown -o comment.md",
      'Fail a pull request that calls a function more often, and write the comment',
    ],
  ],
  async run(args, context) {
    const [inputs, { diffProfiles }, gates, rules] = await Promise.all([
      import('../inputs.js'),
      import('../../analysis/diff/diff.js'),
      import('../diff-gates.js'),
      import('../../analysis/diff/match/rules.js'),
    ])
    const files = filesOf(args)
    const changeRules = gates.parseGates(args)
    const scale = scaleOf(args.scale)
    const matching = { rewrites: args.rewrite.map(rules.parseRewrite), maps: args.map.map(rules.parseNameMap) }
    const all = [...files[0], ...files[1]]
    if (all.filter((file) => file === '-').length > 1) {
      throw new CallcostError('usage', '- is given twice, and stdin can be read once')
    }
    const read = async (paths: readonly string[]) => {
      const profiles = []
      for (const path of paths)
        profiles.push((await inputs.readOneProfile([path], args, context, { orderUpTo: ORDER_UP_TO })).profile)
      return profiles
    }
    const [before, after] = [await read(files[0]), await read(files[1])]
    const found = diffProfiles(before, after, {
      values: [inputs.chooseValue(before[0]!, args), inputs.chooseValue(after[0]!, args)],
      allowIncomparable: args['allow-incomparable'],
      ...matching,
    })
    for (const { ok, severity, message } of found.preflight) {
      if (!ok) (severity === 'note' ? context.note : context.warn)(message)
    }
    const { format = 'text', limit = null, output } = args
    const width = output === undefined ? context.columns : null
    const look = { format, limit, width, color: context.color && width !== null }
    const results = gates.judgeGates(found, changeRules, args['fail-on-inconclusive'])
    if (args.explain === undefined) {
      const { diffReport } = await import('../../report/diff/report.js')
      await context.write(diffReport(found, { ...look, gates: results, scale }), output, all)
    } else {
      const { explanationReport } = await import('../../report/diff/explanation.js')
      await context.write(explanationReport(found, args.explain, look), output, all)
    }
    return results.exitCode
  },
})

/** The order of samples tells how uneven they are; of larger files it would cost more time than it is worth. */
const ORDER_UP_TO = 32 * 2 ** 20

/** The factor of --scale; null when it is not given. */
function scaleOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const scale = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (scale > 1 && Number.isFinite(scale)) return scale
  throw new CallcostError('usage', `expected a number above 1 for --scale, got ${quote(text)}`, {
    hint: 'how many times larger the input after is, as in --scale 2',
  })
}

/** The files of each side: two operands, or the lists of --before and --after. */
function filesOf({ operands, before, after }: Args<typeof OPTIONS>): readonly [readonly string[], readonly string[]] {
  const hint = 'callcost diff --help shows examples'
  if (before.length === 0 && after.length === 0) {
    if (operands.length < 2) {
      throw new CallcostError('usage', `diff needs ${operands.length === 0 ? 'BEFORE' : 'AFTER'}`, { hint })
    }
    return [[operands[0]!], [operands[1]!]]
  }
  if (operands.length > 0) {
    throw new CallcostError('usage', `expected files behind --before and --after only, got also ${operands.join(', ')}`)
  }
  if (before.length === 0 || after.length === 0) {
    throw new CallcostError('usage', `diff needs --${before.length === 0 ? 'before' : 'after'}`, { hint })
  }
  return [before, after]
}
