import type { Codec } from '../codec.js'

/** The call graph as a table, for spreadsheets and data frames. Written, not read. See README.md. */
export const csv: Codec = {
  id: 'csv',
  title: 'CSV',
  extensions: ['.csv'],
  writes: [
    'calls',
    'primitive-calls',
    'edges',
    'edge-calls',
    'edge-costs',
    'files',
    'definition-lines',
    'columns',
    'int64',
    'several-values',
  ],
  options: [
    {
      name: 'csv-table',
      type: 'string',
      choices: ['functions', 'edges'],
      default: 'functions',
      describe: 'Write a row per function (default) or per call edge',
    },
    {
      name: 'csv-safe',
      type: 'boolean',
      describe: 'Write texts that a spreadsheet would run as formulas with a quote before them',
    },
  ],
  sniff: () => 'no',
  load: async () => ({ write: (await import('./write.js')).writeCsv }),
}
