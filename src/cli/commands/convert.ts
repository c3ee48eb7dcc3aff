import { CODECS } from '../../../formats/index.js'
import { CallcostError } from '../../errors.js'
import { defineCommand, type Option } from '../command.js'
import { INPUT_OPTIONS, OUTPUT_OPTIONS, RULE_OPTIONS, rulesOf } from '../options.js'

/** The options that formats have, as options of the command line. */
const FORMAT_OPTIONS: Readonly<Record<string, Option>> = Object.fromEntries(
  CODECS.flatMap((codec) => codec.options ?? []).map(({ name, type, choices, describe }) => [
    name,
    type === 'boolean'
      ? { kind: 'flag', describe }
      : { kind: 'text', value: 'NAME', describe, ...(choices === undefined ? {} : { choices }) },
  ]),
)

export const convert = defineCommand({
  name: 'convert',
  describe: 'Write a profile in another format',
  operands: [{ name: 'IN' }],
  options: {
    ...INPUT_OPTIONS,
    to: {
      kind: 'text',
      value: 'FORMAT',
      complete: 'format-written',
      describe: 'Write FORMAT (default: what the ending of --output says)',
    },
    ...OUTPUT_OPTIONS,
    'no-infer': { kind: 'flag', describe: 'Refuse instead of making up stacks for a format that needs them' },
    ...RULE_OPTIONS,
    ...FORMAT_OPTIONS,
  },
  examples: [
    ['callcost convert run.prof -o run.speedscope.json', 'Look at a cProfile file in speedscope'],
    ['callcost convert run.prof --to csv --csv-table edges -o edges.csv', 'Put who calls whom into a spreadsheet'],
  ],
  async run(args, context) {
    const [{ chooseProfile, namedProfiles, readInputs }, { convertProfiles, neededSamples }, { codecByFileName }] =
      await Promise.all([
        import('../inputs.js'),
        import('../../pipeline/convert.js'),
        import('../../pipeline/detect.js'),
      ])
    const to = args.to ?? (args.output === undefined ? undefined : codecByFileName(args.output)?.id)
    if (to === undefined) {
      throw new CallcostError('usage', 'the format to write is not clear', { hint: 'say it with --to FORMAT' })
    }
    const rules = rulesOf(args)
    const [input] = await readInputs(args.operands, args, context, { need: neededSamples(to), rules })
    const set =
      args.profile === undefined
        ? namedProfiles(input!)
        : { profiles: [chooseProfile(input!, args, context, { rules })], active: 0 }
    const chunks = await convertProfiles(set, {
      to,
      rules,
      noInfer: args['no-infer'],
      options: args as unknown as Record<string, string | boolean | undefined>,
      reusesPieces: true,
      exporter: `callcost ${context.version}`,
      onNote: context.warn,
    })
    await context.write(chunks, args.output, args.operands)
  },
})
