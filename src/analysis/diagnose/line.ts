import type { FunctionIndex } from '../../model/tables.js'

/** A piece of a sentence: text as it is, or something whose look is the report's affair. */
export type Part =
  | string
  | { readonly fn: FunctionIndex }
  /** With file and line behind the name. */
  | { readonly place: FunctionIndex }
  | { readonly count: number }
  | { readonly share: number }
  /** In the unit of the value type. */
  | { readonly value: number }
  /** The file that was diagnosed. */
  | { readonly file: true }
  /** A word for a shell: a function's name in an argument. */
  | { readonly argument: readonly (string | { readonly fn: FunctionIndex })[] }

/** One line of a report. */
export type Line = readonly Part[]

/** A line as a template: line`${{ fn }} is called ${{ count }} times`. */
export function line(texts: TemplateStringsArray, ...parts: readonly (Part | Line)[]): Line {
  const all: Part[] = []
  for (const [at, text] of texts.entries()) {
    if (text !== '') all.push(text)
    const part = parts[at]
    if (part === undefined) continue
    if (Array.isArray(part)) for (const one of part as Line) all.push(one)
    else all.push(part as Part)
  }
  return all
}

/** A command on the diagnosed file. */
export function command(name: string, ...words: readonly (string | { readonly fn: FunctionIndex })[][]): Line {
  const parts: Part[] = [`callcost ${name} `, { file: true }]
  for (const argument of words) parts.push(' ', { argument })
  return parts
}
