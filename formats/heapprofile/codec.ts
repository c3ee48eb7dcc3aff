import type { Codec } from '../codec.js'

/** V8's sampling heap profiles: Node's --heap-prof, Chrome's allocation sampling. See README.md. */
export const heapprofile: Codec = {
  id: 'heapprofile',
  title: 'V8 heap profile',
  extensions: ['.heapprofile'],
  reads: ['stacks', 'files', 'definition-lines', 'columns', 'several-values', 'raw-names'],
  writes: ['stacks', 'files', 'definition-lines', 'columns'],
  sniff: (_head, keys) => {
    if (keys === null) return 'no'
    const has = (name: string): boolean => keys.keys.includes(name) || keys.inner.includes(name)
    return has('head') && has('callFrame') && has('selfSize') ? 'certain' : 'no'
  },
  load: async () => ({
    read: (await import('./read.js')).readHeapprofile,
    write: (await import('./write.js')).writeHeapprofile,
  }),
}
