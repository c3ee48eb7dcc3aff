import { defineCommand } from '../command.js'
import { OUTPUT_OPTIONS, OVERHEAD_OPTIONS, PROFILE_OPTIONS } from '../options.js'

const { overhead, 'plain-time': plainTime } = OVERHEAD_OPTIONS

export const diagnose = defineCommand({
  name: 'diagnose',
  describe: 'Say what is wrong: the dear chain, who does the work and who causes it, and what a fix saves at most',
  operands: [{ name: 'FILE', many: true }],
  options: {
    rules: {
      kind: 'text',
      value: 'FILE',
      complete: 'file',
      describe: 'Look for what the rules in FILE (JSON, callcost/rules/1) know as well',
    },
    overhead,
    'plain-time': plainTime,
    format: {
      kind: 'text',
      value: 'FORMAT',
      choices: ['text', 'json', 'markdown'],
      describe: 'Print as text (default), json or markdown',
    },
    ...OUTPUT_OPTIONS,
    ...PROFILE_OPTIONS,
  },
  examples: [
    ['callcost diagnose run.prof', 'Say what is wrong, and how to prove it'],
    ['callcost diagnose run.prof --plain-time 9.3s', 'Subtract no more than what profiling really took'],
    ['callcost diagnose run.prof --format markdown', 'Write it to paste into an issue'],
  ],
  async run(args, context) {
    const [
      { diagnose: diagnosisOf },
      { withoutLoading },
      { readRules },
      { diagnoseReport },
      { chooseValue, readOneProfile },
      { compensationOf },
      { openSource },
    ] = await Promise.all([
      import('../../analysis/diagnose/diagnose.js'),
      import('../../analysis/diagnose/without-loading.js'),
      import('../../analysis/diagnose/read-rules.js'),
      import('../../report/diagnose/report.js'),
      import('../inputs.js'),
      import('../compensation.js'),
      import('../../io/file-source.js'),
    ])
    // A mistake in a small file should show before anything large is read.
    const rules = args.rules === undefined ? [] : await readRules(await openSource(args.rules))
    const { profile } = await readOneProfile(args.operands, args, context)
    for (const note of profile.source.notes) context.warn(note.message)
    const value = chooseValue(profile, args)
    const isGiven = args.overhead !== undefined || args['plain-time'] !== undefined
    const compensation = isGiven
      ? await compensationOf(withoutLoading(profile), value, { ...args, compensate: true }, context)
      : undefined
    const diagnosis = diagnosisOf(profile, { value, compensation, rules })
    const chunks = diagnoseReport(diagnosis, { format: args.format ?? 'text', file: args.operands[0]! })
    await context.write(chunks, args.output, args.operands)
  },
})
