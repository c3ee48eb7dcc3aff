import { CallcostError } from '../../errors.js'
import type { Profile } from '../../model/profile.js'
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
    const [{ namedProfiles, readInputs, sumInputs }, { convertProfiles }, detect, { SUM_NOTES }] = await Promise.all([
      import('../inputs.js'),
      import('../../pipeline/convert.js'),
      import('../../pipeline/detect.js'),
      import('../../model/merge-source.js'),
    ])
    const { operands, output } = args
    if (output === undefined) {
      throw new CallcostError('usage', 'merge writes a file', { hint: 'say which with -o FILE, - for stdout' })
    }
    const rules = rulesOf(args)
    const to = args.to ?? detect.codecByFileName(output)?.id ?? 'callcost'
    const isMany = operands.length > 1
    // Summed here, and not when written, so that one file can go before the next is read.
    const mustSum = isMany && !detect.codecById(to, 'writes').writes?.includes('several-profiles')
    const profiles: Profile[] = []
    if (args.sum || mustSum) {
      // A sum has no moments, so those of its files need not be kept; one file is its own sum.
      const sum = await sumInputs(operands, args, context, { need: isMany ? 'weights' : 'timeline', rules })
      if (!args.sum) context.warn(`${to} holds one profile: ${operands.length} files summed`)
      for (const { code, message } of isMany ? sum.source.notes : []) if (SUM_NOTES.has(code)) context.warn(message)
      profiles.push(sum)
    } else {
      for (const input of await readInputs(operands, args, context)) {
        for (const profile of namedProfiles(input).profiles) profiles.push(profile)
      }
    }
    const chunks = await convertProfiles(
      { profiles, active: 0 },
      { to, rules, exporter: `callcost ${context.version}`, onNote: context.warn },
    )
    await context.write(chunks, output, operands)
  },
})
