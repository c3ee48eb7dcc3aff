/**
 * Keeps Stryker from mutating the words of errors. That a fault is found, and where, is what tests of the readers must
 * hold; a test that repeats each sentence would only be a copy of it.
 */
const ERRORS = new Set(['FormatError', 'CallcostError', 'Error'])

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: {
      shouldIgnore(path) {
        const { node, parent } = path
        const isMessage =
          parent?.type === 'NewExpression' && ERRORS.has(parent.callee.name) && parent.arguments[0] === node
        return isMessage ? 'the words of an error' : undefined
      },
    },
  },
]
