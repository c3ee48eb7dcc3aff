import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import { lineChunks } from '../../render/line-chunks.js'
import { diagnosisJson } from './json.js'
import type { LineContext } from './line-text.js'
import { diagnosisMarkdown } from './markdown.js'
import { diagnosisText } from './text.js'

export interface DiagnoseReportOptions {
  readonly format: 'text' | 'json' | 'markdown'
  /** The file as the user gave it, for the commands that are proposed. */
  readonly file: string
}

/** A diagnosis in one of the formats, in pieces of UTF-8. */
export function diagnoseReport(diagnosis: Diagnosis, { format, file }: DiagnoseReportOptions): Iterable<Uint8Array> {
  const { profile, measure } = diagnosis.view
  const context: LineContext = { profile, unit: measure.type.unit, file }
  switch (format) {
    case 'json':
      return diagnosisJson(diagnosis, context)
    case 'markdown':
      return lineChunks(diagnosisMarkdown(diagnosis, context))
    case 'text':
      return lineChunks(diagnosisText(diagnosis, context))
  }
}
