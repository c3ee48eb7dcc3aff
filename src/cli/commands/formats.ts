import { defineCommand } from '../command.js'
import { REPORT_OPTIONS } from '../options.js'

export const formats = defineCommand({
  name: 'formats',
  describe: 'List the formats that are read and written',
  operands: [],
  options: REPORT_OPTIONS,
  examples: [
    ['callcost formats', 'Show what is read and written'],
    ['callcost formats --format json', 'Tell a script'],
  ],
  async run(args, context) {
    const { CODECS } = await import('../../../formats/index.js')
    await context.write(`${CODECS.map((codec) => `${codec.id}  ${codec.title}`).join('\n')}\n`, args.output)
  },
})
