import type { Codec } from '../codec.js'

/** Sessions of Python's pyinstrument, and the JSON that it renders of them. See README.md. */
export const pyinstrument: Codec = {
  id: 'pyinstrument',
  title: 'Python pyinstrument',
  extensions: ['.pyisession'],
  reads: ['stacks', 'order', 'files', 'definition-lines', 'lines', 'provenance'],
  sniff: (_head, keys) => {
    if (keys === null || keys.root !== 'object') return 'no'
    if (keys.keys.includes('frame_records')) return 'certain'
    const isTree = keys.keys.includes('root_frame') && keys.inner.includes('function')
    return isTree && keys.keys.includes('duration') ? 'certain' : 'no'
  },
  load: async () => ({ read: (await import('./read.js')).readPyinstrument }),
}
