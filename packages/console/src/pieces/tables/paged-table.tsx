/** A list that comes in pages, as a table: why there is nothing, or nothing newer, and "none" only once that is known. */
import { useRef } from 'preact/hooks'
import type { Paged } from '../../live/pages.ts'
import { Loading } from '../screen/loading.tsx'
import { WhyNothing } from '../screen/why-nothing.tsx'
import { ProblemNote } from '../told/problem-note.tsx'
import { DataTable, type DataTableProps } from './data-table.tsx'

export interface PagedTableProps<Row>
  extends Omit<DataTableProps<Row>, 'rows' | 'more' | 'isLoading'> {
  readonly asked: Paged<Row>
  /** Those of them that are shown; all without it. */
  readonly rows?: readonly Row[] | undefined
}

export function PagedTable<Row>(props: PagedTableProps<Row>) {
  const { asked, rows = asked.value, empty, ...table } = props
  const { error, again, more, isLoading } = asked
  // A button that stands there before the first answer would go with it, while somebody presses it.
  const wasAnswered = useRef(false)
  wasAnswered.current ||= rows !== undefined
  if (!wasAnswered.current) {
    return error === undefined ? <Loading /> : <WhyNothing error={error} again={again} />
  }
  return (
    <>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      <DataTable
        {...table}
        {...{ rows, more, isLoading }}
        // What is looked for may stand on the next page.
        empty={more === undefined ? empty : undefined}
      />
    </>
  )
}
