/** A part of a table: one row a line, as a JSON array of its cells; compressed. */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Cell, Row } from '../adapters/sql/table-rows.ts'
import { ArchiveDamagedError } from './tar.ts'

/** Before compression; a single row may be longer. */
export const SEGMENT_BYTES = 4 * 1024 * 1024
const SEGMENT_MAX_BYTES = 64 * 1024 * 1024

export function encodeRow(row: Row): string {
  return `${JSON.stringify(row.map((cell) => (cell instanceof Uint8Array ? { b: Buffer.from(cell).toString('base64') } : cell)))}\n`
}

export async function encodeSegment(lines: readonly string[]): Promise<Buffer> {
  return promisify(gzip)(lines.join(''))
}

export async function decodeSegment(bytes: Buffer, columns: number): Promise<readonly Row[]> {
  const text = await promisify(gunzip)(bytes, { maxOutputLength: SEGMENT_MAX_BYTES }).catch(
    (cause: unknown) => {
      throw new ArchiveDamagedError('A part of a table cannot be read.', { cause })
    },
  )
  return text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => decodeRow(line, columns))
}

function decodeRow(line: string, columns: number): Row {
  let cells: unknown
  try {
    cells = JSON.parse(line)
  } catch (cause) {
    throw new ArchiveDamagedError('A row cannot be read.', { cause })
  }
  if (!Array.isArray(cells) || cells.length !== columns) {
    throw new ArchiveDamagedError('A row does not have the columns of its table.')
  }
  return cells.map(decodeCell)
}

function decodeCell(cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell
  const bytes = typeof cell === 'object' && 'b' in cell ? cell.b : undefined
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'))
  throw new ArchiveDamagedError('A cell is of a kind that no database of ours has.')
}
