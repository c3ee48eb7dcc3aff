import { CallcostError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { INPUT_OPTIONS, OUTPUT_OPTIONS, RULE_OPTIONS, rulesOf } from '../options.js'

export const merge = defineCommand({
  name: 'merge',
  describe: 'Put several profiles into one file, threads apart or summed',
  operands: [{ name: 'FILE', many: true }],
  options: {
    ...INPUT_OPTIONS,
    to: {
      kind: 'text',
      value: 'FORMAT',
      complete: 'format-written',
      describe: 'Write FORMAT (default: what the ending of --output says, else callcost)',
    },
    ...OUTPUT_OPTIONS,
    sum: { kind: 'flag', describe: 'Add the profiles up instead of keeping them apart' },
    ...RULE_OPTIONS,
  },
  examples: [
    ['callcost merge main.cpuprofile worker-*.cpuprofile -o all.json', 'Keep the threads of one run together'],
    ['callcost merge --sum run-*.prof -o all.pstats --to pstats', 'Add up the runs of one program'],
  ],
  async run(args, context) {
    const [{ namedProfiles, readInputs, sumInputs }, { convertProfiles }, { codecByFileName }, { SUM_NOTES }] =
      await Promise.all([
        import('../inputs.js'),
        import('../../pipeline/convert.js'),
        import('../../pipeline/detect.js'),
        import('../../model/merge-source.js'),
      ])
    if (args.output === undefined) {
      throw new CallcostError('usage', 'merge writes a file', { hint: 'say which with -o FILE, - for stdout' })
    }
    const rules = rulesOf(args)
    // A sum has no moments, so those of its files need not be kept; one file is its own sum.
    const need = args.operands.length > 1 ? 'weights' : 'timeline'
    const profiles = args.sum
      ? [await sumInputs(args.operands, args, context, { need, rules })]
      : (await readInputs(args.operands, args, context)).flatMap((input) => namedProfiles(input).profiles)
    for (const { source } of args.sum && args.operands.length > 1 ? profiles : []) {
      for (const { code, message } of source.notes) if (SUM_NOTES.has(code)) context.warn(message)
    }
    const chunks = await convertProfiles(
      { profiles, active: 0 },
      {
        to: args.to ?? codecByFileName(args.output)?.id ?? 'callcost',
        rules,
        exporter: `callcost ${context.version}`,
        onNote: context.warn,
      },
    )
    await context.write(chunks, args.output, args.operands)
  },
})
