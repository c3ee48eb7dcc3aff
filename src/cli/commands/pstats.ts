import { defineCommand } from '../command.js'
import { INPUT_OPTIONS, OUTPUT_OPTIONS } from '../options.js'

export const pstats = defineCommand({
  name: 'pstats',
  describe: "Print what Python's pstats prints, byte for byte",
  operands: [{ name: 'FILE', many: true }],
  options: {
    print: {
      kind: 'list',
      value: 'TABLE',
      choices: ['stats', 'callers', 'callees'],
      describe: 'Print this table (default stats); several are printed one after the other',
    },
    sort: {
      kind: 'list',
      value: 'KEY',
      describe: 'Sort by a key of pstats or its abbreviation; more keys break ties (default: the order of the file)',
    },
    reverse: { kind: 'flag', describe: 'Reverse the sorted list' },
    'strip-dirs': {
      kind: 'flag',
      describe: 'Leave the folders of files out, and add up functions that then are alike',
    },
    restrict: {
      kind: 'list',
      value: 'R',
      describe: 'Print the first R functions, a fraction of them as in 0.1, or those that match a regular expression',
    },
    ...INPUT_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['callcost pstats run.prof --sort cumulative --restrict 10', 'Show the ten functions with the longest total time'],
    [
      "callcost pstats run.prof --sort tottime --print callers --restrict 'app\\.py'",
      'Show who calls the functions of app.py',
    ],
  ],
  async run(args, context) {
    const [{ chooseProfile, chooseValue, readInputs }, { pstatsText }] = await Promise.all([
      import('../inputs.js'),
      import('../../report/pstats-text/report.js'),
    ])
    const results = await readInputs(args.operands, args, context, { need: 'weights' })
    const inputs = results.map((result) => {
      const profile = chooseProfile(result, args, context)
      const { name, modifiedMs } = result
      return { name, modifiedMs, profile: { ...profile, defaultValue: chooseValue(profile, args) } }
    })
    const { print, sort, reverse, restrict } = args
    const stripDirs = args['strip-dirs']
    const options = { sort, reverse, stripDirs, restrict, ...(print.length === 0 ? {} : { print }) }
    await context.write(pstatsText(inputs, options), args.output, args.operands)
  },
})
