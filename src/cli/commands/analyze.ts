import { SORT_ALIASES, SORT_KEYS } from '../../analysis/sort-keys.js'
import { CallcostError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { OVERHEAD_OPTIONS, PROFILE_OPTIONS, REPORT_OPTIONS } from '../options.js'

export const analyze = defineCommand({
  name: 'analyze',
  describe: 'Show which functions cost most, per call too, and who calls them',
  operands: [{ name: 'FILE', many: true }],
  options: {
    sort: {
      kind: 'text',
      value: 'KEY',
      choices: [...SORT_KEYS, ...Object.keys(SORT_ALIASES)],
      describe: `Sort by KEY, numbers from large to small (default total): ${SORT_KEYS.join(', ')}`,
    },
    reverse: { kind: 'flag', describe: 'Sort the other way round' },
    limit: { kind: 'number', value: 'N', describe: 'Show N rows, 0 for all (default 20; json and csv: all)' },
    filter: {
      kind: 'text',
      value: 'RE',
      describe: 'Show only rows that match RE in file:line(function) or module; numbers do not change',
    },
    exclude: { kind: 'text', value: 'RE', describe: 'Leave out rows that match RE; numbers do not change' },
    scope: {
      kind: 'text',
      value: 'SCOPE',
      choices: ['project', 'packages', 'runtime'],
      describe: 'Show only rows of the project, of installed packages, or of the runtime (its library and built-ins)',
    },
    module: { kind: 'text', value: 'NAME', describe: 'Show only rows of this module or package and what is below it' },
    by: {
      kind: 'text',
      value: 'WHAT',
      choices: ['function', 'name', 'line', 'file', 'module', 'package'],
      describe: 'Add functions up by WHAT (default function); line needs stacks',
    },
    callers: {
      kind: 'text',
      value: 'FUNC',
      describe: 'Show who calls FUNC: a name, file:line or a regular expression',
    },
    callees: { kind: 'text', value: 'FUNC', describe: 'Show whom FUNC calls' },
    ...OVERHEAD_OPTIONS,
    ...REPORT_OPTIONS,
    ...PROFILE_OPTIONS,
  },
  examples: [
    ['callcost run.prof', 'Show the 20 functions with the largest total'],
    ['callcost run.prof --sort self --scope project', 'Show where the code of the project itself spends its time'],
    ['callcost run.prof --callers fetch_name', 'Show who calls fetch_name, how often and at what cost'],
    ['callcost run.prof --sort self --compensate', 'Show what functions cost without the profiler as well'],
  ],
  async run(args, context) {
    const asked = [args.callers, args.callees, args.by === 'function' ? undefined : args.by]
    if (asked.filter((option) => option !== undefined).length > 1) {
      throw new CallcostError('usage', '--callers, --callees and --by exclude each other')
    }
    const isCompensated = args.compensate || args.overhead !== undefined || args['plain-time'] !== undefined
    if (isCompensated && asked.some((option) => option !== undefined)) {
      throw new CallcostError('usage', 'functions are compensated, and neither --by, --callers nor --callees')
    }
    const [{ analysisOf }, { analyzeReport }, { chooseValue, readOneProfile }, { compensationOf }] = await Promise.all([
      import('../analysis-of.js'),
      import('../../report/analyze/report.js'),
      import('../inputs.js'),
      import('../compensation.js'),
    ])
    const { profile } = await readOneProfile(args.operands, args, context)
    const value = chooseValue(profile, args)
    const compensation = await compensationOf(profile, value, args, context)
    const analysis = analysisOf(profile, args, value, compensation)
    for (const note of profile.source.notes) context.warn(note.message)
    if (analysis.kind === 'groups' && analysis.rows.withoutTotal > 0) {
      const { length, withoutTotal, by } = analysis.rows
      context.note(
        `${withoutTotal} of ${length} ${by}s have no total: calls leave them and come back, and a call graph cannot tell what would count twice`,
      )
    }
    if (analysis.kind === 'groups' && !analysis.rows.hasLines) {
      context.note('the profile does not say which lines were executing: shown are the lines where functions begin')
    }
    const chunks = analyzeReport(analysis, {
      format: args.format ?? 'text',
      limit: args.limit,
      source: { files: args.operands },
      width: args.output === undefined ? context.columns : null,
      color: args.output === undefined && context.color,
    })
    await context.write(chunks, args.output, args.operands)
    // Whoever looks at a terminal may not know what to look for.
    const isShown = context.columns !== null && args.output === undefined && (args.format ?? 'text') === 'text'
    if (!isShown || analysis.kind !== 'functions') return
    const { diagnosisHint } = await import('../diagnosis-hint.js')
    const hint = diagnosisHint(profile, value, args.operands)
    if (hint !== null) context.note(hint)
  },
})
