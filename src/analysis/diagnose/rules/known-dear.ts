import { ENTRY_DEFAULTS, type RuleEntry } from './rule-entry.js'

function entry(given: Pick<RuleEntry, 'id' | 'title' | 'frames' | 'advice'> & Partial<RuleEntry>): RuleEntry {
  return { ...ENTRY_DEFAULTS, ...given }
}

const PYTHON = ['python']
const JAVASCRIPT = ['javascript']

/** Calls that are dear by experience and rarely belong in a loop. */
export const KNOWN_DEAR: readonly RuleEntry[] = [
  entry({
    id: 'regex-compile',
    title: 'regular expressions are compiled in a loop',
    frames: ['re.compile', 're._compile', 're._compiler.compile', 'sre_compile.compile'],
    languages: PYTHON,
    minCalls: 1000,
    confidence: 0.85,
    advice: 'compile each pattern once, before the loop or at module level; the cache of re holds 512 patterns',
  }),
  entry({
    id: 'deepcopy',
    title: 'objects are deep-copied in a loop',
    frames: ['copy.deepcopy'],
    languages: PYTHON,
    confidence: 0.85,
    advice: 'copy only what changes, or build the new state instead of copying the old one',
  }),
  entry({
    id: 'json',
    title: 'JSON is written or read in a loop',
    frames: ['json.loads', 'json.dumps', 'json.load', 'json.dump'],
    languages: PYTHON,
    confidence: 0.7,
    advice: 'parse once outside of the loop; to copy plain data, copy it without going through text',
  }),
  entry({
    id: 'pickle',
    title: 'objects are pickled in a loop',
    frames: ['built-in method _pickle.*', 'pickle.dumps', 'pickle.loads'],
    languages: PYTHON,
    confidence: 0.7,
    advice: 'pickle once, or many objects at a time',
  }),
  entry({
    id: 'logging',
    title: 'a log call per item',
    frames: [
      'logging.debug',
      'logging.info',
      'logging.warning',
      'logging.error',
      'logging.log',
      'logging._log',
      'logging.findCaller',
      'logging.makeRecord',
      'logging.isEnabledFor',
    ],
    languages: PYTHON,
    minCalls: 1000,
    confidence: 0.85,
    blames: 'call',
    advice: 'ask isEnabledFor once before the loop, or log one line for all items',
  }),
  entry({
    id: 'strptime',
    title: 'dates are parsed by strptime in a loop',
    frames: ['built-in method strptime', "method 'strptime' of *", '*.strptime', '_strptime._strptime*'],
    languages: PYTHON,
    confidence: 0.85,
    advice: 'for ISO dates use datetime.fromisoformat, or remember dates that were parsed before',
  }),
  entry({
    id: 'inspect',
    title: 'the call stack is inspected in a loop',
    frames: ['inspect.stack', 'inspect.getframeinfo', 'inspect.signature', 'traceback.extract_stack'],
    languages: PYTHON,
    confidence: 0.85,
    advice: 'sys._getframe is cheaper; or look once and remember',
  }),
  entry({
    id: 'connect',
    title: 'a connection is opened for each item',
    frames: [
      "method 'connect' of '_socket.socket' objects",
      'built-in method _socket.getaddrinfo',
      "method 'do_handshake' of '_ssl._SSLSocket' objects",
      'built-in method _sqlite3.connect',
    ],
    languages: PYTHON,
    minShare: 0.15,
    confidence: 0.65,
    advice: 'keep the connection open (a session, a pool) and use it again',
  }),
  entry({
    id: 'decimal',
    title: 'decimals are made from text in a loop',
    frames: ['_pydecimal.__new__', 'built-in method _decimal.*'],
    languages: PYTHON,
    minShare: 0.1,
    advice: 'make constants once; reckon in integers of the smallest unit',
  }),
  entry({
    id: 'hash',
    title: 'hashes are computed',
    frames: ['node:internal/crypto/hash.Hash*', 'node:crypto.createHash', 'built-in method _hashlib.*'],
    minShare: 0.2,
    confidence: 0.3,
    advice: 'hashing is often the purpose; hash larger pieces, or remember hashes of what does not change',
  }),
  entry({
    id: 'clone',
    title: 'objects are cloned',
    frames: ['*.clone', '*.cloned', '*.cloneDeep', '*.deepClone', '*.deepCopy', '*.structuredClone'],
    languages: JAVASCRIPT,
    minShare: 0.2,
    confidence: 0.7,
    advice:
      'V8 counts JSON.parse and JSON.stringify to the function that calls them: copy only what changes, with {...object}',
  }),
]
