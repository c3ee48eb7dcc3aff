import type { Codec } from '../codec.js'

/** What Ruby's stackprof collects, as JSON. See README.md. */
export const stackprof: Codec = {
  id: 'stackprof',
  title: 'Ruby stackprof',
  extensions: ['.stackprof.json'],
  reads: [
    'edges',
    'edge-costs',
    'stacks',
    'order',
    'files',
    'definition-lines',
    'lines',
    'several-values',
    'provenance',
  ],
  sniff: (_head, keys) => {
    if (keys === null || keys.root !== 'object') return 'no'
    const has = ['mode', 'interval', 'samples', 'frames'].every((key) => keys.keys.includes(key))
    return has && (keys.keys.includes('gc_samples') || keys.inner.includes('total_samples')) ? 'certain' : 'no'
  },
  load: async () => ({ read: (await import('./read.js')).readStackprof }),
}
