/** Records of one kind about a product: a list, and a form to add one and to change or remove each. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import type { Answer } from '../../../api/call.ts'
import type { Value } from '../../../forms/draft.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import type { FormField } from '../../../forms/form-field.ts'
import { Written } from '../../../forms/written.tsx'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Empty } from '../../../pieces/screen/empty.tsx'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import type { PartId } from '../parts.ts'
import { RecordHistory, type RecordRevision } from './record-history.tsx'

export interface Kept {
  readonly id: string
  readonly revision: number
}

/** How one kind of record is asked for and changed. */
export interface RecordKind<Item extends Kept> {
  readonly part: PartId
  readonly title: string
  /** What one of them is called by people. */
  readonly nameOf: (item: Item) => string
  readonly fields: readonly FormField[]
  /** With the name that a new one gets. */
  readonly newFields: readonly FormField[]
  readonly emptyLists?: boolean
  readonly columns: readonly Column<Item>[]
  readonly command: string
  readonly list: (
    after: string | undefined,
    signal: AbortSignal,
  ) => Promise<Answer<readonly Item[]>>
  readonly one: (id: string) => Promise<Answer<Item>>
  readonly add: (body: Value) => Promise<unknown>
  readonly change: (id: string, body: Value, ifMatch: string) => Promise<unknown>
  readonly remove: (id: string, ifMatch: string) => Promise<unknown>
  readonly history?: (id: string, signal: AbortSignal) => Promise<Answer<readonly RecordRevision[]>>
}

export interface RecordsProps<Item extends Kept> {
  readonly product: string
  readonly kind: RecordKind<Item>
  readonly onChanged?: () => void
  readonly children?: ComponentChildren
}

export function Records<Item extends Kept>({
  product,
  kind,
  onChanged,
  children,
}: RecordsProps<Item>) {
  const { query, route } = useLocation()
  const [removed, setRemoved] = useState<Item>()
  const mayWrite = may('product.manage', product)
  const asked = usePages(kind.list, [product, kind.part])
  const here = to.product(product, kind.part)
  const { history } = kind
  const chosen = asked.value?.find(({ id }) => id === query.edit)
  const isNew = mayWrite && query.new === 'yes'
  const done = () => {
    asked.again()
    onChanged?.()
    route(here)
  }
  const name: Column<Item> = {
    ...{ id: 'id', name: say('field.id'), text: ({ id }) => id },
    show: (item) => (
      <a href={to.product(product, kind.part, { edit: item.id })}>{kind.nameOf(item)}</a>
    ),
  }
  return (
    <div class="stack">
      {children}
      {mayWrite && !isNew && (
        <div class="row">
          <a class="button first" href={to.product(product, kind.part, { new: 'yes' })}>
            {say('product.add')}
          </a>
        </div>
      )}
      {isNew && (
        <section class="card">
          <h2>{say('product.add')}</h2>
          <EditForm
            id={`${kind.part}-${product}-new`}
            fields={kind.newFields}
            value={{}}
            etag="*"
            save={kind.add}
            onSaved={done}
            onCancel={() => route(here)}
          />
        </section>
      )}
      {chosen !== undefined && (
        <section class="card" key={chosen.id}>
          <h2>{kind.nameOf(chosen)}</h2>
          {mayWrite ? (
            <>
              <EditForm
                id={`${kind.part}-${product}-${chosen.id}`}
                fields={kind.fields}
                value={fieldsIn(chosen)}
                etag={`"${chosen.revision}"`}
                isAlone
                emptyLists={kind.emptyLists ?? false}
                save={(body, ifMatch) => kind.change(chosen.id, body, ifMatch)}
                reload={async () => {
                  const now = await kind.one(chosen.id)
                  return { value: fieldsIn(now.value), etag: now.etag }
                }}
                onSaved={done}
                onCancel={() => route(here)}
              />
              <div class="row">
                <button type="button" class="danger" onClick={() => setRemoved(chosen)}>
                  {say('product.remove')}
                </button>
              </div>
            </>
          ) : (
            <Written fields={kind.fields} value={fieldsIn(chosen)} isWhole />
          )}
          {history !== undefined && (
            <RecordHistory
              of={`${chosen.id} ${chosen.revision}`}
              fields={kind.fields}
              ask={(signal) => history(chosen.id, signal)}
            />
          )}
        </section>
      )}
      <PagedTable
        id={`product-${kind.part}`}
        caption={kind.title}
        columns={[name, ...kind.columns]}
        asked={asked}
        keyOf={({ id }) => id}
        empty={
          <Empty title={say('product.nothingWritten')} command={kind.command}>
            <p>{say('product.nothingWrittenText')}</p>
          </Empty>
        }
      />
      {removed !== undefined && (
        <Confirm
          title={say('product.removeTitle', { name: kind.nameOf(removed) })}
          act={say('product.remove')}
          isDangerous
          word={removed.id}
          onClose={() => setRemoved(undefined)}
          onConfirm={async () => {
            await kind.remove(removed.id, `"${removed.revision}"`)
            announce(say('product.removed'))
            done()
          }}
        >
          <p>{say('product.removeText')}</p>
        </Confirm>
      )}
    </div>
  )
}

/** As the form takes it; what it has no field for stays out of it. */
const fieldsIn = (item: Kept) => ({ ...item }) as Value
