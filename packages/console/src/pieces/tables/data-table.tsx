/** Rows of one kind: columns to choose, and everything that is shown to take along as CSV or JSON. */
import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { say } from '../../words/say.tsx'
import { Scrolling } from '../screen/scrolling.tsx'
import { csvText } from './csv-text.ts'
import { saveAs } from './save-as.ts'

export interface Column<Row> {
  readonly id: string
  readonly name: string
  readonly show: (row: Row) => ComponentChildren
  /** As it stands in an export. */
  readonly text: (row: Row) => string | number | boolean | undefined
  readonly isNumber?: boolean
  /** Not shown until somebody chooses it. */
  readonly isExtra?: boolean
}

export interface DataTableProps<Row> {
  /** Says what the rows are: read out, and the name of an exported file. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  /** Undefined as long as nobody knows. */
  readonly rows: readonly Row[] | undefined
  readonly keyOf: (row: Row) => string
  /** Instead of rows, when there are none. */
  readonly empty?: ComponentChildren
  /** Asks for the next page; there is none without it. */
  readonly more?: (() => void) | undefined
  readonly isLoading?: boolean
  /** Remembers the chosen columns under this name. */
  readonly id: string
  /** Above the table, beside columns and export. */
  readonly tools?: ComponentChildren
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, keyOf, empty, more, isLoading = false, id, tools } = props
  const { rows = [] } = props
  const [shown, setShown] = useState<readonly string[]>(() => chosenColumns(id, columns))
  const visible = columns.filter((column) => shown.includes(column.id))
  const choose = (column: string, isShown: boolean) => {
    const next = isShown ? [...shown, column] : shown.filter((other) => other !== column)
    setShown(next)
    localStorage.setItem(storageKey(id), JSON.stringify(next))
  }
  // As long as it is asked for anew, nothing is still nothing: what has the focus there keeps it.
  const isNothing = useRef(false)
  if (rows.length > 0) isNothing.current = false
  else if (!isLoading) isNothing.current = props.rows !== undefined
  if (isNothing.current && empty !== undefined) return <>{empty}</>
  return (
    <div class="table-frame">
      <div class="table-tools">
        {tools}
        <details class="menu">
          <summary>{say('pieces.columns')}</summary>
          <div class="menu-card">
            {columns.map((column) => (
              <label key={column.id} class="check">
                <input
                  type="checkbox"
                  checked={shown.includes(column.id)}
                  onChange={({ currentTarget }) => choose(column.id, currentTarget.checked)}
                />
                {column.name}
              </label>
            ))}
          </div>
        </details>
        <button type="button" onClick={() => saveAs(caption, 'csv', csvOf(visible, rows))}>
          {say('pieces.exportCsv')}
        </button>
        <button type="button" onClick={() => saveAs(caption, 'json', jsonOf(visible, rows))}>
          {say('pieces.exportJson')}
        </button>
      </div>
      <Scrolling class="table-scroll" label={caption}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {visible.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  class={column.isNumber === true ? 'number' : undefined}
                >
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody aria-busy={isLoading}>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {visible.map((column) => (
                  <td key={column.id} class={column.isNumber === true ? 'number' : undefined}>
                    {column.show(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p class="table-foot quiet">
        {say('pieces.shown', { count: rows.length })}
        {more !== undefined && (
          <>
            {' · '}
            <button type="button" disabled={isLoading} onClick={more}>
              {say('pieces.more')}
            </button>
          </>
        )}
      </p>
    </div>
  )
}

const storageKey = (id: string) => `fleetward-columns-${id}`

function chosenColumns<Row>(id: string, columns: readonly Column<Row>[]): readonly string[] {
  const usual = columns.filter(({ isExtra }) => isExtra !== true).map((column) => column.id)
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(id)) ?? 'null')
    return Array.isArray(kept) ? kept.filter((it) => typeof it === 'string') : usual
  } catch {
    return usual
  }
}

function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return csvText([
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ text }) => text(row))),
  ])
}

function jsonOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ id, text }) => [id, text(row) ?? null])),
  )
  return `${JSON.stringify(objects, null, 2)}\n`
}
