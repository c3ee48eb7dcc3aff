/**
 * Keeps Stryker from mutating the words of errors. That a fault is found, and where, is what tests of the readers must
 * hold; a test that repeats each sentence would only be a copy of it.
 */
/** Error → which of its arguments are the words. */
const WORDS = new Map([
  ['FormatError', 0],
  ['CallcostError', 1],
  ['Error', 0],
])

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: {
      shouldIgnore(path) {
        const { node, parent } = path
        const isMessage = parent?.type === 'NewExpression' && parent.arguments[WORDS.get(parent.callee.name)] === node
        return isMessage ? 'the words of an error' : undefined
      },
    },
  },
]
