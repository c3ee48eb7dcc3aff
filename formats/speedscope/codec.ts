import type { Codec } from '../codec.js'
import { SCHEMA } from './file-format.js'

/** The file format of the speedscope viewer. See README.md. */
export const speedscope: Codec = {
  id: 'speedscope',
  title: 'speedscope',
  extensions: ['.speedscope.json'],
  reads: ['stacks', 'order', 'spans', 'calls', 'files', 'definition-lines', 'columns', 'several-profiles'],
  writes: [
    'stacks',
    'order',
    'spans',
    'calls',
    'files',
    'definition-lines',
    'columns',
    'several-profiles',
    'several-values',
  ],
  writesRuns: true,
  sniff: (_head, keys) => {
    if (keys === null || keys.root !== 'object') return 'no'
    if (keys.texts.get('$schema') === SCHEMA) return 'certain'
    return keys.keys.includes('shared') && keys.keys.includes('profiles') ? 'likely' : 'no'
  },
  load: async () => ({
    read: (await import('./read.js')).readSpeedscope,
    write: (await import('./write.js')).writeSpeedscope,
  }),
}
