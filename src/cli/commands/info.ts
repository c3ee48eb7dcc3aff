import { defineCommand } from '../command.js'
import { INPUT_OPTIONS, REPORT_OPTIONS, RULE_OPTIONS, rulesOf } from '../options.js'

const { from, strict, lenient, max, 'source-maps': sourceMaps } = INPUT_OPTIONS

export const info = defineCommand({
  name: 'info',
  describe: 'Show what a profile file holds: format, producer, profiles, values and what is odd about the data',
  operands: [{ name: 'FILE', many: true }],
  options: { ...REPORT_OPTIONS, from, 'source-maps': sourceMaps, strict, lenient, max, ...RULE_OPTIONS },
  examples: [
    ['callcost info run.prof', 'Say what run.prof is, and how far its numbers can be trusted'],
    ['callcost info *.cpuprofile --format csv', 'List what many files hold'],
  ],
  async run(args, context) {
    const [{ readInputs }, { infoReport }, { describeProfile }, { attribute }] = await Promise.all([
      import('../inputs.js'),
      import('../../report/info/report.js'),
      import('../../report/info/described-file.js'),
      import('../../transform/attribution.js'),
    ])
    const rules = rulesOf(args)
    const results = await readInputs(args.operands, args, context, { rules })
    const files = results.map(({ name, modifiedMs, codec, set, problems }) => ({
      name,
      modifiedMs,
      formatTitle: codec.title,
      active: set.active,
      profiles: set.profiles.map((profile) => describeProfile(profile, attribute(profile, rules))),
      problems,
    }))
    const chunks = infoReport(files, {
      format: args.format ?? 'text',
      width: args.output === undefined ? context.columns : null,
      color: args.output === undefined && context.color,
    })
    await context.write(chunks, args.output, args.operands)
  },
})
