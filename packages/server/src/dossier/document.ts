/** The readable part of a dossier before it is a page or a PDF: plain data, so that a thread can render it. */
import type { DeclarationState, DossierGap, DossierStatus } from '@fleetward/shared'

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table'
      readonly caption: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** How many more there are than rows, and in which file all of them. */
      readonly more?: { readonly count: number; readonly file: string }
    }

export interface DocumentSection {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
  readonly gaps: readonly DossierGap[]
  readonly files: readonly { readonly path: string; readonly what: string }[]
}

export interface DocumentItem {
  readonly number: string
  readonly title: string
  readonly sections: readonly DocumentSection[]
}

export interface DossierDocument {
  readonly title: string
  readonly product: string
  readonly version: number
  /** Seconds since 1970. */
  readonly builtAt: number
  readonly status: DossierStatus
  readonly declaration: DeclarationState
  readonly scope: string
  readonly items: readonly DocumentItem[]
  readonly gaps: readonly DossierGap[]
}

const TABLE_MAX_ROWS = 200
const TEXT_MAX_CHARACTERS = 8_000

export const NOTICE =
  'Put together by Fleetward from what its server holds. It is no conformity assessment, and no legal advice.'

export function text(words: string): Block {
  return { kind: 'text', text: words.slice(0, TEXT_MAX_CHARACTERS) }
}

/** Without those of which nothing is known. */
export function facts(rows: readonly (readonly [string, string | undefined])[]): Block {
  return { kind: 'facts', rows: rows.flatMap(([label, is]) => (is ? [[label, is] as const] : [])) }
}

export function list(items: readonly string[]): Block {
  return { kind: 'list', items: items.slice(0, TABLE_MAX_ROWS) }
}

/** `file` has all of them, where there are more than a reader would turn over. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  file: string,
): Block {
  const count = rows.length - TABLE_MAX_ROWS
  const shown = { kind: 'table' as const, caption, columns, rows: rows.slice(0, TABLE_MAX_ROWS) }
  return count > 0 ? { ...shown, more: { count, file } } : shown
}

export function day(seconds: number | undefined): string {
  return seconds === undefined ? '' : new Date(seconds * 1000).toISOString().slice(0, 10)
}

export function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Nothing that a terminal, a PDF or a line of a list takes for something else. */
export function oneLine(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}
