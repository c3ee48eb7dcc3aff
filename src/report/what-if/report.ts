import type { WhatIf } from '../../analysis/what-if/what-if.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { markdownLines } from '../../render/markdown.js'
import { type TextOptions, textLines } from '../../render/text.js'
import { whatIfJson } from './json.js'
import { basisText, boundText, headlineText } from './sentences.js'
import { editRecords, editTable } from './tables.js'

export interface WhatIfReportOptions extends TextOptions {
  readonly format: 'text' | 'json' | 'csv' | 'markdown'
}

/** The report on edits in one of the formats, in pieces of UTF-8. */
export function whatIfReport(result: WhatIf, options: WhatIfReportOptions): Iterable<Uint8Array> {
  switch (options.format) {
    case 'json':
      return whatIfJson(result)
    case 'csv':
      return csvTable(editRecords(result))
    case 'markdown':
      return lineChunks(markdown(result))
    case 'text':
      return lineChunks(text(result, options))
  }
}

function* text(result: WhatIf, options: TextOptions): Generator<string> {
  yield headlineText(result)
  yield boundText(result)
  yield ''
  yield* textLines(editTable(result), options)
  const basis = basisText(result)
  if (basis === null) return
  yield ''
  yield basis
}

function* markdown(result: WhatIf): Generator<string> {
  yield `**${escapeForMarkdown(headlineText(result))}**`
  yield ''
  yield escapeForMarkdown(boundText(result))
  yield ''
  yield* markdownLines(editTable(result))
  const basis = basisText(result)
  if (basis === null) return
  yield ''
  yield escapeForMarkdown(basis)
}
