/** Reads a whole import and finds every mistake in it, before anything is done with any of it. */
import { columnsOf, fieldsOf, recordOf } from './csv.ts'
import { type ImportedDevice, importedDevice, type Mistake } from './imported-device.ts'
import { IMPORT_LINES_MAX_COUNT } from './limits.ts'
import { type TextLine, textLines, UnreadableText } from './text-lines.ts'

export type ImportFormat = 'csv' | 'jsonLines'

export interface ReadLine {
  readonly line: number
  readonly device: ImportedDevice
}

export interface ReadImport {
  readonly lines: readonly ReadLine[]
  readonly mistakes: readonly Mistake[]
}

export async function readImport(
  bytes: AsyncIterable<Uint8Array>,
  format: ImportFormat,
): Promise<ReadImport> {
  const lines: ReadLine[] = []
  const mistakes: Mistake[] = []
  const seen = new Map<string, number>()
  try {
    const records = format === 'csv' ? csvRecords(bytes) : jsonRecords(bytes)
    let read = 0
    for await (const { line, value, what } of records) {
      read += 1
      // Also of lines that are mistakes: millions of them would be as much work as millions of devices.
      if (read > IMPORT_LINES_MAX_COUNT) {
        throw new UnreadableText(line, `is one more than ${IMPORT_LINES_MAX_COUNT} devices`)
      }
      if (what !== undefined) {
        mistakes.push({ line, what })
        continue
      }
      const found = importedDevice(line, value)
      if ('mistakes' in found) {
        mistakes.push(...found.mistakes)
        continue
      }
      const before = seen.get(found.device.id)
      if (before === undefined) lines.push({ line, device: found.device })
      else mistakes.push({ line, what: `names the same device as line ${before}`, field: 'id' })
      seen.set(found.device.id, before ?? line)
    }
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error
    // What comes behind it cannot be told.
    mistakes.push({ line: error.line, what: error.message })
  }
  return { lines, mistakes }
}

type Record = { readonly line: number; readonly value?: unknown; readonly what?: string }

async function* jsonRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Record> {
  for await (const { line, text } of nonEmpty(textLines(bytes))) {
    try {
      yield { line, value: JSON.parse(text) }
    } catch {
      yield { line, what: 'is no JSON' }
    }
  }
}

async function* csvRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Record> {
  let columns: Exclude<ReturnType<typeof columnsOf>, string> | undefined
  for await (const { line, text } of nonEmpty(textLines(bytes))) {
    const fields = fieldsOf(text)
    if (typeof fields === 'string') {
      yield { line, what: fields }
    } else if (columns === undefined) {
      const header = columnsOf(fields)
      if (typeof header === 'string') throw new UnreadableText(line, header)
      columns = header
    } else {
      const value = recordOf(columns, fields)
      yield typeof value === 'string' ? { line, what: value } : { line, value }
    }
  }
}

async function* nonEmpty(lines: AsyncIterable<TextLine>): AsyncGenerator<TextLine> {
  for await (const line of lines) if (line.text.trim() !== '') yield line
}
