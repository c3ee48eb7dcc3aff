import type { Feature } from '../../src/model/features.js'
import type { Codec } from '../codec.js'
import { SCHEMA_PREFIX } from './version.js'

/** The whole model, lossless. */
const EVERYTHING: readonly Feature[] = [
  'calls',
  'primitive-calls',
  'edges',
  'edge-calls',
  'edge-costs',
  'stacks',
  'order',
  'spans',
  'files',
  'definition-lines',
  'lines',
  'columns',
  'inlining',
  'addresses',
  'labels',
  'int64',
  'several-values',
  'several-profiles',
  'raw-names',
  'provenance',
  'engine-details',
  'distinct-args',
]

/** callcost's own JSON. See README.md and schema.json. */
export const callcost: Codec = {
  id: 'callcost',
  title: 'callcost JSON',
  extensions: ['.callcost.json', '.json'],
  reads: EVERYTHING,
  writes: EVERYTHING,
  writesMoments: true,
  sniff: (_head, keys) => (keys?.texts.get('schema')?.startsWith(SCHEMA_PREFIX) ? 'certain' : 'no'),
  load: async () => ({
    read: (await import('./read.js')).readCallcost,
    write: (await import('./write.js')).writeCallcost,
  }),
}
