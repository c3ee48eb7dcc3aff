import { defineCommand } from '../command.js'
import { REPORT_OPTIONS } from '../options.js'

export const formats = defineCommand({
  name: 'formats',
  describe: 'List the formats that are read and written',
  operands: [],
  options: REPORT_OPTIONS,
  examples: [
    ['callcost formats', 'Show what is read and written'],
    ['callcost formats --format json', 'Tell a script, with all that each format can carry'],
  ],
  async run({ format = 'text', output }, context) {
    const [{ CODECS }, { formatsReport }] = await Promise.all([
      import('../../../formats/index.js'),
      import('../formats-report.js'),
    ])
    const width = output === undefined ? context.columns : null
    const color = output === undefined && context.color
    await context.write(formatsReport(CODECS, format, { width, color }), output)
  },
})
