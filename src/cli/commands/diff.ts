import { defineCommand } from '../command.js'
import { PROFILE_OPTIONS, REPORT_OPTIONS } from '../options.js'

export const diff = defineCommand({
  name: 'diff',
  describe: 'Show what changed between two profiles, and whether by calls or by cost',
  operands: [{ name: 'BEFORE' }, { name: 'AFTER' }],
  options: {
    ...PROFILE_OPTIONS,
    'allow-incomparable': { kind: 'flag', describe: 'Compare what measures differently, such as wall and CPU time' },
    limit: {
      kind: 'number',
      value: 'N',
      describe: 'Show N functions, 0 for all (default 15 in text, all in json and csv)',
    },
    ...REPORT_OPTIONS,
  },
  examples: [
    ['callcost diff before.prof after.prof', 'See whether the fix helped, and why'],
    ['callcost diff main.cpuprofile branch.cpuprofile --format markdown', 'Paste the change into a pull request'],
  ],
  async run(args, context) {
    const [{ chooseValue, readOneProfile }, { diffProfiles }, { diffReport }] = await Promise.all([
      import('../inputs.js'),
      import('../../analysis/diff/diff.js'),
      import('../../report/diff/report.js'),
    ])
    const [beforeFile, afterFile] = args.operands
    const before = (await readOneProfile([beforeFile!], args, context)).profile
    const after = (await readOneProfile([afterFile!], args, context)).profile
    const found = diffProfiles(before, after, {
      values: [chooseValue(before, args), chooseValue(after, args)],
      allowIncomparable: args['allow-incomparable'],
    })
    for (const { ok, message } of found.preflight) if (!ok) context.warn(message)
    const { format = 'text', limit = null, output, operands } = args
    const width = output === undefined ? context.columns : null
    await context.write(
      diffReport(found, { format, limit, width, color: context.color && width !== null }),
      output,
      operands,
    )
  },
})
