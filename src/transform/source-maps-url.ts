import { CallcostError, quote } from '../errors.js'
import { percentDecoded, sourcePath } from '../model/modules/source-path.js'

/** Schemes of what can lie in a folder of built files; `node:fs` or `wasm://` cannot. */
const OF_FILES = /^(?:file|https?|app|capacitor|ionic|vscode-file):/i

/** A drive is one letter, a scheme is more. */
const SCHEME = /^[a-z][\w+.-]+:/i

/** The names along the path of a script, the file's own last; null for what is no file. */
export function pathNames(script: string): string[] | null {
  const scheme = SCHEME.exec(script)?.[0]
  if (scheme !== undefined && !OF_FILES.test(scheme)) return null
  const isLocal = scheme === undefined || /^(?:file|vscode-file):/i.test(scheme)
  const path = isLocal
    ? sourcePath(script.replaceAll('\\', '/'))
    : percentDecoded(script.replace(/^[^:]+:\/*[^/?#]*/, '').replace(/[?#].*/s, ''))
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return names.length === 0 || names.includes('..') || path.endsWith('/') ? null : names
}

/** The URL of a file beside the one of `script`: `relative` is a path from its folder, with forward slashes. */
export function urlBeside(script: string, relative: string): string {
  const url = script.replaceAll(/\\/g, '/').replace(/[?#].*/s, '')
  return url.slice(0, url.lastIndexOf('/') + 1) + relative
}

const MARK = 'sourceMappingURL='

/** Lines of comments behind the one that is looked for. */
const COMMENTS_BEHIND = 20

/** Where a script says that its source map is: the last comment that does, with nothing but comments behind it. */
export function sourceMapReference(script: string): string | null {
  let end = script.length
  for (let line = 0; line < COMMENTS_BEHIND && end > 0; line++) {
    const begin = Math.max(script.lastIndexOf('\n', end - 1), script.lastIndexOf('\r', end - 1)) + 1
    const mark = script.lastIndexOf(MARK, end)
    if (mark > begin && /(?:\/\/|\/\*)[#@][ \t]*$/.test(script.slice(Math.max(begin, mark - 8), mark))) {
      const reference = script.slice(mark + MARK.length, end).replace(/\s*(?:\*\/)?\s*$/, '')
      if (reference !== '' && !/[\s'"`]/.test(reference)) return reference
    }
    if (!/^\s*(?:\/\/|\/\*|\*\/|$)/.test(script.slice(begin, Math.min(end, begin + 100)))) return null
    end = begin - 1
  }
  return null
}

/** The text that a `data:` URL holds, in base64 or percent-encoded. Throws {@link CallcostError} when it is damaged. */
export function dataUrlText(url: string): string {
  const comma = url.indexOf(',')
  if (comma < 0) throw new CallcostError('data', `expected a data URL with a comma, got ${quote(url)}`)
  const body = url.slice(comma + 1)
  if (/;\s*base64\s*$/i.test(url.slice(0, comma))) return Buffer.from(body, 'base64').toString('utf8')
  try {
    return decodeURIComponent(body)
  } catch (error) {
    throw new CallcostError('data', 'expected a percent-encoded source map, got a wrong code', { cause: error })
  }
}
