/** Components of others in the newest release, and who looked at each: one, several, or all of a supplier. */

import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { BuiltInComponent, NewComponentReviews } from '../../../api/operator-api.gen.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import type { FormField } from '../../../forms/form-field.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { Written } from '../../../forms/written.tsx'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Empty } from '../../../pieces/screen/empty.tsx'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { ComponentStatus } from './component-status.tsx'

const PAGE_COUNT = 100
const STATES = ['none', 'current', 'overdue', 'other-version', 'refused'] as const
const TONES: Readonly<Record<BuiltInComponent['state'], Tone>> = {
  ...{ none: 'bad', current: 'good', overdue: 'waits', 'other-version': 'waits', refused: 'bad' },
}
const REVIEW: readonly FormField[] = FORMS.NewComponentReviews

export function ComponentsPart({ product }: { readonly product: string }) {
  const { query, route } = useLocation()
  const [round, setRound] = useState(0)
  const state = STATES.find((one) => one === query.state)
  const supplier = query.supplier
  const review = query.review
  const mayWrite = may('product.manage', product)
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/components', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT, state, supplier }, signal },
      }),
    [product, state, supplier],
  )
  const here = { state, supplier }
  const done = () => {
    asked.again()
    setRound((before) => before + 1)
    route(to.product(product, 'components', here))
  }
  const chosen = asked.value?.find(({ component }) => component === review)
  return (
    <>
      <ComponentStatus key={round} product={product} mayWrite={mayWrite} />
      {review !== undefined && mayWrite && (
        <section class="card">
          <h2>{say('product.reviewOf', { name: review })}</h2>
          <EditForm
            key={review}
            id={`component-${product}-${review}`}
            fields={REVIEW}
            value={{ components: [review], ...(chosen?.review && { review: chosen.review }) }}
            etag="*"
            save={(body) => reviewed(product, body as NewComponentReviews)}
            onSaved={done}
            onCancel={() => route(to.product(product, 'components', here))}
          />
        </section>
      )}
      {query.all === 'yes' && supplier !== undefined && mayWrite && (
        <section class="card">
          <h2>{say('product.reviewOf', { name: supplier })}</h2>
          <EditForm
            key={supplier}
            id={`supplier-${product}-${supplier}`}
            fields={REVIEW.filter(({ path }) => path !== 'components')}
            value={{ supplier }}
            etag="*"
            save={(body) => reviewed(product, body as NewComponentReviews)}
            onSaved={done}
            onCancel={() => route(to.product(product, 'components', here))}
          >
            <p class="quiet">{say('product.supplierText')}</p>
          </EditForm>
        </section>
      )}
      <PagedTable
        id="product-components"
        caption={say('product.part_components')}
        columns={columns(product, here, mayWrite)}
        asked={asked}
        keyOf={({ component }) => component}
        tools={
          <nav class="row" aria-label={say('field.state')}>
            {[undefined, ...STATES].map((one) => (
              <a
                key={one ?? 'all'}
                class="button"
                aria-current={one === state ? 'true' : undefined}
                href={to.product(product, 'components', { state: one, supplier })}
              >
                {one === undefined ? say('product.all') : say(`product.reviewed_${one}`)}
              </a>
            ))}
          </nav>
        }
        empty={
          <Empty
            title={say('product.noComponents')}
            command={`fleetward products components status ${product}`}
          >
            <p>{say('product.noComponentsText')}</p>
            {state !== undefined && (
              <a href={to.product(product, 'components')}>{say('product.all')}</a>
            )}
          </Empty>
        }
      />
    </>
  )
}

const reviewed = (product: string, body: NewComponentReviews) =>
  call('POST /products/{product}/component-reviews', { path: { product }, body })

function columns(
  product: string,
  here: Readonly<Record<string, string | undefined>>,
  mayWrite: boolean,
): readonly Column<BuiltInComponent>[] {
  return [
    {
      ...{ id: 'component', name: say('field.component'), text: ({ component }) => component },
      show: ({ component }) =>
        mayWrite ? (
          <a href={to.product(product, 'components', { ...here, review: component })}>
            {component}
          </a>
        ) : (
          component
        ),
    },
    {
      ...{
        id: 'versions',
        name: say('field.versions'),
        text: ({ versions }) => versions.join(' '),
      },
      show: ({ versions }) => versions.join(', '),
    },
    {
      ...{ id: 'state', name: say('field.state'), text: ({ state }) => state },
      show: ({ state }) => <Tag tone={TONES[state]}>{say(`product.reviewed_${state}`)}</Tag>,
    },
    {
      ...{ id: 'supplier', name: say('field.supplier'), text: ({ supplier }) => supplier },
      show: ({ supplier }) => supplier,
    },
    {
      ...{ id: 'licences', name: say('field.licence'), text: ({ licences }) => licences.join(' ') },
      show: ({ licences }) => licences.join(', '),
    },
    {
      ...{ id: 'review', name: say('product.review'), text: ({ reviewedAt }) => reviewedAt },
      show: ({ review, reviewedAt, bySupplier }) =>
        review === undefined ? (
          ''
        ) : (
          <details>
            <summary>
              <Time at={reviewedAt} />
            </summary>
            {bySupplier !== undefined && <p>{say('product.bySupplier', { name: bySupplier })}</p>}
            <Written fields={REVIEW} value={{ review }} />
          </details>
        ),
    },
  ]
}
