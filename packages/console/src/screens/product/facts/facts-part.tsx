/** The facts of a product: what is written, what is missing for which annex, and the form for all of it. */

import { useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { ProductFacts } from '../../../api/operator-api.gen.ts'
import type { Value } from '../../../forms/draft.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import { FORMS } from '../../../forms/forms.gen.ts'
import { Written } from '../../../forms/written.tsx'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { FactGaps } from './fact-gaps.tsx'
import { FactVersions } from './fact-versions.tsx'

export function FactsPart({ product }: { readonly product: string }) {
  const { query, route } = useLocation()
  const path = { product }
  const asked = useAsked(
    (signal) => call('GET /products/{product}/facts', { path, signal }),
    [product],
  )
  const mayWrite = may('product.manage', product)
  const isEditing = mayWrite && query.edit === 'yes'
  const done = () => {
    asked.again()
    route(to.product(product, 'facts'))
  }
  return (
    <>
      <FactGaps product={product} version={asked.value?.value.version} mayWrite={mayWrite} />
      <Loaded asked={asked}>
        {({ value: { facts, version, at, by }, etag }) => (
          <section class="card" aria-labelledby="facts">
            <div class="part-head">
              <h2 id="facts">{say('product.part_facts')}</h2>
              {mayWrite && !isEditing && (
                <a class="button first" href={to.product(product, 'facts', { edit: 'yes' })}>
                  {say('product.writeFacts')}
                </a>
              )}
            </div>
            <p class="quiet">
              {version === 0 ? (
                say('product.noFacts')
              ) : (
                <>
                  {say('product.version', { version })} · <Time at={at} isExact /> · {by}
                </>
              )}
            </p>
            {isEditing ? (
              <>
                <FocusOn fact={query.fact} />
                <EditForm
                  id={`facts-${product}`}
                  fields={FORMS.ProductFacts}
                  value={{ ...facts }}
                  etag={etag}
                  save={(body, ifMatch) =>
                    call('POST /products/{product}/facts', {
                      ...{ path, body: body as ProductFacts, ifMatch },
                    })
                  }
                  reload={async () => {
                    const now = await call('GET /products/{product}/facts', { path })
                    return { value: now.value.facts as Value, etag: now.etag }
                  }}
                  onSaved={done}
                  onCancel={() => route(to.product(product, 'facts'))}
                />
              </>
            ) : (
              <Written fields={FORMS.ProductFacts} value={{ ...facts }} />
            )}
          </section>
        )}
      </Loaded>
      {!isEditing && <FactVersions product={product} />}
    </>
  )
}

/** A link to what is missing leads into its field, not to the top of eighty. */
function FocusOn({ fact }: { readonly fact: string | undefined }) {
  useLayoutEffect(() => {
    if (fact === undefined) return
    const name = CSS.escape(fact)
    const field = document.querySelector<HTMLElement>(
      `[data-path="${name}"], [data-path^="${name}."]`,
    )
    field?.querySelector<HTMLElement>('input, select, textarea, button')?.focus()
    field?.scrollIntoView({ block: 'center' })
  }, [fact])
  return null
}
