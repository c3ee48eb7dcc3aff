import type { Codec } from '../codec.js'

/** The call graph as a drawing, for graphviz. Written, not read. See README.md. */
export const dot: Codec = {
  id: 'dot',
  title: 'graphviz DOT',
  extensions: ['.dot', '.gv'],
  writes: ['calls', 'edges', 'edge-calls', 'edge-costs', 'files', 'definition-lines'],
  options: [
    {
      name: 'dot-nodes',
      type: 'string',
      default: '0.005',
      describe: 'Leave out functions whose total is below this share of the profile (0.005)',
    },
    {
      name: 'dot-edges',
      type: 'string',
      default: '0.001',
      describe: 'Leave out calls whose total is below this share of the profile (0.001)',
    },
  ],
  sniff: () => 'no',
  load: async () => ({ write: (await import('./write.js')).writeDot }),
}
